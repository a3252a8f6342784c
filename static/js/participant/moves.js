/** Acts of sorting, each told when it is done and with a way back. */

import { layout } from "../lib/board.js";
import { t } from "../lib/i18n.js";
import { notify } from "./status.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Command} Command */
/** @typedef {import("../lib/types.js").Note} Note */
/** @typedef {import("../lib/types.js").Group} Group */

/**
 * Give a command; say that it was done and offer its undo, or say why not.
 * @param {App} app @param {Command} command @param {string} told @param {Command} [undo]
 */
export async function act(app, command, told, undo) {
  const answer = await app.commands.give(command);
  if (answer.ok) {
    notify({ text: told, action: undo && t("phone.undo"), run: undo && (() => act(app, undo, t("phone.undone"))) });
  } else {
    notify({ text: answer.message || t("phone.offline_act"), bad: true });
  }
  keepFocus(String(command.note_id ?? command.group_id));
}

/** What was moved took the focus with it; a keyboard goes on from there. @param {string} id */
function keepFocus(id) {
  requestAnimationFrame(() => {
    if (document.activeElement !== document.body) return;
    const there = document.getElementById(`move-${id}`) ?? document.getElementById("heading");
    there?.focus({ preventScroll: true });
  });
}

/**
 * The command that puts a note back where it stands now.
 * @param {App} app @param {Note} note
 * @returns {Command}
 */
export function backNote(app, note) {
  const place = layout(app.store, note.board)[note.column] ?? [];
  const group = place.find((placed) => placed.id === note.group);
  const row = group?.kind === "group" ? group.notes : place;
  const before = row[row.findIndex((other) => other.id === note.id) + 1]?.id ?? null;
  return { type: "MoveNote", note_id: note.id, column_id: note.column, group_id: note.group, before };
}

/** The same for a group. @param {App} app @param {Group} group @returns {Command} */
export function backGroup(app, group) {
  const row = layout(app.store, group.board)[group.column] ?? [];
  const before = row[row.findIndex((other) => other.id === group.id) + 1]?.id ?? null;
  return { type: "MoveGroup", group_id: group.id, column_id: group.column, before };
}
