/** "Move to…" for a note. What it offers is read once when it opens: nothing in it moves under a finger. */

import { layout } from "../lib/board.js";
import { newId } from "../lib/commands.js";
import { html, useEffect, useMemo, useRef, useSignal } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { Dialog } from "../ui/parts.js";
import { act, backNote } from "./moves.js";
import { shortly, twoLines } from "./texts.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Note} Note */
/** @typedef {{key: string, label: string, lang?: string, more?: string, run: () => void}} Choice */

/** From so many notes on, a field to find one by its words. */
const SEARCH_FROM = 10;

/** @param {{app: App, note: Note, onClose: () => void}} props */
export function MoveSheet({ app, note, onClose }) {
  const partner = useSignal(/** @type {Note | null} */ (null));
  const page = useSignal("where");
  const board = useMemo(() => layout(app.store, note.board), []);
  const choices = useMemo(() => placesFor(app, note, board, onClose), []);
  const withOther = () => (page.value = "with");
  const choose = (/** @type {Note} */ other) => {
    partner.value = other;
    page.value = "name";
  };
  return html`<${Dialog} class="sheet" label=${t("phone.sort.sheet")} onClose=${onClose}>
    <div class="sheet-grip" aria-hidden="true"></div>
    <p class="sheet-note" lang=${note.language}>${shortly(note.text)}</p>
    ${
      page.value === "where" &&
      html`<h2 tabindex="-1" autofocus>${t("phone.sort.sheet")}</h2>
      <ul class="choices">
        ${choices.groups.map((choice) => html`<${Row} key=${choice.key} choice=${choice} />`)}
        <${Row} choice=${{ key: "new", label: t("phone.sort.new_group"), run: withOther }} />
        ${choices.places.map((choice) => html`<${Row} key=${choice.key} choice=${choice} />`)}
      </ul>`
    }
    ${page.value === "with" && html`<${Partners} app=${app} note=${note} board=${board} onChoose=${choose} />`}
    ${page.value === "name" && partner.value && html`<${NewGroup} app=${app} note=${note} partner=${partner.value} onClose=${onClose} />`}
    <button class="button big" onClick=${onClose}>${t("phone.cancel")}</button>
  <//>`;
}

/** @param {{choice: Choice}} props */
export function Row({ choice }) {
  return html`<li>
    <button class="choice" onClick=${choice.run}>
      <span lang=${choice.lang}>${choice.label}</span>${choice.more && html`<span class="choice-more">${choice.more}</span>`}
    </button>
  </li>`;
}

/**
 * @param {App} app @param {Note} note @param {Record<string, import("../lib/board.js").Placed[]>} board @param {() => void} onClose
 * @returns {{groups: Choice[], places: Choice[]}}
 */
function placesFor(app, note, board, onClose) {
  const undo = backNote(app, note);
  const columns = app.store.one("board", note.board)?.columns ?? [];
  /** @param {string} key @param {string} label @param {object} to @param {string} [told] @returns {Choice} */
  const choice = (key, label, to, told = t("phone.sort.moved", { place: label })) => ({
    key,
    label,
    run: () => {
      onClose();
      act(app, { type: "MoveNote", note_id: note.id, column_id: note.column, ...to }, told, undo);
    },
  });
  const inOrder = [note.column, ...columns.map(({ id }) => id).filter((id) => id !== note.column)];
  const groups = inOrder
    .flatMap((id) => board[id] ?? [])
    .flatMap((placed) => {
      if (placed.kind !== "group" || placed.id === note.group) return [];
      const [line] = twoLines(app, placed.group.title, placed.group.translation);
      const found = choice(placed.id, line?.text ?? t("phone.group.untitled"), { group_id: placed.id });
      return [{ ...found, lang: line?.lang, more: t("phone.notes", { n: placed.notes.length }) }];
    });
  const here = board[note.column] ?? [];
  const places = [
    note.group && choice("out", t("phone.sort.out_of_group"), {}, t("phone.sort.taken_out")),
    !note.group &&
      here[0]?.id !== note.id &&
      choice("first", t("phone.sort.first"), { before: here[0]?.id }, t("phone.sort.moved_first")),
    !note.group && here.at(-1)?.id !== note.id && choice("last", t("phone.sort.last"), {}, t("phone.sort.moved_last")),
    ...columns
      .filter(({ id }) => id !== note.column)
      .map((column) =>
        choice(column.id, t("phone.sort.column", { title: pick(column.title) }), { column_id: column.id }),
      ),
  ];
  return { groups, places: places.filter((found) => typeof found === "object" && found !== null) };
}

/**
 * @param {{app: App, note: Note, board: Record<string, import("../lib/board.js").Placed[]>, onChoose: (note: Note) => void}} props
 */
function Partners({ app, note, board, onChoose }) {
  const wanted = useSignal("");
  const loose = useMemo(() => {
    const others = Object.keys(board).filter((id) => id !== note.column);
    return [note.column, ...others]
      .flatMap((id) => board[id] ?? [])
      .flatMap((placed) => (placed.kind === "note" && placed.id !== note.id ? [placed.note] : []));
  }, []);
  const shown = loose.filter((other) =>
    `${other.text} ${other.translation}`.toLowerCase().includes(wanted.value.toLowerCase()),
  );
  return html`<h2>${t("phone.sort.new_group")}</h2>
    ${
      loose.length >= SEARCH_FROM &&
      html`<input
      class="field"
      type="search"
      aria-label=${t("phone.sort.search")}
      placeholder=${t("phone.sort.search")}
      onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => (wanted.value = event.currentTarget.value)}
    />`
    }
    ${shown.length === 0 && html`<p class="muted">${t("phone.sort.no_partner")}</p>`}
    <ul class="choices">
      ${shown.map((other) => {
        const mark = pick(app.store.one("room", other.room)?.plan.name);
        const choice = {
          key: other.id,
          label: shortly(other.text),
          lang: other.language,
          more: mark,
          run: () => onChoose(other),
        };
        return html`<${Row} key=${other.id} choice=${choice} />`;
      })}
    </ul>`;
}

/** @param {{app: App, note: Note, partner: Note, onClose: () => void}} props */
function NewGroup({ app, note, partner, onClose }) {
  const title = useSignal("");
  const form = (/** @type {Event} */ event) => {
    event.preventDefault();
    const group_id = newId();
    onClose();
    const command = { type: "GroupNotes", group_id, note_ids: [note.id, partner.id], title: title.value };
    act(app, command, t("phone.group.formed"), { type: "DissolveGroup", group_id });
  };
  return html`<form onSubmit=${form}>
    <p class="sheet-note" lang=${partner.language}>${shortly(partner.text)}</p>
    <${TitleField} app=${app} label=${t("phone.group.new_title")} title=${title} />
    <button class="button primary big">${t("phone.group.form")}</button>
  </form>`;
}

/** @param {{app: App, label: string, title: import("../lib/html.js").Signal<string>}} props */
export function TitleField({ app, label, title }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => field.current?.focus(), []);
  return html`<label class="label" for="group-title">${label}</label>
    <input
      id="group-title"
      ref=${field}
      class="field"
      maxlength=${app.socket.limits.value?.title_chars ?? 120}
      value=${title.value}
      onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => (title.value = event.currentTarget.value)}
    />`;
}
