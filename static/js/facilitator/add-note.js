/** A note for somebody without a phone. */

import { newId } from "../lib/commands.js";
import { html, useState } from "../lib/html.js";
import { LANGUAGES, pick, t } from "../lib/i18n.js";
import { agenda, currentStep } from "../lib/session.js";
import { Box } from "./box.js";
import { Segments, TextField } from "./fields.js";
import { characters, languageName } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/store.js").Store} Store */

/**
 * The writing step a new note of a column belongs to: the one the room is in, else the last one opened, else the first.
 * @param {Store} store @param {string} roomId @param {string} boardId @param {string} columnId
 */
export function writingStep(store, roomId, boardId, columnId) {
  const fits = agenda(store, roomId).filter(
    ({ plan }) =>
      plan.type === "writing" && plan.board === boardId && (!plan.columns?.length || plan.columns.includes(columnId)),
  );
  const now = currentStep(store, roomId);
  return fits.find((step) => step.id === now?.id) ?? fits.filter((step) => step.opened_in.length > 0).at(-1) ?? fits[0];
}

/** @param {{desk: Desk, boardId: string}} props */
export function AddNoteDialog({ desk, boardId }) {
  const { store, room } = desk;
  const board = store.one("board", boardId);
  const columns = (board?.columns ?? []).filter((column) => writingStep(store, room, boardId, column.id));
  const [column, setColumn] = useState(columns[0]?.id ?? "");
  const [lang, setLang] = useState(store.one("room", room)?.plan.language ?? "de");
  const [text, setText] = useState("");
  const limit = desk.app.socket.limits.value?.note_chars ?? 500;
  const reason =
    (text.trim() === "" && t("facilitator.note.empty")) || (characters(text) > limit && t("facilitator.note.too_long"));
  const add = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const step = writingStep(store, room, boardId, column);
    if (reason || !step) return;
    const id = newId();
    const command = {
      type: "AddNote",
      note_id: id,
      activity_id: step.id,
      column_id: column,
      text: text.trim(),
      language: lang,
    };
    const done = t("facilitator.add.done");
    // Several at once is the rule: the dialog stays, ready for the next one.
    if (await desk.act(command, { done, undo: [{ type: "ArchiveNote", note_id: id }] })) setText("");
  };
  const actions = html`<button type="button" class="button" onClick=${() => desk.close()}>${t("facilitator.finished")}</button>
    <span class="spread"></span>
    <button type="submit" form="add-form" class="button primary" aria-disabled=${reason ? "true" : undefined} title=${reason || undefined}>
      ${t("facilitator.add.pin")}
    </button>`;
  return html`<${Box} desk=${desk} title=${t("facilitator.add.title")} actions=${actions}>
    <p class="muted">${t("facilitator.add.why")}</p>
    <form id="add-form" onSubmit=${add}>
      <span class="label" aria-hidden="true">${t("facilitator.add.column")}</span>
      <${Segments}
        label=${t("facilitator.add.column")}
        value=${column}
        options=${columns.map((one) => ({ value: one.id, text: pick(one.title) }))}
        onChange=${setColumn}
      />
      <${TextField} label=${t("facilitator.note.text")} lang=${lang} value=${text} limit=${limit} focus=${true} onInput=${setText} />
      <span class="label" aria-hidden="true">${t("facilitator.add.language")}</span>
      <${Segments}
        label=${t("facilitator.add.language")}
        value=${lang}
        options=${LANGUAGES.map((code) => ({ value: code, text: languageName(code) }))}
        onChange=${setLang}
      />
    </form>
  <//>`;
}
