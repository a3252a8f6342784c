/** The archive of a board: nothing taken off is lost. */

import { byRank } from "../lib/board.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { roomStyle } from "../lib/start.js";
import { Icon, Mark } from "../ui/parts.js";
import { Box } from "./box.js";
import { short } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** @param {{desk: Desk, boardId: string}} props */
export function ArchiveDialog({ desk, boardId }) {
  const board = desk.store.one("board", boardId);
  const secret = board?.hidden && !board.moderated;
  const notes = [...desk.store.all("note").values()]
    .filter((note) => note.archived && note.board === boardId)
    .sort(byRank);
  const restore = (/** @type {string} */ id) =>
    desk.act(
      { type: "RestoreNote", note_id: id },
      { done: t("facilitator.archive.restored"), undo: [{ type: "ArchiveNote", note_id: id }] },
    );
  return html`<${Box} desk=${desk} title=${t("facilitator.archive.title")} class="drawer">
    ${notes.length === 0 && html`<p>${t(secret ? "facilitator.archive.secret" : "facilitator.archive.empty")}</p>`}
    <ul class="archive">
      ${notes.map(
        (note) => html`<li key=${note.id} class="note" style=${roomStyle(note.room)}>
          <p class="text" lang=${note.language}>${note.text}</p>
          <div class="by">
            <${Mark} app=${desk.app} room=${note.room} />
            <span class="author">${note.author || t("facilitator.card.anonymous")}</span>
            <button
              type="button"
              class="button"
              aria-label=${t("facilitator.archive.restore_named", { note: short(note.text) })}
              onClick=${() => restore(note.id)}
            >
              <${Icon} name="archive-restore" />${t("facilitator.archive.restore")}
            </button>
          </div>
        </li>`,
      )}
    </ul>
  <//>`;
}
