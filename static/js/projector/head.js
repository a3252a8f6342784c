/** The top of a wall: what this is, in the halls' languages, and the room's time. */

import { tick } from "../lib/clock.js";
import { html, useComputed } from "../lib/html.js";
import { Icon, remaining, TimerDigits } from "../ui/parts.js";
import { InOne, Lines, say } from "./words.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("./words.js").Line} Line */

const LONG = 44;

/**
 * @param {{app: App, lines: Line[], timer?: boolean, ended?: boolean, spoken?: boolean}} props
 * `ended`: the end of a timer concerns this wall; `spoken`: the title is for screen readers only
 */
export function Head({ app, lines, timer = true, ended = true, spoken = false }) {
  const [first, ...also] = lines;
  const long = (first?.text.length ?? 0) > LONG;
  return html`<header class="head ${long ? "long" : ""} ${spoken ? "untitled" : ""}">
    <div class="titles ${spoken ? "visually-hidden" : ""}">
      <h1 lang=${first?.code}>${first?.text}</h1>
      ${also.length > 0 && html`<p class="subtitle"><${InOne} lines=${also} /></p>`}
    </div>
    ${timer && html`<${TimerCorner} app=${app} ended=${ended} />`}
  </header>`;
}

/** The room's timer, where there is one. @param {{app: App, ended?: boolean}} props */
export function TimerCorner({ app, ended = true }) {
  const timer = app.store.one("timer", app.boot.room);
  const up = useTimeUp(app);
  if (!timer) return null;
  if (up) return ended && html`<${TimeUp} app=${app} />`;
  return html`<div class="timer-corner ${timer.status}">
    <${TimerDigits} timer=${timer} />
    ${timer.status === "paused" && html`<p class="paused"><${Icon} name="pause" /><${InOne} lines=${say(app, "projector.timer.paused")} /></p>`}
  </div>`;
}

/** The end of a timer is told by shape, colour and words; the sound is the hall's. @param {{app: App}} props */
export function TimeUp({ app }) {
  return html`<div class="time-up">
    <${Icon} name="bell" />
    <${Lines} lines=${say(app, "projector.timer.over")} />
  </div>`;
}

/**
 * Whether the room's timer has run out, also when the news of it has not come yet.
 * @param {App} app
 */
export function useTimeUp(app) {
  const up = useComputed(() => {
    const timer = app.store.one("timer", app.boot.room);
    if (timer?.status !== "running") return timer?.status === "ended";
    void tick.value;
    return remaining(timer) === 0;
  });
  return up.value;
}
