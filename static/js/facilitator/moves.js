/** Moving notes and groups: what a drop means as commands, and the commands that take it back. Knows nothing of pointers. */

import { byRank, layout } from "../lib/board.js";
import { newId } from "../lib/commands.js";
import { pick, t } from "../lib/i18n.js";
import { short } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/store.js").Store} Store */
/** @typedef {import("../lib/types.js").Note} Note */
/** @typedef {import("../lib/types.js").Command} Command */
/** @typedef {{kind: "note"|"group", ids: string[]}} Dragged */
/**
 * Where something can be put: in a column or one of its groups, in front of something or at the end, or onto a loose note.
 * @typedef {{column: string, group: string | null, before: string | null, onto: string | null}} Place
 */

/** The ticked notes that are still there to be acted upon. @param {Desk} desk @param {string} boardId */
export function chosenNotes(desk, boardId) {
  return [...desk.selected.value]
    .map((id) => desk.store.one("note", id))
    .filter((note) => note !== undefined && note.board === boardId && !note.archived)
    .map((note) => /** @type {Note} */ (note))
    .sort(byRank);
}

/** What stands after something in a list, or null at its end. @param {{id: string}[]} list @param {string} id */
function after(list, id) {
  const at = list.findIndex((other) => other.id === id);
  return at < 0 ? null : (list[at + 1]?.id ?? null);
}

/** What stands after a note where it is now. @param {Store} store @param {Note} note */
function noteAfter(store, note) {
  const placed = layout(store, note.board)[note.column] ?? [];
  if (!note.group) return after(placed, note.id);
  const group = placed.find((other) => other.kind === "group" && other.id === note.group);
  return group?.kind === "group" ? after(group.notes, note.id) : null;
}

/** The commands that put notes back where they stand now: the last first, so that what each stands before is there again. @param {Store} store @param {Note[]} notes @returns {Command[]} */
export function backInPlace(store, notes) {
  return [...notes]
    .sort(byRank)
    .reverse()
    .map((note) => ({
      type: "MoveNote",
      note_id: note.id,
      column_id: note.column,
      group_id: note.group,
      before: noteAfter(store, note),
    }));
}

/**
 * Put something somewhere. True once it stands there.
 * @param {Desk} desk @param {Dragged} dragged @param {Place} place
 */
export function drop(desk, dragged, place) {
  return dragged.kind === "group" ? dropGroup(desk, dragged.ids[0], place) : dropNotes(desk, dragged.ids, place);
}

/** @param {Desk} desk @param {string} id @param {Place} place */
async function dropGroup(desk, id, place) {
  const { store } = desk;
  const group = store.one("group", id);
  if (!group) return false;
  const next = after(layout(store, group.board)[group.column] ?? [], id);
  if (place.before === id || (place.column === group.column && place.before === next)) return true;
  return desk.act(
    { type: "MoveGroup", group_id: id, column_id: place.column, before: place.before },
    {
      done: t("facilitator.move.done", {
        what: short(group.title || t("facilitator.group.untitled")),
        place: placeName(desk, place),
      }),
      undo: [{ type: "MoveGroup", group_id: id, column_id: group.column, before: next }],
    },
  );
}

/** @param {Desk} desk @param {string[]} ids @param {Place} place */
async function dropNotes(desk, ids, place) {
  const { store } = desk;
  const notes = ids.flatMap((id) => store.one("note", id) ?? []).sort(byRank);
  if (notes.length === 0) return false;
  const back = backInPlace(store, notes);
  if (place.onto) {
    const group = newId();
    const members = [place.onto, ...notes.map((note) => note.id).filter((id) => id !== place.onto)];
    return desk.act(
      { type: "GroupNotes", group_id: group, note_ids: members },
      {
        done: t("facilitator.group.formed", { n: members.length }),
        undo: [{ type: "DissolveGroup", group_id: group }, ...back],
      },
    );
  }
  const [first] = notes;
  const stays =
    notes.length === 1 &&
    first.column === place.column &&
    first.group === place.group &&
    (place.before === first.id || place.before === noteAfter(store, first));
  if (stays) return true;
  const move = (/** @type {Note} */ note) => ({
    type: "MoveNote",
    note_id: note.id,
    column_id: place.column,
    group_id: place.group,
    before: place.before,
  });
  const what = notes.length === 1 ? short(first.text, 32) : t("facilitator.notes", { n: notes.length });
  return desk.act(notes.map(move), {
    done: t("facilitator.move.done", { what, place: placeName(desk, place) }),
    undo: back,
  });
}

/** Where a place is, in a few words. @param {Desk} desk @param {Place} place */
export function placeName({ store }, place) {
  if (place.group) return store.one("group", place.group)?.title || t("facilitator.group.untitled");
  for (const board of store.all("board").values()) {
    const column = board.columns.find((other) => other.id === place.column);
    if (column) return pick(column.title);
  }
  return "";
}

/** The same in full, for those who move something with the keys. @param {Desk} desk @param {Place} place */
export function placeInWords(desk, place) {
  const title = (/** @type {string} */ id) => {
    const note = desk.store.one("note", id);
    return short(note ? note.text : desk.store.one("group", id)?.title || t("facilitator.group.untitled"), 40);
  };
  const where = placeName(desk, place);
  if (place.onto) return t("facilitator.drag.onto", { what: title(place.onto), place: where });
  if (place.before) return t("facilitator.drag.before", { what: title(place.before), place: where });
  return t(place.group ? "facilitator.drag.into" : "facilitator.drag.end", { place: where });
}

/**
 * Every place of a board for something, column by column, in the order the arrow keys walk through them.
 * @param {import("../lib/board.js").Placed[][]} columns @param {string[]} columnIds @param {Dragged} dragged
 * @returns {Place[][]}
 */
export function placesOf(columns, columnIds, dragged) {
  const moving = new Set(dragged.ids);
  return columns.map((placed, at) => {
    const column = columnIds[at];
    const here = (/** @type {Partial<Place>} */ more) => ({ column, group: null, before: null, onto: null, ...more });
    const found = placed.flatMap((item) => {
      if (moving.has(item.id)) return [];
      const places = [here({ before: item.id })];
      if (dragged.kind === "group") return places;
      if (item.kind === "note") return [...places, here({ onto: item.id })];
      const inside = item.notes
        .filter((note) => !moving.has(note.id))
        .map((note) => here({ group: item.id, before: note.id }));
      return [...places, ...inside, here({ group: item.id })];
    });
    return [...found, here({})];
  });
}
