/** The next live connection in the agenda: when it is planned in both rooms, and how long it is till then. */

import { tick } from "../lib/clock.js";
import { html, useComputed } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { agenda, currentStep, plannedStart } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { Mark } from "../ui/parts.js";
import { LinkControls } from "./link-controls.js";
import { minutesInWords, timesOf } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** @param {{desk: Desk}} props */
export function LiveWindow({ desk }) {
  const { store, room } = desk;
  const current = currentStep(store, room);
  const step = agenda(store, room).find(
    ({ id, place, plan }) => plan.type === "live" && (id === current?.id || place > (current?.place ?? -1)),
  );
  if (!step) return null;
  const ends = timesOf(store, step, step.plan.duration_ms);
  const [own] = timesOf(store, step).filter(({ room: at }) => at.id === room);
  return html`<section class="panel" aria-label=${pick(step.plan.title)}>
    <h2 class="eyebrow">${t("facilitator.live.title")} · <span class="digits">${own?.time}</span></h2>
    <p>${pick(step.plan.title)}</p>
    <ul class="live-times">
      ${timesOf(store, step).map(
        ({ room: at, time }, place) => html`<li key=${at.id} style=${roomStyle(at.id)}>
          <${Mark} app=${desk.app} room=${at.id} /><span>${pick(at.plan.name)}</span>
          <span class="digits light">${time}–${ends[place].time}</span>
        </li>`,
      )}
    </ul>
    <p class="muted"><${Until} desk=${desk} step=${step} current=${step.id === current?.id} /></p>
    ${step.id !== current?.id && html`<${LinkControls} desk=${desk} step=${step} />`}
  </section>`;
}

/** @param {{desk: Desk, step: import("../lib/types.js").Activity, current: boolean}} props */
function Until({ desk, step, current }) {
  const started = desk.store.one("session", "session")?.started;
  const minutes = useComputed(() => Math.round((plannedStart(desk.store, step) - tick.value) / 60_000));
  const n = minutes.value;
  if (current) return t("facilitator.live.now");
  if (!started) return t("facilitator.live.as_planned");
  return n > 0 ? t("facilitator.live.in", { time: minutesInWords(n * 60_000) }) : t("facilitator.live.due");
}
