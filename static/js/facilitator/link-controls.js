/** The live connection from the desk: which halls have a station, ready, go, mute, pause, end. */

import { serverNow, tick } from "../lib/clock.js";
import { html, useComputed } from "../lib/html.js";
import { duration, t } from "../lib/i18n.js";
import { rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { Icon, Mark } from "../ui/parts.js";
import { roomName } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Activity} Activity */
/** @typedef {import("../lib/types.js").Link} Link */

/** @param {{desk: Desk, step: Activity}} props */
export function LinkControls({ desk, step }) {
  const link = desk.store.one("link", step.id);
  return html`<div class="link-controls">
    <ul class="stations">
      ${rooms(desk.store)
        .filter(({ id }) => step.plan.rooms.includes(id))
        .map(({ id }) => html`<${Hall} key=${id} desk=${desk} room=${id} link=${link} />`)}
    </ul>
    ${link?.status === "live" ? html`<${OnAir} desk=${desk} link=${link} />` : html`<${Before} desk=${desk} step=${step} link=${link} />`}
  </div>`;
}

/** One hall's state in a word. @param {{desk: Desk, room: string, link: Link | undefined}} props */
function Hall({ desk, room, link }) {
  const station = desk.store.one("station", room);
  let state = "no_station";
  if (station) state = station.camera ? "station" : station.microphone ? "sound_only" : "boards_only";
  if (station && link?.ready.includes(room)) state = "ready";
  if (link?.status === "live" && station) state = link.muted.includes(room) ? "muted" : "on_air";
  return html`<li style=${roomStyle(room)}>
    <${Mark} app=${desk.app} room=${room} /><span>${roomName(desk.store, room)}</span>
    <span class="link-state ${state}"><${Icon} name=${ICONS[state] ?? "circle-alert"} />${t(`facilitator.link.${state}`)}</span>
  </li>`;
}

/** @type {Record<string, string>} */
const ICONS = { station: "video", sound_only: "volume-2", ready: "check", on_air: "video", muted: "volume-x" };

/** @param {{desk: Desk, step: Activity, link: Link | undefined}} props */
function Before({ desk, step, link }) {
  const { store, room } = desk;
  const ready = link?.ready.includes(room) ?? false;
  const all = link?.ready.length === step.plan.rooms.length;
  const others = step.plan.rooms.filter((id) => id !== room && !link?.ready.includes(id));
  const setReady = () => desk.act({ type: "SetReady", activity_id: step.id, ready: !ready });
  const go = () => desk.act({ type: "GoLive", activity_id: step.id });
  let hint = "";
  if (!store.one("station", room)) hint = t("facilitator.link.hint.station");
  else if (ready && others.length > 0) hint = t("facilitator.link.hint.waiting", { hall: roomName(store, others[0]) });
  return html`<div class="acts">
      <button type="button" class="button ${ready ? "" : "primary"}" aria-pressed=${ready} disabled=${!ready && !store.one("station", room)} onClick=${setReady}>
        ${t(ready ? "facilitator.link.unready" : "facilitator.link.set_ready")}
      </button>
      <button type="button" class="button go" disabled=${!all} onClick=${go}><${Icon} name="play" />${t("facilitator.link.go")}</button>
    </div>
    ${hint && html`<p class="hint">${hint}</p>`}
    ${link?.status === "over" && html`<p class="hint">${t("facilitator.link.over")}</p>`}`;
}

/** @param {{desk: Desk, link: Link}} props */
function OnAir({ desk, link }) {
  const { room } = desk;
  const muted = link.muted.includes(room);
  const paused = link.paused.includes(room);
  const give = (/** @type {string} */ type, /** @type {object} */ more) => () =>
    desk.act({ type, activity_id: link.activity, ...more });
  return html`<p class="on-air-for"><strong class="badge">LIVE</strong> <${Elapsed} since=${link.live_at ?? 0} /></p>
    <div class="acts">
      <button type="button" class="button" aria-pressed=${muted} onClick=${give("SetHallMuted", { muted: !muted })}>
        <${Icon} name=${muted ? "volume-2" : "volume-x"} />${t(muted ? "facilitator.link.unmute" : "facilitator.link.mute")}
      </button>
      <button type="button" class="button" aria-pressed=${paused} onClick=${give("SetPicturePaused", { paused: !paused })}>
        <${Icon} name=${paused ? "play" : "pause"} />${t(paused ? "facilitator.link.resume" : "facilitator.link.pause")}
      </button>
      <button type="button" class="button stop" onClick=${give("EndLink", {})}><${Icon} name="square" />${t("facilitator.link.end")}</button>
    </div>`;
}

/** @param {{since: number}} props */
function Elapsed({ since }) {
  const text = useComputed(() => {
    void tick.value;
    return duration(serverNow() - since);
  });
  return html`<span class="digits" role="timer">${text.value}</span>`;
}
