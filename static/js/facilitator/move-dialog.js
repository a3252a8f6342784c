/** "Move to…": every drag as a list to choose from. */

import { layout } from "../lib/board.js";
import { html } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";
import { focusItem } from "./board-drag.js";
import { Box } from "./box.js";
import { drop } from "./moves.js";
import { short } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./moves.js").Place} Place */

/** @param {{desk: Desk, kind: "note"|"group", ids: string[]}} props */
export function MoveDialog({ desk, kind, ids }) {
  const { store } = desk;
  const things = ids.flatMap((id) => store.one(kind, id) ?? []);
  const board = store.one("board", things[0]?.board);
  if (!board)
    return html`<${Box} desk=${desk} title=${t("facilitator.move.title")}><p>${t("facilitator.note.gone")}</p><//>`;
  const columns = layout(store, board.id);
  const go = async (/** @type {Partial<Place> & {column: string}} */ place) => {
    desk.close();
    if (!(await drop(desk, { kind, ids }, { group: null, before: null, onto: null, ...place }))) return;
    desk.unselect();
    focusItem(desk, ids[0]);
  };
  const what = ids.length === 1 ? nameOf(things[0]) : t("facilitator.notes", { n: ids.length });
  return html`<${Box} desk=${desk} title=${t("facilitator.move.title")}>
    <p class="muted">${what}</p>
    <div class="move-columns">
      ${board.columns.map((column) => {
        const placed = columns[column.id] ?? [];
        const first = placed.find((item) => !ids.includes(item.id));
        const groups = kind === "note" ? placed.filter((item) => item.kind === "group") : [];
        return html`<section key=${column.id} class="move-column" aria-label=${pick(column.title)}>
          <h3>${pick(column.title)}</h3>
          <button type="button" class="button" onClick=${() => go({ column: column.id, before: first?.id ?? null })}>
            <${Icon} name="chevron-up" />${t("facilitator.move.top")}
          </button>
          <button type="button" class="button" onClick=${() => go({ column: column.id })}>
            <${Icon} name="chevron-down" />${t("facilitator.move.bottom")}
          </button>
          ${groups.map(
            (
              item,
            ) => html`<button type="button" key=${item.id} class="button into" onClick=${() => go({ column: column.id, group: item.id })}>
              <${Icon} name="group" />${nameOf(item.group)}
            </button>`,
          )}
        </section>`;
      })}
    </div>
  <//>`;
}

/** @param {import("../lib/types.js").Note | import("../lib/types.js").Group} thing */
function nameOf(thing) {
  return short((thing.kind === "note" ? thing.text : thing.title) || t("facilitator.group.untitled"), 60);
}
