/** Closing a round; and the question before a step is left whose round is still open. */

import { html } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { currentStep } from "../lib/session.js";
import { Icon } from "../ui/parts.js";
import { Box, Confirm } from "./box.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Round} Round */

/** Rounds that are open now. @param {Desk} desk */
function openRounds({ store }) {
  return [...store.all("round").values()].filter((round) => round.status === "open");
}

/** Count, and stop the clock that was set for it: nothing is left to be late for. @param {Desk} desk @param {Round} round */
function closeRound(desk, round) {
  return desk.act(
    [
      { type: "CloseRound", round_id: round.id },
      { type: "StopTimer", rooms: round.rooms },
    ],
    { done: t("facilitator.voting.closed") },
  );
}

/** @param {Desk} desk @param {Round} round */
export function askToClose(desk, round) {
  desk.show(Confirm, {
    title: t("facilitator.voting.close"),
    text: t("facilitator.voting.close_sure"),
    yes: t("facilitator.voting.close_yes"),
    onYes: () => closeRound(desk, round),
  });
}

/** The open round that rooms would leave behind by going to a step. @param {Desk} desk @param {string} stepId @param {string[]} roomIds */
export function roundLeft(desk, stepId, roomIds) {
  return openRounds(desk).find(
    (round) =>
      round.activity !== stepId &&
      roomIds.some((id) => round.rooms.includes(id) && currentStep(desk.store, id)?.id === round.activity),
  );
}

/** @param {{desk: Desk, round: Round, onGo: () => void}} props */
export function LeaveDialog({ desk, round, onGo }) {
  const after = (/** @type {() => void} */ act) => () => {
    desk.close();
    act();
  };
  const actions = html`<button type="button" class="button" onClick=${after(onGo)}>${t("facilitator.voting.leave_open")}</button>
    <span class="spread"></span>
    <button type="button" class="button primary" autofocus onClick=${after(() => closeRound(desk, round))}>
      ${t("facilitator.voting.close_yes")}
    </button>`;
  return html`<${Box} desk=${desk} title=${t("facilitator.voting.leave")} actions=${actions}>
    <p>${t("facilitator.voting.leave_why")}</p>
  <//>`;
}

/** What must not be forgotten: rounds of other steps that are still open. @param {{desk: Desk}} props */
export function OpenElsewhere({ desk }) {
  const { store, room } = desk;
  const here = currentStep(store, room)?.id;
  return openRounds(desk)
    .filter((round) => round.activity !== here && round.rooms.includes(room))
    .map((round) => {
      const step = pick(store.one("activity", round.activity)?.plan.title);
      return html`<p key=${round.id} class="board-note still-open">
        <${Icon} name="vote" /><span>${t("facilitator.voting.runs_still_at", { step, n: round.number })}</span>
        <button type="button" class="button" onClick=${() => askToClose(desk, round)}>${t("facilitator.voting.close")}</button>
      </p>`;
    });
}
