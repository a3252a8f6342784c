/** Notes and groups as a hall sees them: no names, both languages, the room told by tint and by the shape of its dot. */

import { html } from "../lib/html.js";
import { inOrder, language } from "../lib/i18n.js";
import { languageOf } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { InOne, say } from "./words.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Note} Note */
/** @typedef {import("../lib/types.js").Group} Group */
/** @typedef {import("./paged.js").Flow} Flow */
/** @typedef {import("./paged.js").Piece} Piece */

/** @param {{app: App, room: string}} props */
export function RoomDot({ app, room }) {
  const shape = app.store.one("room", room)?.plan.dot ?? "round";
  return html`<span class="room-dot ${shape}" style=${roomStyle(room)} aria-hidden="true"></span>`;
}

/** @param {{app: App, note: Note}} props */
export function NoteCard({ app, note }) {
  return html`<article class="note" style=${roomStyle(note.room)}>
    <p class="text" lang=${note.language}><${RoomDot} app=${app} room=${note.room} />${note.text}</p>
    ${note.translation && html`<p class="translation" lang=${languageOf(app.store, note.translation)}>${note.translation}</p>`}
  </article>`;
}

/** @param {{app: App, group: Group, size: number, continued: boolean}} props */
function GroupHead({ app, group, size, continued }) {
  const [title, also] = inOrder(language.value, group.title, group.translation);
  const unnamed = html`<span class="unnamed"><${InOne} lines=${say(app, "projector.board.unnamed")} /></span>`;
  return html`<h3 class="group-title">
    <span class="words"
      >${continued && html`<span aria-hidden="true">… </span>`}${title || unnamed}${
        also && html`<span class="also">${also}</span>`
      }</span
    ><span class="digits">${size}</span>
  </h3>`;
}

/**
 * What stands in a column, as pieces for a `Paged`.
 * @param {App} app
 * @param {import("../lib/board.js").Placed[]} placed
 * @returns {Pick<Flow, "pieces"> & {frames: NonNullable<Flow["frames"]>}}
 */
export function piecesOf(app, placed) {
  /** @type {NonNullable<Flow["frames"]>} */
  const frames = {};
  const pieces = placed.flatMap((one) => {
    if (one.kind === "note") return [notePiece(app, one.note)];
    const { group, notes } = one;
    frames[group.id] = {
      view: (continued) => html`<${GroupHead} app=${app} group=${group} size=${notes.length} continued=${continued} />`,
    };
    if (notes.length === 0) return [{ key: group.id, frame: group.id, counted: false, view: html`<span></span>` }];
    return notes.map((note) => ({ ...notePiece(app, note), frame: group.id }));
  });
  return { pieces, frames };
}

/** Pieces by note: the same element again is not compared anew, which matters with hundreds of them. @type {WeakMap<Note, Piece>} */
const known = new WeakMap();

/** @param {App} app @param {Note} note @returns {Piece} */
export function notePiece(app, note) {
  let piece = known.get(note);
  if (!piece) {
    piece = { key: note.id, view: html`<${NoteCard} app=${app} note=${note} />` };
    known.set(note, piece);
  }
  return piece;
}
