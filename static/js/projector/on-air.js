/** The other hall on this wall, beside one's own or beside the board; who that is, since when, and for how long still. */

import { serverNow, tick } from "../lib/clock.js";
import { html, useComputed, useEffect, useMemo, useSignal } from "../lib/html.js";
import { duration, t } from "../lib/i18n.js";
import { roomStyle } from "../lib/start.js";
import { boardOfStep, layoutOf } from "../lib/windows.js";
import { Icon, Mark } from "../ui/parts.js";
import { Sound, Video } from "../ui/video.js";
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
  // One tree for all layouts: a picture that moves to another place goes on without a break.
  return html`<main class="on-air as-${layout}">
      <h1 class="visually-hidden"><${InOne} lines=${read(app, step.plan.title)} /></h1>
      ${board && (layout === "board" || layout === "picture") && html`<div class="air-board"><div class="wall of-board"><${BoardView} app=${app} board=${board} /></div></div>`}
      <div class="far ${showsNothing(app, link, other) ? "unseen" : ""}" style=${roomStyle(other)}>
        ${peer && html`<${Video} key=${link.generation} stream=${peer.stream} muted=${silenced.value || sound.plays.value} onSilenced=${silence} label=${nameOf(app, other)} />`}
        <${Sound} stream=${sound.stream.value} muted=${silenced.value || !sound.plays.value} onSilenced=${silence} />
        <${Absent} app=${app} station=${station} link=${link} other=${other} />
        <div class="plate">
          <strong class="badge">LIVE</strong><${RecordedHere} app=${app} />
          <${Mark} app=${app} room=${other} /><${Name} app=${app} room=${other} />
        </div>
      </div>
      <${Near} app=${app} station=${station} link=${link} named=${layout === "halves"} />
      <${SoundWord} app=${app} link=${link} other=${other} channels=${step.plan.channels ?? []} sound=${sound} />
      <${Queue} app=${app} activity=${step.id} />
    </main>
    <footer class="air-foot">
      <strong><${InOne} lines=${read(app, step.plan.title)} /></strong>
      ${silenced.value && html`<button type="button" class="button sound"><${Icon} name="volume-x" />${t("projector.sound.on")}</button>`}
      <span class="of-window"><${InOne} lines=${read(app, step.plan.speakers).slice(0, 1)} /></span>
      <${Times} app=${app} since=${link.live_at ?? 0} planned=${step.plan.duration_ms} />
    </footer>`;
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
  const off = /** @type {const} */ ([
    ["muted", "volume-x", "projector.live.own_muted", link.muted.includes(room) || !microphone],
    ["camera", "eye-off", "projector.live.own_no_camera", !camera],
    ["paused", "video", "projector.live.own_paused", link.paused.includes(room)],
    ["held", "video", "projector.live.own_held", room in link.held_back],
  ]).filter(([, , , is]) => is);
  return html`<div class="near ${link.paused.includes(room) ? "unseen" : ""}" style=${roomStyle(room)}>
    <${Video} stream=${own} muted=${true} label=${nameOf(app, room)} />
    ${named && html`<p class="plate"><${Mark} app=${app} room=${room} /><${Name} app=${app} room=${room} /></p>`}
    ${off.length > 0 && html`<div class="off" role="status">${off.map(([list, icon, id]) => html`<p key=${list}><${Icon} name=${icon} /><span><${InOne} lines=${say(app, id)} /></span></p>`)}</div>`}
  </div>`;
}

const NEEDS_TELEPHONE = ["no_station_here", "no_station_there", "reconnecting", "too_weak"];

/** What a wall without the other hall's picture says instead. @param {{app: App, station: Station, link: Link, other: string}} props */
function Absent({ app, station, link, other }) {
  const far = app.store.one("station", other);
  const connected = station.peer.value?.state.value === "connected";
  let said = "";
  if (!station.isStation.value) said = "no_station_here";
  else if (!far || !(far.camera || far.microphone)) said = "no_station_there";
  else if (!connected) said = link.generation > 1 ? "reconnecting" : "connecting";
  else if (link.paused.includes(other)) said = link.muted.includes(other) ? "off_there" : "paused_there";
  else if (!far.camera) said = "sound_only";
  else if (other in link.held_back) said = "too_weak";
  if (!said) return null;
  const name = hallNamed(app.store.one("room", other));
  // Only the boards are left, or will be soon: whoever stands before this wall needs the number now.
  const telephone = NEEDS_TELEPHONE.includes(said) && app.store.one("activity", link.activity)?.plan.telephone;
  return html`<p class="absent" role="status"><${Lines} lines=${say(app, `projector.live.${said}`, name)} />
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
  return html`<span><${InOne} lines=${[own, ...others.slice(0, 1)]} /></span>`;
}

/** How long it runs, and how much of the planned time is left. At its end that is said, and nothing else happens. */
/** @param {{app: App, since: number, planned: number}} props */
function Times({ app, since, planned }) {
  const text = useComputed(() => {
    void tick.value;
    const gone = Math.max(0, serverNow() - since);
    return `${duration(gone)} ${gone < planned ? duration(planned - gone) : ""}`;
  });
  const [gone, left] = text.value.split(" ");
  return html`<span class="left ${left ? "" : "time-over"}" role=${left ? undefined : "status"}>
      <${InOne} lines=${left ? say(app, "projector.live.left", { time: left }) : say(app, "projector.live.time_over")} />
    </span>
    <span class="digits" role="timer">${gone}</span>`;
}
