/** What others wrote: their notes where the board is open, and only how many while it is hidden. */

import { noteCount } from "../lib/board.js";
import { html } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { languageOf } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { Icon, Mark } from "../ui/parts.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Note} Note */

/** A note's words: the original, its translation, who wrote it where. @param {{app: App, note: Note}} props */
export function NoteBody({ app, note }) {
  const other = languageOf(app.store, note.translation);
  return html`<p class="text" lang=${note.language}>${note.text}</p>
    ${note.translation && html`<p class="translation" lang=${other}>${note.translation}</p>`}
    <p class="by"><${Mark} app=${app} room=${note.room} />${note.author && html`<span>${note.author}</span>`}</p>`;
}

/** @param {{app: App, board: import("../lib/types.js").Board, column: import("../lib/types.js").Column}} props */
export function OthersNotes({ app, board, column }) {
  if (board.hidden) {
    const n = noteCount(app.store, board.id);
    return (
      n > 0 &&
      html`<p class="hidden-count"><${Icon} name="eye-off" /> <span>${t("phone.others.hidden", { n })}</span></p>`
    );
  }
  const own = app.store.all("own_note");
  const notes = [...app.store.all("note").values()]
    .filter((note) => note.board === board.id && note.column === column.id && !own.has(note.id))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return html`<section class="others" aria-labelledby="others-heading">
    <div class="section-head">
      <h2 id="others-heading">${t("phone.others.title")}</h2>
      <p>${pick(column.title)} · ${t("phone.notes", { n: notes.length })}</p>
    </div>
    <ul class="cards">
      ${notes.map(
        (note) => html`<li class="note" key=${note.id} style=${roomStyle(note.room)}>
          <${NoteBody} app=${app} note=${note} />
        </li>`,
      )}
    </ul>
  </section>`;
}
