/** The live connection from the desk: how both halls stand, ready, go; and what it takes before. */

import { serverNow, tick } from "../lib/clock.js";
import { html, useComputed } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { Icon, Mark } from "../ui/parts.js";
import { CheckLight } from "./check-light.js";
import { Interpretation } from "./interpretation.js";
import { LinkFigures } from "./link-figures.js";
import { OnAir } from "./on-air.js";
import { Recording } from "./recording.js";
import { roomName } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Activity} Activity */
/** @typedef {import("../lib/types.js").Link} Link */

/** @type {Record<string, string>} */
const ICONS = {
  station: "video",
  sound_only: "volume-2",
  ready: "circle-check",
  on_air: "video",
  muted: "volume-x",
  paused: "pause",
  held_back: "volume-2",
};

/** What a hall has switched off is called the same wherever it is said. */
const ON_EVERY_FACE = ["muted", "paused"];

/** @param {{desk: Desk, step: Activity}} props */
export function LinkControls({ desk, step }) {
  const link = desk.store.one("link", step.id);
  const recording = html`<${Recording} key="recording" desk=${desk} step=${step} link=${link} />`;
  const live = link?.status === "live";
  // What the other hall waits for, and what can be taken back at any time, comes before everything else.
  const open = link?.recording?.ended_at === null;
  return html`<div class="link-controls ${live ? "on-top" : ""}">
    <ul class="stations">
      ${rooms(desk.store)
        .filter(({ id }) => step.plan.rooms.includes(id))
        .map(({ id }) => html`<${Hall} key=${id} desk=${desk} room=${id} link=${link} />`)}
    </ul>
    ${open && recording}
    ${
      live
        ? html`<${CountIn} at=${link.live_at ?? 0} /><${OnAir} desk=${desk} link=${link} step=${step} />`
        : html`<${Before} desk=${desk} step=${step} link=${link} />`
    }
    <${Interpretation} desk=${desk} link=${link} step=${step} />
    ${!open && recording}
    ${live ? html`<${LinkFigures} desk=${desk} link=${link} />` : html`<${CheckLight} desk=${desk} step=${step} />`}
  </div>`;
}

/** @param {Desk} desk @param {string} room @param {Link | undefined} link */
function stateOf({ store }, room, link) {
  const station = store.one("station", room);
  if (!station) return "no_station";
  // The wall itself has gone: what it had as a station comes back with it.
  if (store.presence.value?.projectors[room] === 0) return "away";
  if (link?.status === "live") {
    if (link.muted.includes(room)) return "muted";
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
    <span class="link-state ${state}"><${Icon} name=${ICONS[state] ?? "circle-alert"} />${t(ON_EVERY_FACE.includes(state) ? `common.hall.${state}` : `facilitator.link.${state}`)}</span>
  </li>`;
}

/** What is to be done next, in one sentence. @param {Desk} desk @param {Activity} step @param {Link | undefined} link */
function hintOf({ store, room }, step, link) {
  const others = step.plan.rooms.filter((id) => id !== room && !link?.ready.includes(id));
  if (!store.one("station", room)) return t("facilitator.link.hint.station");
  if (!link?.ready.includes(room)) return t(`facilitator.link.${link?.status === "over" ? "over" : "hint.ready"}`);
  if (others.length > 0) return t("facilitator.link.hint.waiting", { hall: roomName(store, others[0]) });
  return t("facilitator.link.hint.go");
}

/** @param {{desk: Desk, step: Activity, link: Link | undefined}} props */
function Before({ desk, step, link }) {
  const { store, room } = desk;
  const ready = link?.ready.includes(room) ?? false;
  const all = link?.ready.length === step.plan.rooms.length;
  const setReady = () => desk.act({ type: "SetReady", activity_id: step.id, ready: !ready });
  const go = () => desk.act({ type: "GoLive", activity_id: step.id });
  const consent = pick(step.plan.consent);
  return html`<p class="hint" role="status">${hintOf(desk, step, link)}</p>
    <div class="acts">
      <button type="button" class="button ${ready ? "" : "primary"}" aria-pressed=${ready} disabled=${!ready && !store.one("station", room)} onClick=${setReady}>
        ${t(ready ? "facilitator.link.unready" : "facilitator.link.set_ready")}
      </button>
      <button type="button" class="button go" disabled=${!all} onClick=${go}><${Icon} name="play" />${t("facilitator.link.go")}</button>
    </div>
    ${consent && html`<p class="consent"><strong>${t("facilitator.link.consent")}</strong> ${consent}</p>`}`;
}

/** Three, two, one, as on the walls. @param {{at: number}} props */
function CountIn({ at }) {
  const left = useComputed(() => Math.ceil((at - Math.max(tick.value, serverNow())) / 1_000));
  return (
    left.value > 0 && html`<p class="count-in" role="timer">${t("facilitator.link.count_in", { n: left.value })}</p>`
  );
}
