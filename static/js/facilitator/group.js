/** A group: a tinted panel that holds notes of any room. Its title is the button that opens it. */

import { html, useComputed } from "../lib/html.js";
import { language, t } from "../lib/i18n.js";
import { languageOf } from "../lib/session.js";
import { Icon } from "../ui/parts.js";
import { Card, Dots } from "./card.js";
import { GroupDialog } from "./group-dialog.js";
import { MenuItem, openMenu } from "./menu.js";
import { MoveDialog } from "./move-dialog.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Group} GroupEntity */

/** @param {Desk} desk @param {GroupEntity} group */
export function dissolve(desk, group) {
  return desk.act(
    { type: "DissolveGroup", group_id: group.id },
    { done: t("facilitator.group.dissolved"), undo: [{ type: "RestoreGroup", group_id: group.id }] },
  );
}

/** @param {{desk: Desk, group: GroupEntity, notes: import("../lib/types.js").Note[]}} props */
export function Group({ desk, group, notes }) {
  const stop = useComputed(() => desk.focused.value === group.id);
  const tab = stop.value ? 0 : -1;
  const title = group.title || t("facilitator.group.untitled");
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.code !== "KeyM") return;
    event.preventDefault();
    desk.show(MoveDialog, { kind: "group", ids: [group.id] });
  };
  return html`<li class="item group" data-item=${group.id} data-kind="group">
    <div class="group-head">
      <button
        type="button"
        class="group-title ${group.title ? "" : "untitled"}"
        data-focus=${group.id}
        tabindex=${tab}
        aria-describedby="card-keys"
        onClick=${() => desk.show(GroupDialog, { id: group.id })}
        onKeyDown=${onKeyDown}
        onFocus=${() => {
          desk.focused.value = group.id;
        }}
      >
        <span lang=${group.title ? languageOf(desk.store, title) : language.value}>${title}</span>
        ${group.translation && html`<span class="group-translation" lang=${languageOf(desk.store, group.translation)}>${group.translation}</span>`}
      </button>
      <${Dots} desk=${desk} id=${group.id} />
      <button
        type="button"
        class="tool"
        tabindex=${tab}
        data-handle
        aria-label=${t("facilitator.group.menu", { group: title })}
        aria-haspopup="dialog"
        onClick=${(/** @type {MouseEvent} */ event) => menu(desk, group, /** @type {HTMLElement} */ (event.currentTarget))}
      >
        <${Icon} name="ellipsis" />
      </button>
    </div>
    <ul class="group-list">
      ${notes.map((note) => html`<${Card} key=${note.id} desk=${desk} note=${note} />`)}
      ${notes.length === 0 && html`<li class="column-empty">${t("facilitator.group.empty")}</li>`}
    </ul>
  </li>`;
}

/** @param {Desk} desk @param {GroupEntity} group @param {HTMLElement} anchor */
function menu(desk, group, anchor) {
  const item = (/** @type {string} */ icon, /** @type {string} */ text, /** @type {() => void} */ onChoose) =>
    html`<${MenuItem} desk=${desk} icon=${icon} text=${t(text)} onChoose=${onChoose} />`;
  const onWall = { type: "SetWall", room: desk.room, kind: "group", target: group.id };
  openMenu(
    desk,
    anchor,
    group.title || t("facilitator.group.untitled"),
    () => html`
    ${item("pencil", "facilitator.group.rename", () => desk.show(GroupDialog, { id: group.id }))}
    ${item("move", "facilitator.move.button", () => desk.show(MoveDialog, { kind: "group", ids: [group.id] }))}
    ${item("presentation", "facilitator.group.on_wall", () => desk.act(onWall, { done: t("facilitator.wall.set") }))}
    ${item("ungroup", "facilitator.group.dissolve", () => dissolve(desk, group))}
  `,
  );
}
