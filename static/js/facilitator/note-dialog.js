/** A note opened: its words and their translation. What others change meanwhile is said, never written over the draft. */

import { html, useRef, useState } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { roomStyle } from "../lib/start.js";
import { Icon, Mark } from "../ui/parts.js";
import { Box } from "./box.js";
import { archive } from "./card.js";
import { TextField } from "./fields.js";
import { MoveDialog } from "./move-dialog.js";
import { placeName } from "./moves.js";
import { characters, languageName, otherLanguage } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Note} Note */

/** @param {{desk: Desk, id: string, translate?: boolean}} props */
export function NoteDialog({ desk, id, translate = false }) {
  const note = desk.store.one("note", id);
  if (!note) {
    return html`<${Box} desk=${desk} title=${t("facilitator.note.title")}><p>${t("facilitator.note.gone")}</p><//>`;
  }
  return html`<${NoteForm} desk=${desk} note=${note} translate=${translate} />`;
}

/** @param {{desk: Desk, note: Note, translate: boolean}} props */
function NoteForm({ desk, note, translate }) {
  const opened = useRef(note).current;
  const [text, setText] = useState(note.text);
  const [translation, setTranslation] = useState(note.translation);
  const limit = desk.app.socket.limits.value?.note_chars ?? 500;
  const other = otherLanguage(desk.store, note.language);
  const reason =
    (text.trim() === "" && t("facilitator.note.empty")) ||
    (Math.max(characters(text), characters(translation)) > limit && t("facilitator.note.too_long"));
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!reason) saveNote(desk, note, text.trim(), translation.trim());
  };
  const elsewhere = note.text !== opened.text && note.text !== text ? note.text : null;
  const actions = html`<button type="button" class="button quiet" onClick=${() => desk.show(MoveDialog, { kind: "note", ids: [note.id] })}>
      <${Icon} name="move" />${t("facilitator.move.button")}
    </button>
    <button
      type="button"
      class="button quiet"
      onClick=${() => {
        desk.close();
        archive(desk, note);
      }}
    >
      <${Icon} name="archive" />${t("facilitator.card.archive")}
    </button>
    <span class="spread"></span>
    <button type="submit" form="note-form" class="button primary" aria-disabled=${reason ? "true" : undefined} title=${reason || undefined}>
      ${t("facilitator.save")}
    </button>`;
  return html`<${Box} desk=${desk} title=${t("facilitator.note.title")} actions=${actions}>
    <p class="note-by" style=${roomStyle(note.room)}>
      <${Mark} app=${desk.app} room=${note.room} />${note.author || t("facilitator.card.anonymous")}
      <span class="muted">· ${placeName(desk, { column: note.column, group: note.group, before: null, onto: null })}</span>
    </p>
    <form id="note-form" onSubmit=${save}>
      <${TextField}
        label=${t("facilitator.note.text")}
        hint=${languageName(note.language)}
        lang=${note.language}
        value=${text}
        limit=${limit}
        focus=${!translate}
        onInput=${setText}
      />
      ${
        elsewhere &&
        html`<p class="hint">
          ${t("facilitator.note.changed_meanwhile", { text: elsewhere })}
          <button type="button" class="button" onClick=${() => setText(elsewhere)}>${t("facilitator.note.take_over")}</button>
        </p>`
      }
      <${TextField}
        label=${t("facilitator.note.translation")}
        hint=${languageName(other)}
        lang=${other}
        value=${translation}
        limit=${limit}
        focus=${translate}
        onInput=${setTranslation}
      />
    </form>
  <//>`;
}

/** @param {Desk} desk @param {Note} note @param {string} text @param {string} translation */
async function saveNote(desk, note, text, translation) {
  const edit = (/** @type {string} */ words) => ({ type: "EditNote", note_id: note.id, text: words });
  const line = (/** @type {string} */ words) => ({ type: "TranslateNote", note_id: note.id, text: words });
  const commands = [];
  const undo = [];
  if (text !== note.text) {
    commands.push(edit(text));
    undo.push(edit(note.text));
  }
  if (translation !== note.translation) {
    commands.push(line(translation));
    undo.push(line(note.translation));
  }
  if (commands.length === 0 || (await desk.act(commands, { done: t("facilitator.note.saved"), undo }))) desk.close();
}
