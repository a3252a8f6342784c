/** Small parts all faces share. */

import { serverNow, tick } from "../lib/clock.js";
import { html, useComputed, useEffect, useRef, useSignal } from "../lib/html.js";
import { duration, language, moment, pick, t } from "../lib/i18n.js";
import { roomStyle } from "../lib/start.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Timer} Timer */

// Beside this module, whatever address it was loaded from.
const SPRITE = new URL("../../icons.svg", import.meta.url).href;

/** An icon of the sprite; decoration only, so the control it stands in needs a name. @param {{name: string}} props */
export function Icon({ name }) {
  return html`<svg class="icon" aria-hidden="true"><use href=${`${SPRITE}#${name}`}></use></svg>`;
}

/** A room's two-letter mark. @param {{app: App, room: string}} props */
export function Mark({ app, room }) {
  const found = app.store.one("room", room);
  if (!found) return null;
  const mark = found.plan.mark_by_language[language.value] ?? found.plan.mark;
  return html`<span class="mark" style=${roomStyle(room)} title=${pick(found.plan.name)}>${mark}</span>`;
}

/** What remains of a timer now, in ms. @param {Timer} timer */
export function remaining(timer) {
  if (timer.status === "running" && timer.ends_at !== null) return Math.max(0, timer.ends_at - serverNow());
  return timer.status === "paused" ? timer.remaining_ms : 0;
}

/**
 * The digits of a timer: renders when the shown second changes, never more. "over": at the end.
 * @param {{timer: Timer, class?: string}} props
 */
export function TimerDigits({ timer, class: extra = "" }) {
  // Props of a later render reach the computed through a signal, else it would keep the first timer for ever.
  const shown = useSignal(timer);
  shown.value = timer;
  const text = useComputed(() => {
    tick.value; // only wakes it; the remaining time is asked of the clock itself
    return duration(remaining(shown.value));
  });
  const over = timer.status === "ended" || text.value === "00:00";
  return html`<span class="digits timer-digits ${timer.status} ${over ? "over" : ""} ${extra}" role="timer">${text}</span>`;
}

/** When what a page shows was true, on one that was opened without network; else "". @param {App} app */
export function shownAsOf({ asOf, boot, store }) {
  const zone = store.one("room", boot.room)?.plan.time_zone ?? "UTC";
  return asOf.value === null ? "" : moment(asOf.value, serverNow(), zone);
}

/**
 * The state of the line, always in view. `silent`: a face with a live region of its own says it there.
 * @param {{app: App, silent?: boolean}} props
 */
export function LineState({ app, silent = false }) {
  const waiting = app.commands.entries.value.filter((entry) => entry.kept && entry.state === "waiting").length;
  const time = shownAsOf(app);
  const status = time && app.socket.status.value === "connecting" ? "offline" : app.socket.status.value;
  const text =
    status === "offline" && waiting > 0
      ? t("common.line.offline_waiting", { n: waiting })
      : status === "offline" && time
        ? t("common.line.as_of", { time })
        : t(`common.line.${status}`);
  return html`<span class="line-state ${status}" role=${silent ? undefined : "status"}><span class="dot" aria-hidden="true"></span>${text}</span>`;
}

/**
 * A modal dialog or sheet on the native element: focus kept inside, Escape closes, focus returns where it was.
 * @param {{label: string, onClose: () => void, class?: string, children?: any}} props
 */
export function Dialog({ label, onClose, class: extra = "", children }) {
  const ref = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    ref.current?.showModal();
    return () => before?.isConnected && before.focus();
  }, []);
  const onClick = (/** @type {MouseEvent} */ event) => event.target === ref.current && onClose();
  const onCancel = (/** @type {Event} */ event) => {
    event.preventDefault();
    onClose();
  };
  return html`<dialog ref=${ref} class="dialog ${extra}" aria-label=${label} onClick=${onClick} onCancel=${onCancel}>
    <div class="dialog-inside">${children}</div>
  </dialog>`;
}
