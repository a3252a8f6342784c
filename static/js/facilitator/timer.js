/** The clock of one room or of all together: set, started, paused, given a minute more or less, stopped. */

import { tick } from "../lib/clock.js";
import { html, useComputed, useSignal } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { currentStep, rooms } from "../lib/session.js";
import { Icon, Mark, remaining, TimerDigits } from "../ui/parts.js";
import { Segments } from "./fields.js";
import { minutesInWords, roomName, roomsInWords } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Timer} Timer */

const MINUTE = 60_000;
const PRESETS = [5, 10, 15];

/** @param {{desk: Desk}} props */
export function TimerPanel({ desk }) {
  const { store, room } = desk;
  const timer = store.one("timer", room);
  const all = together(desk);
  const chosen = useSignal(/** @type {"all"|"own"|null} */ (null));
  const step = currentStep(store, room);
  const joint = (step?.plan.rooms.length ?? all.length) > 1 && all.length > 1;
  const scope = chosen.value ?? (joint ? "all" : "own");
  const ids = scope === "all" ? all : [room];
  return html`<section class="panel timer-panel" aria-label=${t("facilitator.timer.title")}>
    <div class="panel-head">
      <h2 class="eyebrow">${t("facilitator.timer.title")} · ${roomsInWords(store, ids)}</h2>
    </div>
    ${timer ? html`<${Running} desk=${desk} timer=${timer} ids=${ids} />` : html`<${Idle} key=${step?.id} desk=${desk} ids=${ids} />`}
    ${
      all.length > 1 &&
      html`<${Segments}
        label=${t("facilitator.timer.where")}
        value=${scope}
        options=${[
          { value: "all", text: roomsInWords(store, all) },
          { value: "own", text: t("facilitator.timer.only", { room: roomName(store, room) }) },
        ]}
        onChange=${(/** @type {"all"|"own"} */ value) => {
          chosen.value = value;
        }}
      />`
    }
    <${Others} desk=${desk} timer=${timer} />
  </section>`;
}

/** One clock for both: set together and not changed apart since. @param {Timer | undefined} own @param {Timer | undefined} other */
function same(own, other) {
  if (!own || !other) return own === other;
  // Each room's clock ends for itself: for a moment one may have ended and the other not.
  const over = remaining(own) === 0 && remaining(other) === 0;
  const alike = own.status === other.status && own.ends_at === other.ends_at && own.remaining_ms === other.remaining_ms;
  return own.duration_ms === other.duration_ms && (over || alike);
}

/** The rooms this desk sets the clock of: its own, and those that share its clock. A room that has its own one is theirs. @param {Desk} desk */
function together({ store, room }) {
  const own = store.one("timer", room);
  return rooms(store)
    .map((other) => other.id)
    .filter((id) => {
      const theirs = store.one("timer", id);
      return id === room || same(own, theirs) || (!own && theirs?.status === "ended");
    });
}

/** @param {{desk: Desk, ids: string[]}} props */
function Idle({ desk, ids }) {
  const limits = desk.app.socket.limits.value;
  const planned = currentStep(desk.store, desk.room)?.plan.timer_ms ?? 0;
  const plannedMinutes = Math.round((planned || 10 * MINUTE) / MINUTE);
  const minutes = useSignal(plannedMinutes);
  const most = Math.floor((limits?.timer_max_ms ?? 8 * 60 * MINUTE) / MINUTE);
  const presets = [...new Set([plannedMinutes, ...PRESETS])].slice(0, PRESETS.length).sort((a, b) => a - b);
  const start = (/** @type {Event} */ event) => {
    event.preventDefault();
    const done = t("facilitator.timer.started", {
      time: minutesInWords(minutes.value * MINUTE),
      rooms: roomsInWords(desk.store, ids),
    });
    desk.act({ type: "StartTimer", rooms: ids, duration_ms: minutes.value * MINUTE }, { done });
  };
  return html`<form class="timer-body" onSubmit=${start}>
    <div class="timer-row">
      <label class="minutes">
        <span class="visually-hidden">${t("facilitator.timer.minutes")}</span>
        <input
          type="number"
          class="digits"
          min="1"
          max=${most}
          inputmode="numeric"
          value=${minutes.value}
          onChange=${(/** @type {Event} */ event) => {
            const input = /** @type {HTMLInputElement} */ (event.currentTarget);
            minutes.value = Math.min(most, Math.max(1, Math.round(input.valueAsNumber || 1)));
            input.value = String(minutes.value);
          }}
        />
        <span aria-hidden="true">${t("facilitator.timer.min")}</span>
      </label>
      <div class="presets" role="group" aria-label=${t("facilitator.timer.presets")}>
        ${presets.map(
          (n) => html`<button
            type="button"
            key=${n}
            class="digits"
            aria-pressed=${String(n === minutes.value)}
            aria-label=${t("facilitator.minutes", { n })}
            onClick=${() => {
              minutes.value = n;
            }}
          >
            ${n}
          </button>`,
        )}
      </div>
    </div>
    <div class="bar" aria-hidden="true"></div>
    <div class="timer-acts">
      <button type="submit" class="button"><${Icon} name="play" />${t("facilitator.timer.start")}</button>
    </div>
  </form>`;
}

/** @param {{desk: Desk, timer: Timer, ids: string[]}} props */
function Running({ desk, timer, ids }) {
  const act = (/** @type {string} */ type, more = {}) => desk.act({ type, rooms: ids, ...more });
  const ended = timer.status === "ended";
  const pausing = timer.status === "running";
  return html`<div class="timer-body">
    <div class="timer-row">
      <${TimerDigits} timer=${timer} />
      <span class="muted">
        ${ended ? t("facilitator.timer.over") : timer.status === "paused" ? t("facilitator.timer.paused") : t("facilitator.timer.of", { time: minutesInWords(timer.duration_ms) })}
      </span>
    </div>
    <${Left} timer=${timer} />
    <div class="timer-acts">
      <button
        type="button"
        class="button"
        aria-disabled=${ended ? "true" : undefined}
        title=${ended ? t("facilitator.timer.over_why") : undefined}
        onClick=${() => !ended && act(pausing ? "PauseTimer" : "ResumeTimer")}
      >
        ${t(pausing || ended ? "facilitator.timer.pause" : "facilitator.timer.resume")}
      </button>
      <button type="button" class="button" title=${t("facilitator.timer.less")} onClick=${() => act("ExtendTimer", { delta_ms: -MINUTE })}>−${t("facilitator.minutes", { n: 1 })}</button>
      <button type="button" class="button" title=${t("facilitator.timer.more")} onClick=${() => act("ExtendTimer", { delta_ms: MINUTE })}>+${t("facilitator.minutes", { n: 1 })}</button>
      <button type="button" class="button" onClick=${() => act("StopTimer")}>${t("facilitator.timer.stop")}</button>
    </div>
  </div>`;
}

/** @param {Timer} timer */
function percentLeft(timer) {
  return Math.round((remaining(timer) / Math.max(1, timer.duration_ms)) * 100);
}

/** The bar of what is left; it moves by whole percents, so it is drawn a hundred times, not five times a second. @param {{timer: Timer}} props */
function Left({ timer }) {
  const share = useComputed(() => tick.value && percentLeft(timer));
  // A changed timer is a new object the computed has not seen; reading it is what wakes this at each percent.
  const now = share.value >= 0 ? percentLeft(timer) : 0;
  return html`<div class="bar" aria-hidden="true"><span style=${{ width: `${now}%` }}></span></div>`;
}

/** Rooms whose clock is another than this room's: told, not touched. @param {{desk: Desk, timer: Timer | undefined}} props */
function Others({ desk, timer }) {
  const differing = rooms(desk.store).flatMap((room) => {
    const theirs = desk.store.one("timer", room.id);
    return theirs && !same(timer, theirs) ? [{ room, theirs }] : [];
  });
  return differing.map(
    ({ room, theirs }) => html`<p key=${room.id} class="timer-other">
      <${Mark} app=${desk.app} room=${room.id} /><span>${pick(room.plan.name)}</span><${TimerDigits} timer=${theirs} />
      <span class="muted">${t(`facilitator.timer.is.${theirs.status}`)}</span>
    </p>`,
  );
}
