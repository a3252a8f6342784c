/** What both projectors show: small, true, in each wall's own language; one's own wall is changed from here. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { rooms, wallOf } from "../lib/session.js";
import { Icon, Mark } from "../ui/parts.js";
import { WallDialog } from "./wall-dialog.js";
import { Preview } from "./wall-preview.js";
import { roomName } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Room} Room */

/** @param {{desk: Desk}} props */
export function Walls({ desk }) {
  return html`<section class="walls" aria-label=${t("facilitator.wall.title")}>
    <h2 class="eyebrow">${t("facilitator.wall.title")}</h2>
    <div class="wall-pair">${rooms(desk.store).map((room) => html`<${WallSmall} key=${room.id} desk=${desk} room=${room} />`)}</div>
  </section>`;
}

/** @param {{desk: Desk, room: Room}} props */
function WallSmall({ desk, room }) {
  const { store } = desk;
  const wall = wallOf(store, room.id);
  const own = room.id === desk.room;
  const projectors = store.presence.value?.projectors[room.id] ?? 0;
  const picture = html`<${Preview} desk=${desk} room=${room} wall=${wall} />`;
  return html`<div class="wall">
    <p class="wall-what">
      <${Mark} app=${desk.app} room=${room.id} />
      <span>${t(`facilitator.wall.kind.${wall.kind}`)}</span>
    </p>
    ${
      own
        ? html`<button type="button" class="wall-picture" onClick=${() => desk.show(WallDialog)}>
            ${picture}<span class="visually-hidden">${t("facilitator.wall.change", { room: roomName(store, room.id) })}</span>
          </button>`
        : html`<div class="wall-picture">${picture}</div>`
    }
    <p class="wall-state ${projectors ? "" : "missing"}">
      ${projectors ? t("facilitator.wall.projectors", { n: projectors }) : t("facilitator.wall.no_projector")}
      ${own && html`<span class="wall-change" aria-hidden="true"><${Icon} name="pencil" /></span>`}
    </p>
  </div>`;
}
