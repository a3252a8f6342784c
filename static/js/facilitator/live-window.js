/**
 * The next live connection in the agenda: when it is planned in both rooms, and how long it is till then. One that runs stays here
 * until it is ended, whatever step the room has gone on to.
 */

import { tick } from "../lib/clock.js";
import { html, useComputed } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { agenda, currentStep, plannedStart } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { windowOf } from "../lib/windows.js";
import { Mark } from "../ui/parts.js";
import { LinkControls } from "./link-controls.js";
import { viewOf } from "./middle.js";
import { minutesInWords, timesOf } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Activity} Activity */

/** @param {{desk: Desk}} props */
export function LiveWindow({ desk }) {
  const { store, room } = desk;
  const running = runningWindow(desk);
  const step = running ?? windowOf(store, room);
  if (!step) return null;
  const [own] = timesOf(store, step).filter(({ room: at }) => at.id === room);
  const controls = !hasControls(desk, step) && html`<${LinkControls} desk=${desk} step=${step} />`;
  return html`<section class="panel" aria-label=${pick(step.plan.title)}>
    <h2 class="eyebrow">${t("facilitator.live.title")} · <span class="digits">${own?.time}</span></h2>
    <p>${pick(step.plan.title)}</p>
    ${!(running && controls) && html`<${Planned} desk=${desk} step=${step} />`}
    ${controls}
  </section>`;
}

/** When, on both halls' clocks, and how long till then. @param {{desk: Desk, step: Activity}} props */
function Planned({ desk, step }) {
  const { store, room } = desk;
  const ends = timesOf(store, step, step.plan.duration_ms);
  return html`<ul class="live-times">
      ${timesOf(store, step).map(
        ({ room: at, time }, place) => html`<li key=${at.id} style=${roomStyle(at.id)}>
          <${Mark} app=${desk.app} room=${at.id} /><span>${pick(at.plan.name)}</span>
          <span class="digits light">${time}–${ends[place].time}</span>
        </li>`,
      )}
    </ul>
    <p class="muted"><${Until} desk=${desk} step=${step} current=${step.id === currentStep(store, room)?.id} /></p>`;
}

/** The window two halls are connected in. @param {Desk} desk */
export function runningWindow({ store, room }) {
  return agenda(store, room).find(({ id }) => store.one("link", id)?.status === "live");
}

/** Whether a window's controls stand in the middle already. @param {Desk} desk @param {Activity} step */
export function hasControls(desk, step) {
  return step.id === currentStep(desk.store, desk.room)?.id && viewOf(desk) === "step";
}

/** @param {{desk: Desk, step: Activity, current: boolean}} props */
function Until({ desk, step, current }) {
  const started = desk.store.one("session", "session")?.started;
  const minutes = useComputed(() => Math.round((plannedStart(desk.store, step) - tick.value) / 60_000));
  const n = minutes.value;
  if (current) return t("facilitator.live.now");
  if (!started) return t("facilitator.live.as_planned");
  return n > 0 ? t("facilitator.live.in", { time: minutesInWords(n * 60_000) }) : t("facilitator.live.due");
}
