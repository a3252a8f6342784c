/** A live connection as it stands on a wall, small: before it both halls, while it runs where their pictures are. */

import { tick } from "../lib/clock.js";
import { html, useComputed } from "../lib/html.js";
import { clockTime, duration, pick, translate } from "../lib/i18n.js";
import { plannedStart, rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { layoutOf, windowOf } from "../lib/windows.js";
import { Icon, Mark } from "../ui/parts.js";
import { ICONS, stateOf, wordOf } from "./link-halls.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Link} Link */
/** @typedef {import("../lib/types.js").Room} Room */

/** Both halls, and when it is planned on this one's clock, or that it is over. @param {{desk: Desk, room: Room, code: string}} props */
export function LiveHalls({ desk, room, code }) {
  const { store } = desk;
  const step = windowOf(store, room.id);
  const over = store.one("link", step?.id)?.status === "over";
  const planned = step && clockTime(plannedStart(store, step), room.plan.time_zone);
  return html`<span class="preview-line">${over ? translate(code, "facilitator.window.over") : planned}</span>
    ${rooms(store).map(({ id, plan }) => html`<span key=${id} class="mini-name"><${Mark} app=${desk.app} room=${id} />${pick(plan.name, code)}</span>`)}`;
}

/**
 * `cards`: the board's, where it has one.
 * @param {{desk: Desk, room: Room, link: Link, code: string, cards: any}} props
 */
export function OnAirSmall({ desk, room, link, code, cards }) {
  const layout = layoutOf(link, room.id, Boolean(cards));
  const other = link.rooms.find((id) => id !== room.id) ?? "";
  const hall = { desk, link, code };
  return html`<span class="preview shows-air as-${layout}" lang=${code}>
    ${(layout === "board" || layout === "picture") && html`<span class="mini-board">${cards}</span>`}
    <${HallSmall} ...${hall} room=${other} place="far" named=${true} />
    <${HallSmall} ...${hall} room=${room.id} place="near" named=${layout === "halves"} />
    <${Since} link=${link} />
  </span>`;
}

/** Where a hall's picture stands; in a word, why there is none. */
/** @param {{desk: Desk, link: Link, code: string, room: string, place: "far"|"near", named: boolean}} props */
function HallSmall({ desk, link, code, room, place, named }) {
  const state = stateOf(desk, room, link);
  const name = pick(desk.store.one("room", room)?.plan.name, code);
  return html`<span class="mini-hall ${place} ${state}" style=${roomStyle(room)}>
    <span class="mini-name"><${Mark} app=${desk.app} room=${room} />${named && html`<span>${name}</span>`}</span>
    ${state !== "on_air" && html`<span class="mini-state"><${Icon} name=${ICONS[state] ?? "circle-alert"} />${named && html`<span>${translate(code, wordOf(state))}</span>`}</span>`}
  </span>`;
}

/** @param {{link: Link}} props */
function Since({ link }) {
  const since = link.live_at ?? 0;
  const gone = useComputed(() => duration(Math.max(0, tick.value - since)));
  return html`<span class="mini-live"><strong class="badge">LIVE</strong> <span class="digits">${gone.value}</span></span>`;
}
