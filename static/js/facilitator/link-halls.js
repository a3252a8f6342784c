/** How each hall of a window stands, in a word: no camera yet, ready, on the air, muted, sound only. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { Icon, Mark } from "../ui/parts.js";
import { roomName } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Activity} Activity */
/** @typedef {import("../lib/types.js").Link} Link */

/** @type {Record<string, string>} */
export const ICONS = {
  station: "video",
  sound_only: "volume-2",
  ready: "circle-check",
  on_air: "video",
  muted: "volume-x",
  paused: "pause",
  off: "volume-x",
  held_back: "volume-2",
};

/** What a hall has switched off is called the same wherever it is said. */
const ON_EVERY_FACE = ["muted", "paused"];

/** @param {{desk: Desk, step: Activity, link: Link | undefined}} props */
export function LinkHalls({ desk, step, link }) {
  return html`<ul class="stations">
    ${rooms(desk.store)
      .filter(({ id }) => step.plan.rooms.includes(id))
      .map(({ id }) => html`<${Hall} key=${id} desk=${desk} room=${id} link=${link} />`)}
  </ul>`;
}

/** The catalogue's id of a state. @param {string} state */
export function wordOf(state) {
  return ON_EVERY_FACE.includes(state) ? `common.hall.${state}` : `facilitator.link.${state}`;
}

/** @param {Desk} desk @param {string} room @param {Link | undefined} link */
export function stateOf({ store }, room, link) {
  const station = store.one("station", room);
  if (!station) return "no_station";
  // The wall itself has gone: what it had as a station comes back with it.
  if (store.presence.value?.projectors[room] === 0) return "away";
  if (link?.status === "live") {
    if (link.muted.includes(room)) return link.paused.includes(room) ? "off" : "muted";
    if (link.paused.includes(room)) return "paused";
    if (!station.camera) return station.microphone ? "sound_only" : "boards_only";
    return room in link.held_back ? "held_back" : "on_air";
  }
  if (link?.ready.includes(room)) return "ready";
  return station.camera ? "station" : station.microphone ? "sound_only" : "boards_only";
}

/** One hall's state in a word. @param {{desk: Desk, room: string, link: Link | undefined}} props */
function Hall({ desk, room, link }) {
  const state = stateOf(desk, room, link);
  return html`<li style=${roomStyle(room)}>
    <${Mark} app=${desk.app} room=${room} /><span>${roomName(desk.store, room)}</span>
    <span class="link-state ${state}"><${Icon} name=${ICONS[state] ?? "circle-alert"} />${t(wordOf(state))}</span>
  </li>`;
}
