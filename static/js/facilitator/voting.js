/** The middle of a voting step: a round set up, running, or counted; earlier rounds stay to be looked at. */

import { html, useSignal } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { rooms, roundsOf } from "../lib/session.js";
import { Icon } from "../ui/parts.js";
import { askToClose } from "./close-round.js";
import { Segments } from "./fields.js";
import { MiddleHead, ViewChoice } from "./middle.js";
import { finished, Part } from "./participation.js";
import { Results } from "./results.js";
import { RoundForm } from "./round-form.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Activity} Activity */
/** @typedef {import("../lib/types.js").Round} Round */

/** @param {{desk: Desk, step: Activity}} props */
export function Voting({ desk, step }) {
  const rounds = roundsOf(desk.store, step.id);
  /** The round looked at: null follows the latest; a list of items begins a new one with them. */
  const chosen = useSignal(/** @type {string | null} */ (null));
  const repeat = useSignal(/** @type {string[] | null} */ (null));
  const open = rounds.find((round) => round.status === "open");
  const shown = rounds.find((round) => round.id === chosen.value) ?? open ?? rounds.at(-1);
  const preparing = !open && (rounds.length === 0 || repeat.value !== null);
  const begin = (/** @type {string[]} */ items) => {
    repeat.value = items;
  };
  const done = () => {
    repeat.value = null;
    chosen.value = null;
  };
  return html`<${MiddleHead} desk=${desk} title=${pick(step.plan.title)} />
    <div class="board-tools">
      <${ViewChoice} desk=${desk} />
      ${
        rounds.length > 1 &&
        !preparing &&
        html`<${Segments}
          label=${t("facilitator.voting.rounds")}
          value=${shown?.id ?? ""}
          options=${rounds.map((round) => ({ value: round.id, text: t("facilitator.round", { n: round.number }) }))}
          onChange=${(/** @type {string} */ id) => {
            chosen.value = id;
          }}
        />`
      }
    </div>
    <div class="voting">
      ${
        preparing
          ? html`<${RoundForm} desk=${desk} step=${step} items=${repeat.value ?? []} onDone=${done} onBack=${rounds.length > 0 ? done : null} />`
          : shown?.status === "open"
            ? html`<${OpenRound} desk=${desk} round=${shown} />`
            : shown && html`<${Results} key=${shown.id} desk=${desk} round=${shown} open=${open} onRepeat=${begin} />`
      }
    </div>`;
}

/** @param {{desk: Desk, round: Round}} props */
function OpenRound({ desk, round }) {
  const { store } = desk;
  return html`<section class="panel round-open" aria-label=${t("facilitator.round", { n: round.number })}>
    <h3>${t("facilitator.voting.running", { n: round.number })}</h3>
    <p class="muted">${inWords(round)} · ${t("facilitator.voting.items", { n: round.items.length })}</p>
    <ul class="parts">
      ${rooms(store)
        .filter((room) => round.rooms.includes(room.id))
        .map(
          (room) =>
            html`<${Part} key=${room.id} desk=${desk} room=${room} done=${finished(store, round.id, room.id)} />`,
        )}
    </ul>
    <p class="muted">${t("facilitator.voting.secret")}</p>
    <button type="button" class="button primary" onClick=${() => askToClose(desk, round)}><${Icon} name="check" />${t("facilitator.voting.close")}</button>
  </section>`;
}

/** "5 dots, at most 2 per idea". @param {Round} round */
export function inWords(round) {
  const dots = t("facilitator.dots", { n: round.dots });
  return round.max_per_item < round.dots ? t("facilitator.dots_most", { dots, most: round.max_per_item }) : dots;
}
