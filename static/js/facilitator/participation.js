/** How many take part, by room: have written, say they are done; of the phones that are here. */

import { html } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { openRound, phoneStep, rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { PeopleDialog } from "./people.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Room} Room */

/** What counts in a room's step now: how many have written, how many are done. @param {Desk} desk @param {string} roomId */
function doing({ store }, roomId) {
  const step = phoneStep(store, roomId);
  if (!step || ["live", "break", "welcome"].includes(step.plan.type)) return {};
  const counted = store.one("participation", step.id);
  const done = counted?.done[roomId] ?? 0;
  if (step.plan.type === "writing") return { written: counted?.written[roomId] ?? 0, done };
  if (step.plan.type !== "voting") return { done };
  const round = openRound(store, step.id);
  return round ? { done: finished(store, round.id, roomId) } : {};
}

/** Of a round's voters, how many are done. @param {Desk["store"]} store @param {string} roundId @param {string} roomId */
export function finished(store, roundId, roomId) {
  return store.one("progress", roundId)?.finished[roomId] ?? 0;
}

/** Of how many: the phones that are here, or more, for somebody who wrote and went home still has written. @param {Desk["store"]} store @param {string} roomId @param {number} n */
export function ofHowMany(store, roomId, n) {
  return Math.max(n, store.presence.value?.phones[roomId] ?? 0);
}

/** @param {{desk: Desk}} props */
export function Participation({ desk }) {
  return html`<section class="panel" aria-label=${t("facilitator.part.title")}>
    <div class="panel-head">
      <h2 class="eyebrow">${t("facilitator.part.title")}</h2>
      <button type="button" class="button quiet small" onClick=${() => desk.show(PeopleDialog)}>${t("facilitator.people.title")}</button>
    </div>
    <ul class="parts">
      ${rooms(desk.store).map((room) => html`<${Part} key=${room.id} desk=${desk} room=${room} ...${doing(desk, room.id)} />`)}
    </ul>
  </section>`;
}

/** One room's share. @param {{desk: Desk, room: Room, written?: number, done?: number}} props */
export function Part({ desk, room, written, done }) {
  const main = written ?? done;
  const of = ofHowMany(desk.store, room.id, Math.max(main ?? 0, done ?? 0));
  const words = (/** @type {string} */ what, /** @type {number} */ n) => t(`facilitator.part.${what}`, { n, of });
  return html`<li style=${roomStyle(room.id)}>
    <span>${pick(room.plan.name)}</span>
    <span>
      ${main === undefined ? t("facilitator.phones", { n: of }) : words(written === undefined ? "done" : "written", main)}
      ${written !== undefined && html`<span class="part-done">${words("done", done ?? 0)}</span>`}
    </span>
    <div class="bar ${main === undefined ? "unused" : ""}" aria-hidden="true">
      ${main !== undefined && html`<span style=${{ width: `${of ? Math.round((main / of) * 100) : 0}%` }}></span>`}
    </div>
  </li>`;
}
