/** How many take part, by room: have written, have voted, say they are done; of the phones that are here. */

import { html } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { openRound, phoneStep, rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { PeopleDialog } from "./people.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** What counts in a room's step now: how many did it, and what it is called. @param {Desk} desk @param {string} roomId */
function doing({ store }, roomId) {
  const step = phoneStep(store, roomId);
  const counted = store.one("participation", step?.id);
  if (step?.plan.type === "voting") {
    const round = openRound(store, step.id);
    return round && { n: store.one("progress", round.id)?.finished[roomId] ?? 0, what: "facilitator.part.voted" };
  }
  if (step?.plan.type === "writing") return { n: counted?.written[roomId] ?? 0, what: "facilitator.part.written" };
  if (step && !["live", "break", "welcome"].includes(step.plan.type))
    return { n: counted?.done[roomId] ?? 0, what: "facilitator.part.done" };
  return null;
}

/** @param {{desk: Desk}} props */
export function Participation({ desk }) {
  const phones = desk.store.presence.value?.phones ?? {};
  return html`<section class="panel" aria-label=${t("facilitator.part.title")}>
    <div class="panel-head">
      <h2 class="eyebrow">${t("facilitator.part.title")}</h2>
      <button type="button" class="button quiet small" onClick=${() => desk.show(PeopleDialog)}>${t("facilitator.people.title")}</button>
    </div>
    <ul class="parts">
      ${rooms(desk.store).map((room, place) => {
        const counted = doing(desk, room.id);
        const here = phones[room.id] ?? 0;
        // Somebody who wrote and went home still has written.
        const of = Math.max(here, counted?.n ?? 0);
        const share = counted ? (of ? Math.round((counted.n / of) * 100) : 0) : 100;
        return html`<li key=${room.id} style=${roomStyle(room.id)}>
          <span>${pick(room.plan.name)}</span>
          <span>${counted ? html`<span class="digits light">${counted.n} / ${of}</span> <span class=${place > 0 ? "visually-hidden" : ""}>${t(counted.what, { n: counted.n })}</span>` : t("facilitator.phones", { n: here })}</span>
          <div class="bar ${counted ? "" : "unused"}" aria-hidden="true">${counted && html`<span style=${{ width: `${share}%` }}></span>`}</div>
        </li>`;
      })}
    </ul>
  </section>`;
}
