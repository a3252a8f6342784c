/** The other hall on this wall: its picture large, one's own small, who that is, and since when. */

import { serverNow, tick } from "../lib/clock.js";
import { html, useComputed } from "../lib/html.js";
import { duration } from "../lib/i18n.js";
import { roomStyle } from "../lib/start.js";
import { Icon, Mark } from "../ui/parts.js";
import { Video } from "../ui/video.js";
import { InOne, ownName, read, say } from "./words.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Link} Link */
/** @typedef {import("./station.js").Station} Station */

/** @param {{app: App, station: Station, link: Link, step: import("../lib/types.js").Activity}} props */
export function OnAir({ app, station, link, step }) {
  const other = link.rooms.find((room) => room !== app.boot.room) ?? "";
  const peer = station.peer.value;
  const own = station.own.value;
  const paused = link.paused.includes(app.boot.room);
  return html`<h1 class="visually-hidden"><${InOne} lines=${read(app, step.plan.title)} /></h1>
    <main class="on-air">
      <div class="far" style=${roomStyle(other)}>
        ${peer && html`<${Video} key=${link.generation} stream=${peer.stream} label=${nameOf(app, other)} />`}
        <${Absent} app=${app} station=${station} link=${link} other=${other} />
        <p class="plate"><strong class="badge">LIVE</strong><${Mark} app=${app} room=${other} /><${Name} app=${app} room=${other} /></p>
      </div>
      ${
        own &&
        html`<div class="near ${paused ? "paused" : ""}" style=${roomStyle(app.boot.room)}>
          <${Video} stream=${own} muted=${true} label=${nameOf(app, app.boot.room)} />
          ${link.muted.includes(app.boot.room) && html`<span class="off"><${Icon} name="volume-x" /><${InOne} lines=${say(app, "projector.live.own_muted")} /></span>`}
        </div>`
      }
    </main>
    <footer class="air-foot">
      <strong><${InOne} lines=${read(app, step.plan.title)} /></strong>
      <${Elapsed} since=${link.live_at ?? 0} />
    </footer>`;
}

/** What a wall without the other hall's picture says instead. @param {{app: App, station: Station, link: Link, other: string}} props */
function Absent({ app, station, link, other }) {
  const far = app.store.one("station", other);
  const connected = station.peer.value?.state.value === "connected";
  let said = "";
  if (!station.isStation.value) said = "no_station_here";
  else if (!far) said = "no_station_there";
  else if (!connected) said = "connecting";
  else if (!far.camera || link.paused.includes(other)) said = "sound_only";
  if (!said) return null;
  const name = (/** @type {string} */ code) => ({
    hall: app.store.one("room", other)?.plan.name[code] ?? nameOf(app, other),
  });
  return html`<p class="absent" role="status"><${InOne} lines=${say(app, `projector.live.${said}`, name)} /></p>`;
}

/** @param {App} app @param {string} id */
function nameOf(app, id) {
  const room = app.store.one("room", id);
  return room ? ownName(room) : "";
}

/** @param {{app: App, room: string}} props */
function Name({ app, room }) {
  return html`<${InOne} lines=${read(app, app.store.one("room", room)?.plan.name)} />`;
}

/** @param {{since: number}} props */
function Elapsed({ since }) {
  const text = useComputed(() => {
    void tick.value;
    return duration(serverNow() - since);
  });
  return html`<span class="digits" role="timer">${text.value}</span>`;
}
