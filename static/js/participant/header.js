/** Always in view: whose phone this is, where we are, whether the line stands, how much time is left. */

import { tick } from "../lib/clock.js";
import { html, useComputed, useEffect, useRef, useSignal } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { isRecorded } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { Icon, LineState, Mark, remaining, TimerDigits } from "../ui/parts.js";
import { Later } from "./later.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Timer} Timer */

/** @param {{app: App, onSettings: () => void}} props */
export function Header({ app, onSettings }) {
  const me = app.store.one("me", "me");
  const stage = me && app.store.one("stage", me.room);
  const step = app.store.one("activity", stage?.phones ?? stage?.activity);
  const timer = me && app.store.one("timer", me.room);
  const top = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    // What sticks below the header must know its height, which grows with the text size.
    const watch = new ResizeObserver(() => {
      document.documentElement.style.setProperty("--top-height", `${top.current?.offsetHeight ?? 0}px`);
    });
    if (top.current) watch.observe(top.current);
    return () => watch.disconnect();
  }, []);
  return html`<header ref=${top} class="top" style=${roomStyle(me?.room)}>
    <div class="top-row">
      ${
        me &&
        html`<button class="who" onClick=${onSettings}>
          <${Mark} app=${app} room=${me.room} />
          <span class="who-name">${me.name || t("phone.nameless")}</span>
          <${Icon} name="chevron-down" />
          <span class="visually-hidden">${t("phone.settings.open")}</span>
        </button>`
      }
      <p class="where">
        <${LineState} app=${app} silent />
        ${step && html`<span class="where-step">${pick(step.plan.title)}</span>`}
      </p>
      ${timer && html`<${HeaderTimer} timer=${timer} />`}
    </div>
    ${isRecorded(app) && html`<${Later} name="Recorded" app=${app} />`}
    <div class="top-line">${timer && html`<${TimeLine} timer=${timer} />`}</div>
  </header>`;
}

/** @param {{timer: Timer}} props */
function HeaderTimer({ timer }) {
  return html`<p class="top-timer ${timer.status}">
    ${timer.status === "paused" && html`<${Icon} name="pause" />`}<${TimerDigits} timer=${timer} />
    ${timer.status !== "running" && html`<span class="top-timer-word">${t(`phone.timer.${timer.status}`)}</span>`}
  </p>`;
}

/** How much of the time is left, as a line. @param {{timer: Timer}} props */
function TimeLine({ timer }) {
  const shown = useSignal(timer);
  shown.value = timer;
  // Woken by every tick, but it changes by half percents only, so it seldom renders.
  const half = useComputed(() => (tick.value ? percent(shown.value) : 0));
  return html`<span class="time-line" style=${{ transform: `scaleX(${half.value / 100})` }}></span>`;
}

/** @param {Timer} timer */
function percent(timer) {
  return timer.duration_ms > 0 ? Math.min(100, Math.round((200 * remaining(timer)) / timer.duration_ms) / 2) : 0;
}
