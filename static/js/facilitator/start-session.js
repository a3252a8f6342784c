/** Laying the plan on the calendar: at the planned hours today, or from this minute on. */

import { serverNow } from "../lib/clock.js";
import { html } from "../lib/html.js";
import { clockTime, dateInWords, t } from "../lib/i18n.js";
import { agenda, rooms } from "../lib/session.js";
import { Box } from "./box.js";
import { roomName, today } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** @param {{desk: Desk}} props */
export function StartDialog({ desk }) {
  const { store } = desk;
  const first = agenda(store)[0];
  const started = store.one("session", "session")?.started;
  const zone = rooms(store)[0]?.plan.time_zone ?? "UTC";
  const begin = async (/** @type {string | null} */ day) => {
    if (await desk.act({ type: "StartSession", first_day: day }, { done: t("facilitator.start.done") })) desk.close();
  };
  if (!first) return null;
  const now = serverNow();
  const lead = rooms(store)[0];
  const params = {
    date: dateInWords(now, zone),
    // As planned, whatever day it was laid on before; the plan's hours are the first room's.
    time: clockTime(first.plan.starts_at, zone),
    room: roomName(store, lead.id),
  };
  const fromNow = rooms(store).map((room) => clockTime(now, room.plan.time_zone));
  return html`<${Box} desk=${desk} title=${t("facilitator.start.title")}>
    <p>${t("facilitator.start.why")}</p>
    ${started && html`<p class="hint">${t("facilitator.start.again", { date: dateInWords(Date.parse(`${started}T12:00Z`), "UTC") })}</p>`}
    <div class="choices">
      <button type="button" class="choice" onClick=${() => begin(today(zone))}>
        <strong>${t("facilitator.start.today")}</strong>
        <span class="why">${t("facilitator.start.today_why", params)}</span>
      </button>
      <button type="button" class="choice" onClick=${() => begin(null)}>
        <strong>${t("facilitator.start.now")}</strong>
        <span class="why">${t("facilitator.start.now_why", { times: fromNow.join(" / ") })}</span>
      </button>
    </div>
    <p class="muted">${t("facilitator.start.then")}</p>
  <//>`;
}
