/** The board as it lies: read by everyone, and where the step lets them, sorted by everyone with "Move to…". */

import { layout, noteCount } from "../lib/board.js";
import { html, useRef, useSignal } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { roomStyle } from "../lib/start.js";
import { Icon } from "../ui/parts.js";
import { DoneRow, Heading } from "./frame.js";
import { GroupSheet } from "./groupsheet.js";
import { MoveSheet } from "./movesheet.js";
import { NoteBody } from "./reading.js";
import { shortly, twoLines } from "./texts.js";
import { Columns } from "./writing.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Activity} Activity */
/** @typedef {import("../lib/types.js").Note} Note */
/** @typedef {import("../lib/board.js").Placed} Placed */
/** @typedef {import("../lib/board.js").GroupWithNotes} GroupWithNotes */
/** @typedef {(id: string) => void} Open */

/** How long after a touch the list still holds its order: the finger may come back for the next tap. */
const STILL_FOR = 600;

/** @param {{app: App, step: Activity}} props */
export function Sorting({ app, step }) {
  const board = app.store.one("board", step.plan.board);
  const column = useSignal("");
  const open = useSignal("");
  const columns = useStill(() => (board ? layout(app.store, board.id) : {}));
  if (!board) return null;
  const chosen = board.columns.find((other) => other.id === column.value) ?? board.columns[0];
  const mayMove = step.plan.participants === true;
  const title = mayMove ? t("phone.sort.title") : pick(board.title);
  if (board.hidden) {
    return html`<${Heading} text=${pick(board.title)} hint=${pick(step.plan.instruction)} />
      <p class="hidden-count"><${Icon} name="eye-off" /> <span>${t("phone.others.hidden", { n: noteCount(app.store, board.id) })}</span></p>`;
  }
  const counts = Object.fromEntries(board.columns.map(({ id }) => [id, noteCount(app.store, board.id, id)]));
  const things = columns.value[chosen.id] ?? [];
  const onOpen = mayMove && !board.locked ? (/** @type {string} */ id) => (open.value = id) : null;
  return html`<${Heading} text=${title} hint=${pick(step.plan.instruction)} />
    ${board.locked && mayMove && html`<p class="warn"><${Icon} name="lock" /> ${t("phone.sort.locked")}</p>`}
    <${Columns} columns=${board.columns} chosen=${chosen.id} counts=${counts} onChoose=${(/** @type {string} */ id) => (column.value = id)} />
    <ul class="cards" aria-label=${pick(chosen.title)} ...${columns.handlers}>
      ${things.map((placed) =>
        placed.kind === "group"
          ? html`<${Group} key=${placed.id} app=${app} placed=${placed} onOpen=${onOpen} />`
          : html`<${Card} key=${placed.id} app=${app} note=${placed.note} onOpen=${onOpen} />`,
      )}
    </ul>
    ${things.length === 0 && html`<p class="muted">${t("phone.sort.empty")}</p>`}
    ${mayMove && html`<${DoneRow} app=${app} step=${step} />`}
    ${open.value && html`<${Sheet} app=${app} id=${open.value} onClose=${() => (open.value = "")} />`}`;
}

/** @param {{app: App, id: string, onClose: () => void}} props */
function Sheet({ app, id, onClose }) {
  // What was chosen is held while the sheet is open, whatever becomes of it meanwhile.
  const chosen = useRef({ note: app.store.one("note", id), group: app.store.one("group", id) }).current;
  if (chosen.note) return html`<${MoveSheet} app=${app} note=${chosen.note} onClose=${onClose} />`;
  return chosen.group && html`<${GroupSheet} app=${app} group=${chosen.group} onClose=${onClose} />`;
}

/** @param {{app: App, note: Note, onOpen: Open | null}} props */
function Card({ app, note, onOpen }) {
  // The whole card takes a finger, but not the end of selecting its text; keys and screen readers have the button.
  const tap = () => getSelection()?.isCollapsed && onOpen?.(note.id);
  return html`<li class="note card ${onOpen ? "movable" : ""}" style=${roomStyle(note.room)} onClick=${onOpen && tap}>
    <div class="card-body"><${NoteBody} app=${app} note=${note} /></div>
    <${MoveButton} app=${app} id=${note.id} name=${shortly(note.text)} onOpen=${onOpen} />
  </li>`;
}

/** @param {{app: App, placed: GroupWithNotes, onOpen: Open | null}} props */
function Group({ app, placed, onOpen }) {
  const [first, second] = twoLines(app, placed.group.title, placed.group.translation);
  const name = first?.text ?? t("phone.group.untitled");
  return html`<li class="group">
    <div class="group-head">
      <div>
        <h2 class="group-title" lang=${first?.lang}>${name}</h2>
        ${second && html`<p class="item-more" lang=${second.lang}>${second.text}</p>`}
        <p class="item-more">${t("phone.notes", { n: placed.notes.length })}</p>
      </div>
      <${MoveButton} app=${app} id=${placed.id} name=${name} onOpen=${onOpen} group />
    </div>
    <ul class="cards">${placed.notes.map((note) => html`<${Card} key=${note.id} app=${app} note=${note} onOpen=${onOpen} />`)}</ul>
  </li>`;
}

/** @param {{app: App, id: string, name: string, onOpen: Open | null, group?: boolean}} props */
function MoveButton({ app, id, name, onOpen, group = false }) {
  if (!onOpen) return null;
  const moving = app.commands.entries.value.some(
    ({ command }) =>
      command.note_id === id ||
      command.group_id === id ||
      /** @type {string[]|undefined} */ (command.note_ids)?.includes(id),
  );
  const click = (/** @type {Event} */ event) => {
    event.stopPropagation();
    onOpen(id);
  };
  return html`<button
    id=${`move-${id}`}
    class="button quiet icon-only"
    aria-label=${t(group ? "phone.group.change" : "phone.sort.move", { title: name })}
    aria-haspopup="dialog"
    onClick=${click}
  ><${Icon} name=${moving ? "refresh-cw" : group ? "ellipsis" : "move"} /></button>`;
}

/**
 * The board's order, which holds still while a finger is on it.
 * @param {() => Record<string, Placed[]>} make
 */
function useStill(make) {
  const touched = useSignal(false);
  const held = useRef(/** @type {Record<string, Placed[]> | null} */ (null));
  const due = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  const fresh = make();
  if (!touched.value || !held.current) held.current = fresh;
  const down = () => {
    clearTimeout(due.current);
    touched.value = true;
  };
  const up = () => {
    clearTimeout(due.current);
    due.current = setTimeout(() => (touched.value = false), STILL_FOR);
  };
  return {
    value: held.current,
    handlers: { onPointerDown: down, onPointerUp: up, onPointerCancel: up, onPointerLeave: up },
  };
}
