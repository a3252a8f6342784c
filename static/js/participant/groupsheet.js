/** What can be done with a group: name it, move it with all its notes, dissolve it. */

import { layout } from "../lib/board.js";
import { html, useMemo, useSignal } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { Dialog } from "../ui/parts.js";
import { act, backGroup } from "./moves.js";
import { Row, TitleField } from "./movesheet.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Group} Group */

/** @param {{app: App, group: Group, onClose: () => void}} props */
export function GroupSheet({ app, group, onClose }) {
  const naming = useSignal(false);
  const choices = useMemo(() => choicesFor(app, group, onClose), []);
  const rename = { key: "rename", label: t("phone.group.rename"), run: () => (naming.value = true) };
  return html`<${Dialog} class="sheet" label=${t("phone.group.sheet")} onClose=${onClose}>
    <div class="sheet-grip" aria-hidden="true"></div>
    <h2 tabindex="-1" autofocus>${group.title || t("phone.group.untitled")}</h2>
    ${
      naming.value
        ? html`<${Rename} app=${app} group=${group} onClose=${onClose} />`
        : html`<ul class="choices">${[rename, ...choices].map((choice) => html`<${Row} key=${choice.key} choice=${choice} />`)}</ul>`
    }
    <button class="button big" onClick=${onClose}>${t("phone.cancel")}</button>
  <//>`;
}

/** @param {{app: App, group: Group, onClose: () => void}} props */
function Rename({ app, group, onClose }) {
  const title = useSignal(group.title);
  const rename = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!title.value.trim()) return;
    const command = { type: "RenameGroup", group_id: group.id, translation: group.translation };
    const undo = group.title ? { ...command, title: group.title } : undefined;
    onClose();
    act(app, { ...command, title: title.value }, t("phone.group.renamed"), undo);
  };
  return html`<form onSubmit=${rename}>
    <${TitleField} app=${app} label=${t("phone.group.title")} title=${title} />
    <button class="button primary big">${t("phone.group.rename")}</button>
  </form>`;
}

/** @param {App} app @param {Group} group @param {() => void} onClose @returns {import("./movesheet.js").Choice[]} */
function choicesFor(app, group, onClose) {
  const undo = backGroup(app, group);
  const here = layout(app.store, group.board)[group.column] ?? [];
  const columns = app.store.one("board", group.board)?.columns ?? [];
  /** @param {string} key @param {string} label @param {object} to @param {string} told */
  const move = (key, label, to, told) => ({
    key,
    label,
    run: () => {
      onClose();
      act(app, { type: "MoveGroup", group_id: group.id, column_id: group.column, ...to }, told, undo);
    },
  });
  const dissolve = () => {
    onClose();
    const back = { type: "RestoreGroup", group_id: group.id };
    act(app, { type: "DissolveGroup", group_id: group.id }, t("phone.group.dissolved"), back);
  };
  const found = [
    here[0]?.id !== group.id &&
      move("first", t("phone.sort.first"), { before: here[0]?.id }, t("phone.sort.moved_first")),
    here.at(-1)?.id !== group.id && move("last", t("phone.sort.last"), {}, t("phone.sort.moved_last")),
    ...columns
      .filter(({ id }) => id !== group.column)
      .map((column) => {
        const label = t("phone.sort.column", { title: pick(column.title) });
        return move(column.id, label, { column_id: column.id }, t("phone.sort.moved", { place: label }));
      }),
    { key: "dissolve", label: t("phone.group.dissolve"), run: dissolve },
  ];
  return found.filter((choice) => typeof choice === "object");
}
