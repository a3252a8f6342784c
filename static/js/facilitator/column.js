/** A column of a board: head, loose notes and groups; or, while hidden, how many there are. */

import { noteCount } from "../lib/board.js";
import { html } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { Mark } from "../ui/parts.js";
import { Card } from "./card.js";
import { Group } from "./group.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Column} ColumnPlan */

/**
 * @param {{desk: Desk, board: import("../lib/types.js").Board, column: ColumnPlan, placed: import("../lib/board.js").Placed[],
 *   searching: boolean}} props
 */
export function Column({ desk, board, column, placed, searching }) {
  const empty = placed.length === 0;
  return html`<section class="column" data-column=${column.id} aria-labelledby="column-${column.id}">
    <${Head} desk=${desk} boardId=${board.id} column=${column} />
    <ul class="column-list" data-scroll>
      ${placed.map((item) =>
        item.kind === "note"
          ? html`<${Card} key=${item.id} desk=${desk} note=${item.note} />`
          : html`<${Group} key=${item.id} desk=${desk} group=${item.group} notes=${item.notes} />`,
      )}
      ${empty && html`<li class="column-empty">${t(searching ? "facilitator.board.nothing_found" : "facilitator.board.empty")}</li>`}
    </ul>
  </section>`;
}

/** @param {{desk: Desk, boardId: string, column: ColumnPlan}} props */
function Head({ desk, boardId, column }) {
  const count = noteCount(desk.store, boardId, column.id);
  return html`<h3 class="column-head" id="column-${column.id}">
    <span>${pick(column.title)}</span>
    <span class="digits" aria-hidden="true">${count}</span>
    <span class="visually-hidden">${t("facilitator.notes", { n: count })}</span>
  </h3>`;
}

/** @param {{desk: Desk, boardId: string, column: ColumnPlan}} props */
export function HiddenColumn({ desk, boardId, column }) {
  return html`<section class="column" aria-labelledby="column-${column.id}">
    <${Head} desk=${desk} boardId=${boardId} column=${column} />
    <ul class="column-list">
      ${rooms(desk.store).map((room) => {
        const n = noteCount(desk.store, boardId, column.id, room.id);
        return html`<li key=${room.id} class="face-down" style=${roomStyle(room.id)}>
          <span class="digits">${n}</span>
          <span class="by"><${Mark} app=${desk.app} room=${room.id} />${t("facilitator.board.face_down", { n })}</span>
        </li>`;
      })}
    </ul>
  </section>`;
}
