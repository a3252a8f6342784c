/** The board as something to drag on: what is picked up, which place is under the pointer, how the place is marked. */

import { layout } from "../lib/board.js";
import { t } from "../lib/i18n.js";
import { Drag } from "./drag.js";
import { chosenNotes, drop, placeInWords, placesOf } from "./moves.js";
import { short } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./moves.js").Dragged} Dragged */
/** @typedef {import("./moves.js").Place} Place */

export class BoardDrag {
  /** @param {Desk} desk @param {string} boardId @param {HTMLElement} root */
  constructor(desk, boardId, root) {
    this.desk = desk;
    this.boardId = boardId;
    this.root = root;
    /** @type {HTMLElement | null} */
    this.marked = null;
  }

  attach() {
    return new Drag(this.root, this).attach();
  }

  /** A ticked card takes all ticked ones along. @param {HTMLElement} item @returns {Dragged} */
  lifted(item) {
    const id = item.dataset.item ?? "";
    const kind = item.dataset.kind === "group" ? "group" : "note";
    const chosen = this.desk.selected.peek();
    if (kind === "group" || !chosen.has(id)) return { kind, ids: [id] };
    return { kind, ids: chosenNotes(this.desk, this.boardId).map((note) => note.id) };
  }

  /** @param {Dragged} dragged */
  begin(dragged) {
    this.desk.dragging.value = true;
    this.desk.say(t("facilitator.drag.lifted", { what: this.name(dragged) }));
  }

  /** @param {Dragged} dragged */
  name(dragged) {
    if (dragged.ids.length > 1) return t("facilitator.notes", { n: dragged.ids.length });
    const { store } = this.desk;
    const [id] = dragged.ids;
    return short(store.one("note", id)?.text ?? (store.one("group", id)?.title || t("facilitator.group.untitled")), 40);
  }

  end() {
    this.mark(null);
    this.desk.dragging.value = false;
  }

  cancel() {
    this.end();
    this.desk.say(t("facilitator.drag.cancelled"));
  }

  /** @param {Dragged} dragged @param {Place} place */
  async drop(dragged, place) {
    this.end();
    if (!(await drop(this.desk, dragged, place))) return;
    if (dragged.ids.length > 1) this.desk.unselect();
    focusItem(this.desk, dragged.ids[0]);
  }

  /**
   * The place at a point: the upper and lower edge of a card stand for before and after it, its middle for the card itself.
   * @param {number} x @param {number} y @param {Dragged} dragged
   * @returns {Place | null}
   */
  placeAt(x, y, dragged) {
    const under = document.elementFromPoint(x, y);
    const column = /** @type {HTMLElement | null} */ (under?.closest("[data-column]"));
    if (!column || !this.root.contains(column)) return null;
    const place = { column: column.dataset.column ?? "", group: null, before: null, onto: null };
    const inner = /** @type {HTMLElement | null} */ (under?.closest("[data-item]"));
    const outer = /** @type {HTMLElement | null} */ (inner?.parentElement?.closest("[data-item]"));
    const item = dragged.kind === "group" ? (outer ?? inner) : inner;
    if (!item) return { ...place, before: firstBelow(column, y) };
    const id = item.dataset.item ?? "";
    const box = item.getBoundingClientRect();
    const share = (y - box.top) / box.height;
    if (dragged.kind === "note" && item.dataset.kind === "group") {
      // The group's own edges stand for before and after it, all between for its end.
      if (y - box.top < 12) return { ...place, before: id };
      return box.bottom - y < 12 ? { ...place, before: idAfter(item) } : { ...place, group: id };
    }
    const group = dragged.kind === "note" && outer ? (outer.dataset.item ?? null) : null;
    const loose = dragged.kind === "note" && !group && !dragged.ids.includes(id);
    if (loose && share > 0.28 && share < 0.72) return { ...place, onto: id };
    return { ...place, group, before: share < 0.5 ? id : idAfter(item) };
  }

  /** @param {Dragged} dragged */
  places(dragged) {
    const columns = this.desk.store.one("board", this.boardId)?.columns ?? [];
    const placed = layout(this.desk.store, this.boardId);
    return placesOf(
      columns.map((column) => placed[column.id] ?? []),
      columns.map((column) => column.id),
      dragged,
    );
  }

  /** @param {Place} place */
  tell(place) {
    this.desk.say(placeInWords(this.desk, place));
  }

  /** Show where it would go. @param {Place | null} place @param {boolean} [follow] bring it into view */
  mark(place, follow = false) {
    this.marked?.removeAttribute("data-drop");
    this.marked = place ? this.elementOf(place) : null;
    if (!place || !this.marked) return;
    this.marked.dataset.drop = place.onto ? "onto" : place.before ? "before" : place.group ? "into" : "end";
    if (follow) this.marked.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** @param {Place} place @returns {HTMLElement | null} */
  elementOf(place) {
    const id = place.onto ?? place.before ?? place.group;
    if (id) return this.root.querySelector(`[data-item="${id}"]`);
    return this.root.querySelector(`[data-column="${place.column}"] > .column-list`);
  }
}

/** A moved card is drawn anew where it is now; whoever moved it goes on from there, unless they are busy elsewhere. @param {import("./desk.js").Desk} desk @param {string} id */
export function focusItem(desk, id) {
  requestAnimationFrame(() => {
    const item = /** @type {HTMLElement | null} */ (document.querySelector(`[data-focus="${id}"]`));
    const active = document.activeElement;
    if (!item || (active !== document.body && !active?.closest(".board"))) return;
    desk.focused.value = id;
    item.focus();
  });
}

/** @param {HTMLElement} item */
function idAfter(item) {
  const next = /** @type {HTMLElement | null} */ (item.nextElementSibling);
  return next?.dataset.item ?? null;
}

/** In a gap: the first thing of the column whose middle is below the pointer. @param {HTMLElement} column @param {number} y */
function firstBelow(column, y) {
  for (const item of column.querySelectorAll(":scope > .column-list > [data-item]")) {
    const box = item.getBoundingClientRect();
    if (y < box.top + box.height / 2) return /** @type {HTMLElement} */ (item).dataset.item ?? null;
  }
  return null;
}
