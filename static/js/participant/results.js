/** A round's result, by room and in sum; equal sums share a place. */

import { html } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { nameless, results, rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { Mark } from "../ui/parts.js";
import { twoLines } from "./texts.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Round} Round */

/** @param {{app: App, round: Round}} props */
export function Results({ app, round }) {
  const rows = results(round);
  const most = Math.max(1, ...rows.map((row) => row.sum));
  const voting = rooms(app.store).filter((room) => round.rooms.includes(room.id));
  return html`<ol class="results">
      ${rows.map((row) => {
        const [first, second] = twoLines(app, row.item.title, row.item.translation);
        return html`<li key=${row.item.id} class="result">
          <p class="result-place digits">
            ${
              row.sum > 0 &&
              html`<span aria-hidden="true">${row.place}</span>
                <span class="visually-hidden">${t("phone.results.place", { place: row.place })}</span>
                ${row.tied && html`<span class="tie">${t("phone.results.tied")}</span>`}`
            }
          </p>
          <div class="result-text">
            <p class="item-title" lang=${first?.lang}>${first?.text ?? t(nameless(row.item, "phone.group.untitled"))}</p>
            ${second && html`<p class="item-more" lang=${second.lang}>${second.text}</p>`}
            ${row.sum > 0 && html`<${Bars} voting=${voting} byRoom=${row.byRoom} most=${most} />`}
          </div>
          <p class="result-sum digits">${row.sum}<span class="visually-hidden"> ${t("phone.dots", { n: row.sum })}</span></p>
        </li>`;
      })}
    </ol>
    <ul class="voters">
      ${voting.map(
        (room) => html`<li key=${room.id} style=${roomStyle(room.id)}>
          <${Mark} app=${app} room=${room.id} /> ${t("phone.results.voters", { n: round.voters?.[room.id] ?? 0 })}
        </li>`,
      )}
    </ul>`;
}

/**
 * The rooms' dots one after the other, each with its number: their length together is the sum.
 * @param {{voting: import("../lib/types.js").Room[], byRoom: Record<string, number>, most: number}} props
 */
function Bars({ voting, byRoom, most }) {
  return html`<p class="result-bars">
    ${voting
      .filter((room) => byRoom[room.id] > 0)
      .map(
        (room) => html`<span
          key=${room.id}
          class="result-bar ${room.plan.dot}"
          style=${{ ...roomStyle(room.id), width: `${(100 * byRoom[room.id]) / most}%` }}
          ><span class="visually-hidden">${pick(room.plan.name)}: </span>${byRoom[room.id]}</span
        >`,
      )}
  </p>`;
}
