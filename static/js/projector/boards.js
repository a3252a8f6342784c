/** A board on the wall: all columns, one column, one group; while it is hidden, how much has come together. */

import { byRank, layout, noteCount } from "../lib/board.js";
import { html } from "../lib/html.js";
import { inOrder, language } from "../lib/i18n.js";
import { rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { Icon, Mark } from "../ui/parts.js";
import { Foot } from "./foot.js";
import { Head } from "./head.js";
import { notePiece, piecesOf } from "./notes.js";
import { Paged } from "./paged.js";
import { span } from "./pages.js";
import { InOne, Lines, read, say } from "./words.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Board} Board */
/** @typedef {import("../lib/types.js").Column} Column */
/** @typedef {import("./pages.js").Slice} Slice */

/** @param {number} places @param {string} size @returns {import("./paged.js").Format} */
const format = (places, size) => ({ places, size });

const ONE = [
  format(1, "size-7"),
  format(1, "size-xl"),
  format(2, "size-xl"),
  format(2, "size-l"),
  format(3, "size-m"),
  format(3, "size-s"),
  format(4, "size-s"),
];
/** By number of columns: five places are what stays readable side by side; those to spare go to the longest columns. */
const FORMATS = [
  ONE,
  [format(2, "size-m"), format(3, "size-m"), format(4, "size-m"), format(4, "size-s"), format(5, "size-s")],
  [format(3, "size-m"), format(4, "size-m"), format(3, "size-s"), format(4, "size-s"), format(5, "size-s")],
  [format(4, "size-m"), format(4, "size-s"), format(5, "size-s")],
  [format(5, "size-s")],
  [format(4, "size-m"), format(4, "size-s")],
];
/** Beside a picture there is room for one: the columns take turns, and are not drawn smaller. */
const NARROW = [format(1, "size-l"), format(1, "size-m"), format(1, "size-s")];
/** Notes of one line each that find room one below the other. */
const MOST = 16;

/** From so many notes on, most columns of a board being empty, those are only named: they would take half of the wall. */
const GATHERED = 6;

/** Without the large formats that could not hold so much: hundreds of notes are not measured in each. @param {number} columns @param {number} notes */
function formatsFor(columns, notes) {
  const all = FORMATS[Math.min(columns, FORMATS.length) - 1];
  return all.filter(({ places, size }) => size === "size-s" || notes <= places * MOST);
}

/** @param {{app: App, board: Board}} props */
export function BoardWall({ app, board }) {
  return html`<${BoardView} app=${app} board=${board} /><${Foot} app=${app} />`;
}

/** A board without the wall around it. @param {{app: App, board: Board, narrow?: boolean}} props */
export function BoardView({ app, board, narrow }) {
  return html`<${Head} app=${app} lines=${read(app, board.title)} />
    <${Columns} app=${app} board=${board} columns=${board.columns} narrow=${narrow} />`;
}

/** @param {{app: App, board: Board, column: Column}} props */
export function ColumnWall({ app, board, column }) {
  return html`<${Head} app=${app} lines=${read(app, column.title)} />
    <${Columns} app=${app} board=${board} columns=${[column]} />
    <${Foot} app=${app} />`;
}

/** @param {{app: App, board: Board, columns: Column[], narrow?: boolean}} props */
function Columns({ app, board, columns, narrow = false }) {
  if (board.hidden) return html`<${Hidden} app=${app} board=${board} columns=${columns} />`;
  const placed = layout(app.store, board.id);
  const flows = columns.map((column) => {
    const inColumn = piecesOf(app, placed[column.id] ?? []);
    const total = inColumn.pieces.filter((piece) => piece.counted !== false).length;
    const head = (/** @type {Slice | null} */ slice) =>
      columns.length === 1 ? null : html`<${ColumnHead} app=${app} column=${column} slice=${slice} total=${total} />`;
    return { id: column.id, head, ...inColumn };
  });
  const notes = flows.reduce((sum, { pieces }) => sum + pieces.length, 0);
  const filled = flows.filter(({ pieces }) => pieces.length > 0);
  const shown = notes >= GATHERED && filled.length < flows.length / 2 ? filled : flows;
  const named = columns.filter(({ id }) => !shown.some((flow) => flow.id === id));
  return html`<main class="board">
    <${Paged} key=${board.id} app=${app} flows=${shown} formats=${narrow ? NARROW : formatsFor(shown.length, notes)} countable=${true} />
    ${notes === 0 && html`<p class="empty"><${Lines} lines=${say(app, "projector.board.empty")} /></p>`}
    ${named.length > 0 && html`<${StillEmpty} app=${app} columns=${named} />`}
  </main>`;
}

/** @param {{app: App, columns: Column[]}} props */
function StillEmpty({ app, columns }) {
  return html`<p class="still-empty">
    <strong><${InOne} lines=${say(app, "projector.board.still_empty")} />:</strong>${" "}
    ${columns.map((column, at) => html`${at > 0 && ", "}<span key=${column.id}><${InOne} lines=${read(app, column.title)} /></span>`)}
  </p>`;
}

/** @param {{app: App, column: Column, slice: Slice | null, total: number}} props */
function ColumnHead({ app, column, slice, total }) {
  const part = slice && slice.last > 0 && slice.last - slice.first + 1 < total;
  return html`<h2 class="column-head">
    <span><${InOne} lines=${read(app, column.title)} /></span>
    <span class="digits">${part ? `${span(slice.first, slice.last)} / ${total}` : total}</span>
  </h2>`;
}

/** Only numbers are sent while a board is hidden, so only numbers can be shown. @param {{app: App, board: Board, columns: Column[]}} props */
function Hidden({ app, board, columns }) {
  const words = noteCount(app.store, board.id) === 0 ? "projector.board.hidden_empty" : "projector.board.hidden";
  return html`<main class="hidden-board">
    <ul class="hidden-columns">
      ${columns.map(
        (column) => html`<li key=${column.id} class="hidden-column">
          <h2><${InOne} lines=${read(app, column.title)} /></h2>
          <p class="much digits">${noteCount(app.store, board.id, column.id)}</p>
          <p class="by-room">
            ${rooms(app.store).map(
              (room) => html`<span key=${room.id} style=${roomStyle(room.id)}
                ><${Mark} app=${app} room=${room.id} /><span class="digits">${noteCount(app.store, board.id, column.id, room.id)}</span></span
              >`,
            )}
          </p>
        </li>`,
      )}
    </ul>
    <p class="promise"><${Icon} name="eye-off" /><${Lines} lines=${say(app, words)} /></p>
  </main>`;
}

/** @param {{app: App, group: import("../lib/types.js").Group}} props */
export function GroupWall({ app, group }) {
  const notes = [...app.store.all("note").values()].filter((note) => note.group === group.id && !note.archived);
  const pieces = notes.sort(byRank).map((note) => notePiece(app, note));
  // A title people typed: which language it is in is not known.
  const lines = inOrder(language.value, group.title, group.translation).map((text) => ({ code: "", text }));
  const flows = [{ id: group.id, head: () => null, pieces }];
  return html`<${Head} app=${app} lines=${lines} />
    <main class="board"><${Paged} key=${group.id} app=${app} flows=${flows} formats=${formatsFor(1, pieces.length)} countable=${true} /></main>
    <${Foot} app=${app} />`;
}
