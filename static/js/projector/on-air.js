/** The other hall on this wall, beside one's own or beside the board; who that is, and what either lacks. */

import { html, useEffect, useMemo, useSignal } from "../lib/html.js";
import { roomStyle } from "../lib/start.js";
import { boardOfStep, layoutOf } from "../lib/windows.js";
import { Icon, Mark } from "../ui/parts.js";
import { Sound, Video } from "../ui/video.js";
import { AirFoot } from "./air-foot.js";
import { BoardView } from "./boards.js";
import { hallSound, SoundWord } from "./hall-sound.js";
import { Queue } from "./queue.js";
import { RecordedHere } from "./recorded.js";
import { hallNamed, InOne, Lines, ownName, read, say } from "./words.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Link} Link */
/** @typedef {import("../lib/types.js").Activity} Activity */
/** @typedef {import("./station.js").Station} Station */

/** @param {{app: App, station: Station, link: Link, step: Activity}} props */
export function OnAir({ app, station, link, step }) {
  const other = link.rooms.find((room) => room !== app.boot.room) ?? "";
  const peer = station.peer.value;
  const board = boardOfStep(app.store, app.boot.room);
  const silenced = useSignal(false);
  const silence = () => {
    silenced.value = true;
  };
  const sound = useMemo(() => hallSound(app, station), []);
  useEffect(() => () => sound.close(), []);
  useEffect(() => {
    const unlock = () => {
      silenced.value = false;
    };
    for (const name of ["pointerdown", "keydown"]) addEventListener(name, unlock);
    return () => {
      for (const name of ["pointerdown", "keydown"]) removeEventListener(name, unlock);
    };
  }, []);
  const layout = layoutOf(link, app.boot.room, board !== undefined);
  const missing = missingOf(app, station, link, other);
  // One tree for all layouts: a picture that moves to another place goes on without a break.
  return html`<main class="on-air as-${layout}">
      <h1 class="visually-hidden"><${InOne} lines=${read(app, step.plan.title)} /></h1>
      ${board && (layout === "board" || layout === "picture") && html`<div class="air-board wall of-board"><${BoardView} app=${app} board=${board} narrow=${layout === "picture"} /></div>`}
      <div class="far ${showsNothing(app, link, other) ? "unseen" : ""}" style=${roomStyle(other)}>
        ${peer && html`<${Video} key=${link.generation} stream=${peer.stream} muted=${silenced.value || sound.plays.value} onSilenced=${silence} label=${nameOf(app, other)} />`}
        <${Sound} stream=${sound.stream.value} muted=${silenced.value || !sound.plays.value} onSilenced=${silence} />
        <${Absent} app=${app} link=${link} other=${other} missing=${missing} />
        <div class="plate">
          <strong class="badge">LIVE</strong><${RecordedHere} app=${app} />
          <${Name} app=${app} room=${other} />
        </div>
      </div>
      <${Near} app=${app} station=${station} link=${link} named=${layout === "halves"} />
      ${!SILENT.includes(missing) && html`<${SoundWord} app=${app} link=${link} other=${other} sound=${sound} />`}
      <${Queue} app=${app} activity=${step.id} />
    </main>
    <${AirFoot} app=${app} step=${step} since=${link.live_at ?? 0} silenced=${silenced.value} />`;
}

/** Browsers keep the last picture that came; of a hall that shows nothing now, nothing is left to be seen. */
/** @param {App} app @param {Link} link @param {string} other */
function showsNothing(app, link, other) {
  return link.paused.includes(other) || other in link.held_back || !app.store.one("station", other)?.camera;
}

/** What the other hall gets of this one. @param {{app: App, station: Station, link: Link, named: boolean}} props */
function Near({ app, station, link, named }) {
  const { room } = app.boot;
  const own = station.own.value;
  const trouble = station.trouble.value;
  if (!own && !trouble) return null;
  // Why, and what helps, is for whoever opens the panel; the hall only learns what the other one lacks.
  const camera = !trouble || own?.getVideoTracks().length;
  const microphone = !trouble || own?.getAudioTracks().length;
  const off = [];
  if (link.muted.includes(room) || !microphone) off.push(["volume-x", "projector.live.own_muted"]);
  if (!camera) off.push(["eye-off", "projector.live.own_no_camera"]);
  else if (link.paused.includes(room)) off.push(["eye-off", "projector.live.own_paused"]);
  else if (room in link.held_back) off.push(["eye-off", "projector.live.own_held"]);
  return html`<div class="near ${!camera || link.paused.includes(room) ? "unseen" : ""}" style=${roomStyle(room)}>
    <${Video} stream=${own} muted=${true} label=${nameOf(app, room)} />
    ${named && html`<p class="plate"><${Name} app=${app} room=${room} /></p>`}
    ${off.length > 0 && html`<div class="off" role="status">${off.map(([icon, id]) => html`<p key=${id}><${Icon} name=${icon} /><${Lines} lines=${say(app, id)} /></p>`)}</div>`}
  </div>`;
}

/** Nothing is to be heard here of the other hall, and what is said instead of its picture says so. */
const SILENT = ["off_there", "no_station_here", "no_station_there", "station_elsewhere"];
const NEEDS_TELEPHONE = ["no_station_here", "no_station_there", "reconnecting", "too_weak"];

/** Why the other hall's picture is not there: the end of an id of the catalogue, or "" where it is. */
/** @param {App} app @param {Station} station @param {Link} link @param {string} other */
function missingOf({ store, boot }, station, link, other) {
  const far = store.one("station", other);
  const walls = store.presence.value?.projectors[boot.room] ?? 0;
  if (!station.isStation.value)
    return store.one("station", boot.room) && walls > 1 ? "station_elsewhere" : "no_station_here";
  if (!far || !(far.camera || far.microphone)) return "no_station_there";
  if (station.peer.value?.state.value !== "connected") return link.generation > 1 ? "reconnecting" : "connecting";
  if (link.paused.includes(other)) return link.muted.includes(other) ? "off_there" : "paused_there";
  if (!far.camera) return "sound_only";
  return other in link.held_back ? "too_weak" : "";
}

/** What a wall without the other hall's picture says instead. @param {{app: App, link: Link, other: string, missing: string}} props */
function Absent({ app, link, other, missing }) {
  if (!missing) return null;
  const name = hallNamed(app.store.one("room", other));
  // Only the boards are left, or will be soon: whoever stands before this wall needs the number now.
  const telephone = NEEDS_TELEPHONE.includes(missing) && app.store.one("activity", link.activity)?.plan.telephone;
  return html`<p class="absent" role="status"><${Lines} lines=${say(app, `projector.live.${missing}`, name)} />
    ${telephone && html`<span class="telephone"><${InOne} lines=${say(app, "projector.live.telephone")} />${": "}<strong>${telephone}</strong></span>`}</p>`;
}

/** @param {App} app @param {string} id */
function nameOf(app, id) {
  const room = app.store.one("room", id);
  return room ? ownName(room) : "";
}

/** As a hall calls itself, then as it is called here. @param {{app: App, room: string}} props */
function Name({ app, room }) {
  const found = app.store.one("room", room);
  if (!found) return null;
  const own = { code: found.plan.language, text: ownName(found) };
  const others = read(app, found.plan.name).filter(({ text }) => text !== own.text);
  return html`<span class="named"><${Mark} app=${app} room=${room} /><span><${InOne} lines=${[own, ...others.slice(0, 1)]} /></span></span>`;
}
