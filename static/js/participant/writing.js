/** Writing notes: the open columns, the promise who will read it, the box, and below it one's own notes. */

import { newId } from "../lib/commands.js";
import { html, useEffect, useRef, useSignal } from "../lib/html.js";
import { language, pick, t } from "../lib/i18n.js";
import { languageOf } from "../lib/session.js";
import { Icon } from "../ui/parts.js";
import { DoneRow, Heading } from "./frame.js";
import { ownCards } from "./own.js";
import { OwnNotes } from "./ownnotes.js";
import { OthersNotes } from "./reading.js";
import { notify, say } from "./status.js";
import { lengthOf } from "./texts.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Activity} Activity */
/** @typedef {import("../lib/types.js").Board} Board */
/** @typedef {import("./drafts.js").Drafts} Drafts */

/** @param {{app: App, step: Activity, drafts: Drafts}} props */
export function Writing({ app, step, drafts }) {
  const board = app.store.one("board", step.plan.board);
  const open = step.plan.columns ?? [];
  const columns = (board?.columns ?? []).filter((column) => open.length === 0 || open.includes(column.id));
  const column = useSignal(drafts.read(step.id).column ?? "");
  if (!board) return null;
  const chosen = columns.find((other) => other.id === column.value) ?? columns[0];
  const choose = (/** @type {string} */ id) => {
    column.value = id;
    drafts.write(step.id, { ...drafts.read(step.id), column: id });
  };
  return html`<${Heading} text=${pick(board.title)} hint=${pick(step.plan.instruction)} />
    <${Columns} columns=${columns} chosen=${chosen.id} onChoose=${choose} />
    <${Composer} app=${app} step=${step} board=${board} column=${chosen.id} drafts=${drafts} />
    <${OwnNotes} app=${app} step=${step} board=${board} drafts=${drafts} />
    <${DoneRow} app=${app} step=${step} />
    <${OthersNotes} app=${app} board=${board} column=${chosen} />`;
}

/**
 * One of several columns.
 * @param {{columns: import("../lib/types.js").Column[], chosen: string, onChoose: (id: string) => void,
 *   counts?: Record<string, number>}} props
 */
export function Columns({ columns, chosen, onChoose, counts }) {
  if (columns.length < 2) return null;
  return html`<fieldset class="chips">
    <legend class="visually-hidden">${t("phone.columns")}</legend>
    ${columns.map(
      (column) => html`<label class="chip" key=${column.id}>
        <input
          type="radio"
          name="column"
          value=${column.id}
          checked=${column.id === chosen}
          onChange=${() => onChoose(column.id)}
        /><span class="chip-face">${pick(column.title)}${counts && html` <span class="chip-count">${counts[column.id] ?? 0}</span>`}</span>
      </label>`,
    )}
  </fieldset>`;
}

/** @param {{app: App, board: Board}} props */
function Promise_({ app, board }) {
  const named = app.store.one("me", "me")?.name ? "named" : "nameless";
  const [icon, id] = !board.hidden
    ? ["eye", `phone.promise.open_${named}`]
    : ["eye-off", `phone.promise.${board.moderated ? "moderated" : "hidden"}_${named}`];
  return html`<p class="promise" id="promise"><${Icon} name=${icon} /><span>${t(id)}</span></p>`;
}

/** @param {{app: App, step: Activity, board: Board, column: string, drafts: Drafts}} props */
function Composer({ app, step, board, column, drafts }) {
  const box = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const length = useSignal(0);
  // The box belongs to the person: its text is set once and never again from here, whatever arrives.
  useEffect(() => {
    if (!box.current) return;
    box.current.value = drafts.read(step.id).text;
    length.value = lengthOf(box.current.value);
  }, [step.id]);
  const limits = app.socket.limits.value;
  const most = limits?.note_chars ?? 500;
  const written = ownCards(app, step.id).filter((card) => card.status !== "withdrawn" && !isRefusedNew(card)).length;
  const left = (limits?.notes_per_person_and_activity ?? 50) - written;
  const why = board.locked ? "locked" : left <= 0 ? "full" : length.value > most ? "long" : "";

  const onInput = () => {
    const text = box.current?.value ?? "";
    length.value = lengthOf(text);
    drafts.write(step.id, { text, column });
  };
  const send = () => {
    const text = box.current?.value.trim() ?? "";
    if (why) notify({ text: t(`phone.write.${why}`, { n: length.value - most }), bad: true });
    else if (text && box.current) {
      give(app, step, column, text);
      box.current.value = "";
      onInput();
    }
    box.current?.focus();
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
  };
  return html`<div class="composer">
    <label class="visually-hidden" for="box">${t("phone.write.label")}</label>
    <textarea
      id="box"
      class="field"
      ref=${box}
      rows="3"
      placeholder=${t("phone.write.placeholder")}
      aria-describedby="promise write-limits"
      enterkeyhint="enter"
      onInput=${onInput}
      onKeyDown=${onKeyDown}
    ></textarea>
    <div id="write-limits" class="limits">
      ${board.locked && html`<p class="warn"><${Icon} name="lock" /> ${t("phone.write.locked")}</p>`}
      ${length.value > most && html`<p class="error">${t("phone.write.long", { n: length.value - most })}</p>`}
      ${
        length.value <= most &&
        length.value >= most * 0.8 &&
        html`<p>${t("phone.write.chars_left", { n: most - length.value })}</p>`
      }
      ${left <= 0 ? html`<p class="warn">${t("phone.write.full")}</p>` : left <= 5 && html`<p>${t("phone.write.notes_left", { n: left })}</p>`}
    </div>
    <button class="button primary big" aria-disabled=${why !== "" || length.value === 0} onClick=${send}>
      ${t("phone.write.send")}
    </button>
    <${Promise_} app=${app} board=${board} />
  </div>`;
}

/** @param {import("./own.js").OwnCard} card */
function isRefusedNew(card) {
  return card.refused?.command.type === "AddNote";
}

/** @param {App} app @param {Activity} step @param {string} column @param {string} text */
function give(app, step, column, text) {
  const command = { type: "AddNote", note_id: newId(), activity_id: step.id, column_id: column, text };
  app.commands
    .give({ ...command, language: languageOf(app.store, text, [language.value]) }, { kept: true })
    .then((answer) =>
      say(answer.ok ? t("phone.note.arrived") : `${t("phone.note.refused")} ${answer.message}`, "sent"),
    );
  if (app.socket.status.peek() !== "live") say(t("phone.note.waiting_long"), "sent");
}
