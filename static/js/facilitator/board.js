/** A board: its switches, its columns, and what is done with the notes ticked on it. */

import { layout, noteCount } from "../lib/board.js";
import { newId } from "../lib/commands.js";
import { html, useEffect, useMemo, useRef } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";
import { AddNoteDialog, writingStep } from "./add-note.js";
import { ArchiveDialog } from "./archive.js";
import { BoardDrag } from "./board-drag.js";
import { Column, HiddenColumn } from "./column.js";
import { GroupDialog } from "./group-dialog.js";
import { MiddleHead, ViewChoice } from "./middle.js";
import { MoveDialog } from "./move-dialog.js";
import { backInPlace, chosenNotes } from "./moves.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Board} BoardEntity */
/** @typedef {import("../lib/board.js").Placed} Placed */

/** @param {{desk: Desk, boardId: string}} props */
export function BoardView({ desk, boardId }) {
  const board = desk.store.one("board", boardId);
  if (!board) return null;
  const secret = board.hidden && !board.moderated;
  return html`
    <${MiddleHead} desk=${desk} title=${pick(board.title)}>
      <${HideSwitch} desk=${desk} board=${board} />
      <${GroupButton} desk=${desk} board=${board} />
    <//>
    <${BoardTools} desk=${desk} board=${board} />
    ${secret ? html`<${HiddenBoard} desk=${desk} board=${board} />` : html`<${OpenBoard} desk=${desk} board=${board} />`}
  `;
}

/** @param {{desk: Desk, board: BoardEntity}} props */
function HideSwitch({ desk, board }) {
  const set = (/** @type {boolean} */ hidden) => ({ type: "SetBoardHidden", board_id: board.id, hidden });
  const onClick = (/** @type {MouseEvent} */ event) => {
    // The second half of a double click would take back what the first did.
    if (event.detail > 1) return;
    desk.act(set(!board.hidden), {
      done: t(board.hidden ? "facilitator.board.revealed" : "facilitator.board.hidden_now"),
      undo: [set(board.hidden)],
    });
  };
  const worth = board.hidden && noteCount(desk.store, board.id) > 0;
  return html`<button type="button" class="button ${worth ? "go" : ""}" title=${t("facilitator.board.hide_why")} onClick=${onClick}>
    ${t(board.hidden ? "facilitator.board.reveal" : "facilitator.board.hide")}
  </button>`;
}

/** @param {Desk} desk @param {string} boardId */
async function groupChosen(desk, boardId) {
  const notes = chosenNotes(desk, boardId);
  const group = newId();
  const command = { type: "GroupNotes", group_id: group, note_ids: notes.map((note) => note.id) };
  const undo = [{ type: "DissolveGroup", group_id: group }, ...backInPlace(desk.store, notes)];
  if (!(await desk.act(command, { done: t("facilitator.group.formed", { n: notes.length }), undo }))) return;
  desk.unselect();
  desk.show(GroupDialog, { id: group });
}

/** @param {{desk: Desk, board: BoardEntity}} props */
function GroupButton({ desk, board }) {
  const chosen = chosenNotes(desk, board.id).length;
  const reason =
    chosen < 2 &&
    t(board.hidden && !board.moderated ? "facilitator.board.hidden_first" : "facilitator.group.choose_first");
  return html`<button
    type="button"
    class="button"
    aria-disabled=${reason ? "true" : undefined}
    title=${reason || undefined}
    onClick=${() => (reason ? desk.toast("notice", reason) : groupChosen(desk, board.id))}
  >
    ${t("facilitator.group.form")}
  </button>`;
}

/** @param {{desk: Desk, board: BoardEntity}} props */
function BoardTools({ desk, board }) {
  const { store } = desk;
  const archived = [...store.all("note").values()].filter((note) => note.archived && note.board === board.id).length;
  const lock = (/** @type {boolean} */ locked) => ({ type: "SetBoardLocked", board_id: board.id, locked });
  const last = desk.history.value.at(-1);
  const canAdd = board.columns.some((column) => writingStep(store, desk.room, board.id, column.id));
  const onLock = () =>
    desk.act(lock(!board.locked), {
      done: t(board.locked ? "facilitator.board.unlocked" : "facilitator.board.locked_now"),
      undo: [lock(board.locked)],
    });
  return html`<div class="board-tools">
    <${ViewChoice} desk=${desk} />
    <label class="search">
      <${Icon} name="search" />
      <input
        type="search"
        aria-label=${t("facilitator.board.search")}
        placeholder=${t("facilitator.board.search")}
        value=${desk.search.value}
        onInput=${(/** @type {Event} */ event) => {
          desk.search.value = /** @type {HTMLInputElement} */ (event.currentTarget).value;
        }}
      />
    </label>
    <button
      type="button"
      class="button"
      aria-disabled=${canAdd ? undefined : "true"}
      title=${canAdd ? undefined : t("facilitator.add.no_step")}
      onClick=${() => (canAdd ? desk.show(AddNoteDialog, { boardId: board.id }) : desk.toast("notice", t("facilitator.add.no_step")))}
    >
      <${Icon} name="plus" />${t("facilitator.add.button")}
    </button>
    <button type="button" class="button" aria-pressed=${String(board.locked)} title=${t("facilitator.board.lock_why")} onClick=${onLock}>
      <${Icon} name=${board.locked ? "lock" : "lock-open"} />${t(board.locked ? "facilitator.board.locked" : "facilitator.board.lock")}
    </button>
    <button type="button" class="button" onClick=${() => desk.show(ArchiveDialog, { boardId: board.id })}>
      <${Icon} name="archive" />${t("facilitator.archive.button")}<span class="digits">${archived}</span>
    </button>
    <button
      type="button"
      class="button icon-only"
      aria-label=${last ? t("facilitator.undo.what", { what: last.text }) : t("facilitator.undo")}
      title=${last ? t("facilitator.undo.what", { what: last.text }) : t("facilitator.undo.nothing")}
      aria-disabled=${last ? undefined : "true"}
      onClick=${() => desk.undo()}
    >
      <${Icon} name="undo-2" />
    </button>
  </div>`;
}

/** While hidden, even facilitators are sent only numbers. @param {{desk: Desk, board: BoardEntity}} props */
function HiddenBoard({ desk, board }) {
  return html`<p class="board-note">
      <${Icon} name="eye-off" />
      <span>${t("facilitator.board.hidden_text", { n: noteCount(desk.store, board.id) })} ${t("facilitator.board.reveal_both")}</span>
    </p>
    <div class="board" role="group" aria-label=${pick(board.title)}>
      ${board.columns.map((column) => html`<${HiddenColumn} key=${column.id} desk=${desk} boardId=${board.id} column=${column} />`)}
    </div>`;
}

/** @param {{desk: Desk, board: BoardEntity}} props */
function OpenBoard({ desk, board }) {
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  const live = layout(desk.store, board.id);
  // While something is being dragged nothing moves under it; what others did meanwhile appears when it is dropped.
  const shown = useRef(live);
  if (!desk.dragging.value) shown.current = live;
  const query = desk.search.value.trim().toLocaleLowerCase();
  const columns = useMemo(() => matching(shown.current, query), [shown.current, query]);
  useTabStop(desk, board, columns);
  useEffect(() => (ref.current ? new BoardDrag(desk, board.id, ref.current).attach() : undefined), [board.id]);
  return html`
    ${board.hidden && html`<p class="board-note"><${Icon} name="eye-off" />${t("facilitator.board.moderated")}</p>`}
    <p class="visually-hidden" id="card-keys">${t("facilitator.card.keys")}</p>
    <div class="board" ref=${ref} role="group" aria-label=${pick(board.title)}>
      ${board.columns.map(
        (column) =>
          html`<${Column}
            key=${column.id}
            desk=${desk}
            board=${board}
            column=${column}
            placed=${columns[column.id] ?? []}
            searching=${query !== ""}
          />`,
      )}
    </div>
    <${Chosen} desk=${desk} board=${board} />
  `;
}

/** @param {Record<string, Placed[]>} columns @param {string} query */
function matching(columns, query) {
  if (!query) return columns;
  const hit = (/** @type {string[]} */ ...texts) => texts.some((text) => text.toLocaleLowerCase().includes(query));
  const inNote = (/** @type {import("../lib/types.js").Note} */ note) => hit(note.text, note.translation, note.author);
  /** @param {Placed} placed @returns {Placed[]} */
  const keep = (placed) => {
    if (placed.kind === "note") return inNote(placed.note) ? [placed] : [];
    if (hit(placed.group.title, placed.group.translation)) return [placed];
    const notes = placed.notes.filter(inNote);
    return notes.length > 0 ? [{ ...placed, notes }] : [];
  };
  return Object.fromEntries(Object.entries(columns).map(([id, placed]) => [id, placed.flatMap(keep)]));
}

/** The board is one tab stop; when the card that was it has gone, the first one is. @param {Desk} desk @param {BoardEntity} board @param {Record<string, Placed[]>} columns */
function useTabStop(desk, board, columns) {
  useEffect(() => {
    const all = board.columns.flatMap((column) => columns[column.id] ?? []);
    const ids = all.flatMap((placed) => [
      placed.id,
      ...(placed.kind === "group" ? placed.notes.map((note) => note.id) : []),
    ]);
    const now = desk.focused.peek();
    if (now === null || !ids.includes(now)) desk.focused.value = ids[0] ?? null;
  }, [columns]);
}

/** The bar of the ticked notes: floats above the board, so that ticking moves nothing. @param {{desk: Desk, board: BoardEntity}} props */
function Chosen({ desk, board }) {
  const notes = chosenNotes(desk, board.id);
  if (notes.length === 0) return null;
  const ids = notes.map((note) => note.id);
  const archive = async () => {
    const done = t("facilitator.card.archived", { n: ids.length });
    const undo = ids.map((id) => ({ type: "RestoreNote", note_id: id }));
    if (
      await desk.act(
        ids.map((id) => ({ type: "ArchiveNote", note_id: id })),
        { done, undo },
      )
    )
      desk.unselect();
  };
  return html`<div class="chosen" role="group" aria-label=${t("facilitator.chosen", { n: ids.length })}>
    <span>${t("facilitator.chosen", { n: ids.length })}</span>
    <button type="button" class="button" onClick=${() => groupChosen(desk, board.id)}>
      <${Icon} name="group" />${t("facilitator.group.form")}
    </button>
    <button type="button" class="button" onClick=${() => desk.show(MoveDialog, { kind: "note", ids })}>
      <${Icon} name="move" />${t("facilitator.move.button")}
    </button>
    <button type="button" class="button" onClick=${archive}><${Icon} name="archive" />${t("facilitator.card.archive")}</button>
    <button type="button" class="button quiet icon-only" aria-label=${t("facilitator.chosen.none")} onClick=${() => desk.unselect()}>
      <${Icon} name="x" />
    </button>
  </div>`;
}
