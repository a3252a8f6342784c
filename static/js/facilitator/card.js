/** A note on the board. Its text is the button that opens it; with the arrow keys one walks from card to card. */

import { html, useComputed } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { languageOf, rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { Icon, Mark } from "../ui/parts.js";
import { focusItem } from "./board-drag.js";
import { MenuItem, openMenu } from "./menu.js";
import { MoveDialog } from "./move-dialog.js";
import { NoteDialog } from "./note-dialog.js";
import { short } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Note} Note */

/** @param {Desk} desk @param {Note} note */
export function archive(desk, note) {
  return desk.act(
    { type: "ArchiveNote", note_id: note.id },
    { done: t("facilitator.card.archived", { n: 1 }), undo: [{ type: "RestoreNote", note_id: note.id }] },
  );
}

/** The next card takes the focus of the one that goes. @param {Desk} desk @param {Note} note @param {HTMLElement} button */
async function archiveByKey(desk, note, button) {
  const item = button.closest("[data-item]");
  const next = item?.nextElementSibling ?? item?.previousElementSibling;
  const id = /** @type {HTMLElement | undefined} */ (next)?.dataset.item;
  if ((await archive(desk, note)) && id) focusItem(desk, id);
}

/** @param {{desk: Desk, note: Note}} props */
export function Card({ desk, note }) {
  const chosen = useComputed(() => desk.selected.value.has(note.id));
  const stop = useComputed(() => desk.focused.value === note.id);
  const open = () => desk.show(NoteDialog, { id: note.id });
  const tab = stop.value ? 0 : -1;
  const onClick = (/** @type {MouseEvent} */ event) =>
    event.shiftKey || event.ctrlKey || event.metaKey ? desk.select(note.id) : open();
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Delete") archiveByKey(desk, note, /** @type {HTMLElement} */ (event.currentTarget));
    else if (event.code === "KeyX" && !event.ctrlKey && !event.metaKey) desk.select(note.id);
    else if (event.code === "KeyM") desk.show(MoveDialog, { kind: "note", ids: [note.id] });
    else return;
    event.preventDefault();
  };
  return html`<li class="item" data-item=${note.id} data-kind="note" style=${roomStyle(note.room)}>
    <div class="note card ${chosen.value ? "chosen-card" : ""}">
      <button
        type="button"
        class="card-text"
        data-focus=${note.id}
        tabindex=${tab}
        aria-describedby="card-keys"
        onClick=${onClick}
        onKeyDown=${onKeyDown}
        onFocus=${() => {
          desk.focused.value = note.id;
        }}
      >
        <span class="text" lang=${note.language}>${note.text}</span>
        ${note.translation && html`<span class="translation" lang=${languageOf(desk.store, note.translation)}>${note.translation}</span>`}
      </button>
      <div class="by">
        <${Mark} app=${desk.app} room=${note.room} />
        <span class="author">${note.author || t("facilitator.card.anonymous")}</span>
        <${Dots} desk=${desk} id=${note.id} />
        <span class="card-tools">
          <button
            type="button"
            class="tool"
            tabindex=${tab}
            role="checkbox"
            aria-checked=${String(chosen.value)}
            aria-label=${t("facilitator.card.choose", { note: short(note.text) })}
            onClick=${() => desk.select(note.id)}
          >
            <span class="tick">${chosen.value && html`<${Icon} name="check" />`}</span>
          </button>
          <button
            type="button"
            class="tool"
            tabindex=${tab}
            data-handle
            aria-label=${t("facilitator.card.menu", { note: short(note.text) })}
            aria-haspopup="dialog"
            onClick=${(/** @type {MouseEvent} */ event) => menu(desk, note, /** @type {HTMLElement} */ (event.currentTarget))}
          >
            <${Icon} name="ellipsis" />
          </button>
        </span>
      </div>
    </div>
  </li>`;
}

/** @param {Desk} desk @param {Note} note @param {HTMLElement} anchor */
function menu(desk, note, anchor) {
  const item = (/** @type {string} */ icon, /** @type {string} */ text, /** @type {() => void} */ onChoose) =>
    html`<${MenuItem} desk=${desk} icon=${icon} text=${t(text)} onChoose=${onChoose} />`;
  openMenu(
    desk,
    anchor,
    short(note.text),
    () => html`
    ${item("pencil", "facilitator.card.edit", () => desk.show(NoteDialog, { id: note.id }))}
    ${item("languages", "facilitator.card.translate", () => desk.show(NoteDialog, { id: note.id, translate: true }))}
    ${item("move", "facilitator.move.button", () => desk.show(MoveDialog, { kind: "note", ids: [note.id] }))}
    ${item("archive", "facilitator.card.archive", () => archive(desk, note))}
  `,
  );
}

/** The dots a note or group got, in each room's shape; from seven on as a number. @param {{desk: Desk, id: string}} props */
export function Dots({ desk, id }) {
  const byRoom = useComputed(() => desk.dots.value[id]).value;
  if (!byRoom || Object.values(byRoom).every((n) => n === 0)) return null;
  const sum = Object.values(byRoom).reduce((a, b) => a + b, 0);
  return html`<span class="dots" role="img" aria-label=${t("facilitator.dots", { n: sum })}>
    ${rooms(desk.store).map((room) => {
      const n = byRoom[room.id] ?? 0;
      const dots = Array.from(
        { length: sum > 6 ? Math.min(n, 1) : n },
        (_, at) => html`<span key=${at} class="dot ${room.plan.dot}"></span>`,
      );
      return html`<span key=${room.id} class="room-dots" style=${roomStyle(room.id)}>${dots}${sum > 6 && n > 0 && html`<span class="digits">${n}</span>`}</span>`;
    })}
  </span>`;
}
