/** The place of a live connection: dark, both halls by name, and how long until it begins or since when it runs. */

import { serverNow, tick } from "../lib/clock.js";
import { html, useComputed, useRef } from "../lib/html.js";
import { clockTime, duration } from "../lib/i18n.js";
import { plannedStart, rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { windowOf } from "../lib/windows.js";
import { Icon, Mark } from "../ui/parts.js";
import { Foot } from "./foot.js";
import { TimerCorner } from "./head.js";
import { OnAir } from "./on-air.js";
import { CameraState } from "./other-device.js";
import { hallNamed, InOne, Lines, ownName, read, say } from "./words.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Activity} Activity */

const DAY = 86_400_000;
/** "In a moment" is true for this long before. */
const SOON = 120_000;

/** The link that is on the air in this window. @param {App} app @param {import("./station.js").Station} station */
export function airOf(app, station) {
  const link = station.link.value;
  return link?.status === "live" && link.activity === windowOf(app.store, app.boot.room)?.id ? link : undefined;
}

/** @param {{app: App, station: import("./station.js").Station}} props */
export function Live({ app, station }) {
  const found = windowOf(app.store, app.boot.room);
  const link = airOf(app, station);
  if (link && found) {
    return html`<${OnAir} app=${app} station=${station} link=${link} step=${found} />
      <${CountIn} key=${link.live_at} app=${app} step=${found} at=${link.live_at ?? 0} />`;
  }
  // Counting down to a beginning that has been would promise a second one.
  const over = app.store.one("link", found?.id)?.status === "over";
  const all = rooms(app.store);
  const title = found ? read(app, found.plan.title) : say(app, "projector.live.title");
  const telephone = found?.plan.telephone;
  return html`<header class="head live-head">
      <${Icon} name="video" />
      <h1><${InOne} lines=${title} /></h1>
      <${TimerCorner} app=${app} />
    </header>
    <main class="live-stage">
      <ul class="halls">
        ${all.map((room) => html`<${Hall} key=${room.id} app=${app} room=${room} />`)}
      </ul>
      ${
        over
          ? html`<p class="soon" role="status"><${Lines} lines=${say(app, "projector.live.ended")} /></p>`
          : html`<${Before} app=${app} step=${found} station=${station} />`
      }
      ${telephone && !over && html`<p class="telephone"><${InOne} lines=${say(app, "projector.live.telephone")} />${": "}<strong>${telephone}</strong></p>`}
    </main>
    <${Foot} app=${app} kind="title" />`;
}

/** @param {{app: App, step: Activity | undefined, station: import("./station.js").Station}} props */
function Before({ app, step, station }) {
  return html`${step && html`<${Countdown} key=${step.id} app=${app} step=${step} />`}
    <${Sentence} app=${app} step=${step} />
    ${step && html`<${Readiness} app=${app} step=${step} />`}
    ${step && station.camera.used.value && html`<${CameraState} station=${station} />`}
    ${step && html`<${Told} app=${app} step=${step} />`}`;
}

/** @param {{app: App, room: import("../lib/types.js").Room}} props */
function Hall({ app, room }) {
  const own = ownName(room);
  const others = read(app, room.plan.name)
    .filter((line) => line.text !== own)
    .slice(0, 1);
  return html`<li style=${roomStyle(room.id)}>
    <${Mark} app=${app} room=${room.id} />
    <span class="lines"><strong class="first" lang=${room.plan.language}>${own}</strong>${others.map(
      (line) => html`<span key=${line.code} class="also" lang=${line.code}>${line.text}</span>`,
    )}</span>
  </li>`;
}

/** When a window is planned, and when the room came to it. @param {App} app @param {Activity} step */
function timesOf(app, step) {
  const stage = app.store.one("stage", app.boot.room);
  const start = plannedStart(app.store, step);
  return { start, opened: stage?.activity === step.id ? (stage.opened_at ?? start) : null };
}

/**
 * To the planned beginning as long as that is ahead, then since it began.
 * @param {{app: App, step: Activity}} props
 */
function Countdown({ app, step }) {
  const times = useRef(timesOf(app, step));
  times.current = timesOf(app, step);
  const shown = useComputed(() => {
    void tick.value;
    return at(times.current);
  });
  const [id, digits] = shown.value && at(times.current).split(" ");
  if (!digits) return null;
  return html`<div class="countdown">
    <p><${InOne} lines=${say(app, `projector.live.${id}`)} /></p>
    <span class="digits" role="timer">${digits}</span>
  </div>`;
}

/** @param {{start: number, opened: number | null}} times @returns {string} what is counted, and how far */
function at({ start, opened }) {
  const now = serverNow();
  if (now < start && start - now < DAY) return `begins ${duration(start - now)}`;
  return opened === null ? "waits" : `since ${duration(now - Math.max(opened, start <= now ? start : opened))}`;
}

/** What this place is for; while it is long until then, when. @param {{app: App, step: Activity | undefined}} props */
function Sentence({ app, step }) {
  const start = step ? plannedStart(app.store, step) : 0;
  const begins = useRef(start);
  begins.current = start;
  const which = useComputed(() => {
    const left = begins.current - tick.value;
    return left <= 0 || left > DAY ? "here" : left > SOON ? "at" : "soon";
  });
  const times = new Set(rooms(app.store).map((room) => clockTime(start, room.plan.time_zone)));
  const words = say(app, `projector.live.${which.value}`, { times: [...times].join(" / ") });
  return html`<p class="soon"><${Lines} lines=${words} /></p>`;
}

/** Who speaks, and what everybody is told before cameras and microphones go on. @param {{app: App, step: Activity}} props */
function Told({ app, step: { plan } }) {
  const speakers = read(app, plan.speakers);
  const consent = read(app, plan.consent);
  if (speakers.length + consent.length === 0) return null;
  return html`<div class="told">
    ${speakers.length > 0 && html`<p class="who"><${Icon} name="users" /><${Lines} lines=${speakers} /></p>`}
    ${consent.length > 0 && html`<p class="consent"><${Icon} name="video" /><${Lines} lines=${consent} /></p>`}
  </div>`;
}

/** Three, two, one, over what is about to come; then it makes way. @param {{app: App, step: Activity, at: number}} props */
function CountIn({ app, step, at }) {
  const left = useComputed(() => Math.ceil((at - Math.max(tick.value, serverNow())) / 1_000));
  if (left.value <= 0) return null;
  return html`<section class="count-in" aria-label=${read(app, step.plan.title)[0]?.text}>
    <ul class="halls">
      ${rooms(app.store).map((room) => html`<${Hall} key=${room.id} app=${app} room=${room} />`)}
    </ul>
    <p class="digits" role="timer" aria-live="assertive">${left.value}</p>
  </section>`;
}

/** Which halls have pressed "ready": nobody should have to ask by telephone. @param {{app: App, step: Activity}} props */
function Readiness({ app, step }) {
  const ready = app.store.one("link", step.id)?.ready ?? [];
  if (ready.length === 0) return null;
  const said = ready.length === step.plan.rooms.length ? "all_ready" : "one_ready";
  const names = hallNamed(app.store.one("room", ready[0]));
  return html`<p class="readiness" role="status"><${Icon} name="check" /><span><${InOne} lines=${say(app, `projector.live.${said}`, names)} /></span></p>`;
}
