/** Walls of few words: an instruction, a break, a message, the timer alone, black, and what is said when the line is gone. */

import { html } from "../lib/html.js";
import { clockTime, t, translate } from "../lib/i18n.js";
import { breakEnd, nextStep, rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { Icon, Mark, TimerDigits } from "../ui/parts.js";
import { Foot } from "./foot.js";
import { Head, TimeUp, useTimeUp } from "./head.js";
import { Paged } from "./paged.js";
import { InOne, Lines, ownName, read, say } from "./words.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Activity} Activity */

const [HUGE, ...LARGE] = ["size-12", "size-9", "size-7", "size-5", "size-4", "size-s"].map((size) => ({
  places: 1,
  size,
}));

/** As large as it fits. @param {{app: App, id: string, formats: import("./paged.js").Format[], children?: any}} props */
function BigText({ app, id, formats, children }) {
  const flow = { id, head: () => null, pieces: [{ key: id, view: html`<div class="big-text">${children}</div>` }] };
  return html`<${Paged} key=${id} app=${app} flows=${[flow]} formats=${formats} class="centred" />`;
}

/** @param {{app: App, step: Activity}} props */
export function Instruction({ app, step }) {
  const words = read(app, step.plan.instruction);
  return html`<${Head} app=${app} lines=${read(app, step.plan.title)} />
    <main class="plain"><${BigText} app=${app} id=${step.id} formats=${LARGE}><p><${Lines} lines=${words} /></p><//></main>
    <${Foot} app=${app} />`;
}

/** @param {{app: App, text: string}} props */
export function Message({ app, text }) {
  return html`<${Head} app=${app} lines=${say(app, "projector.message").slice(0, 1)} spoken=${true} />
    <main class="plain message"><${BigText} app=${app} id="message" formats=${[HUGE, ...LARGE]}><p class="said">${text}</p><//></main>
    <${Foot} app=${app} />`;
}

/** @param {{app: App, step: Activity}} props */
export function Break({ app, step }) {
  const end = breakEnd(app.store, app.boot.room, step);
  const up = useTimeUp(app);
  const next = nextStep(app.store, app.boot.room);
  return html`<${Head} app=${app} lines=${read(app, step.plan.title)} />
    <main class="plain break">
      ${up && html`<p class="big"><${Lines} lines=${say(app, "projector.break.over")} /></p>`}
      ${
        !up &&
        end !== null &&
        html`<h2><${InOne} lines=${say(app, "projector.break.until")} /></h2>
          <ul class="times">
            ${rooms(app.store)
              .filter((room) => step.plan.rooms.includes(room.id))
              .map(
                (room) => html`<li key=${room.id} style=${roomStyle(room.id)}>
                  <span class="digits">${clockTime(end, room.plan.time_zone)}</span>
                  <p><${Mark} app=${app} room=${room.id} /><strong lang=${room.plan.language}>${ownName(room)}</strong></p>
                </li>`,
              )}
          </ul>`
      }
      ${
        next &&
        html`<p class="then"><${Icon} name="arrow-right" /><span><${InOne} lines=${say(app, "projector.break.then")} />${": "}<${InOne}
          lines=${read(app, next.plan.title)} /></span></p>`
      }
    </main>
    <${Foot} app=${app} />`;
}

/** @param {{app: App, title: import("./words.js").Line[]}} props */
export function TimerAlone({ app, title }) {
  const timer = app.store.one("timer", app.boot.room);
  const up = useTimeUp(app);
  return html`<${Head} app=${app} lines=${title} timer=${false} />
    <main class="plain timer-alone">
      ${!timer && html`<p class="big"><${Lines} lines=${say(app, "projector.timer.none")} /></p>`}
      ${up && html`<${TimeUp} app=${app} />`}
      ${timer && !up && html`<${TimerDigits} timer=${timer} class=${timer.duration_ms > 3_600_000 ? "hours" : ""} />`}
      ${timer?.status === "paused" && html`<p class="paused"><${Icon} name="pause" /><${InOne} lines=${say(app, "projector.timer.paused")} /></p>`}
    </main>
    <${Foot} app=${app} />`;
}

export function Black() {
  return html`<main class="nothing"><h1 class="visually-hidden">${t("projector.black")}</h1></main>`;
}

/** Before anything is known. @param {{app: App}} props */
export function Connecting({ app }) {
  const stopped = app.socket.status.value === "stopped";
  return html`<main class="connecting">
    <h1>Twin City Lab</h1>
    ${stopped ? html`<${Stopped} app=${app} />` : html`<p role="status">${t("projector.connecting")}</p>`}
  </main>`;
}

const SIGN_IN = 4200;
const REMOVED = 4201;
const SESSION_GONE = 4205;
const SESSION_DELETED = 4208;

/** Taken off this wall, never let onto it, or all deleted: then nothing of the workshop stays on the screen. @param {App} app */
export function isShownOut({ socket }) {
  return socket.status.value === "stopped" && [SIGN_IN, REMOVED, SESSION_DELETED].includes(socket.reason.value);
}

/** What is said where nobody at the wall can do anything. @type {Record<number, [string, string]>} */
const OVER = {
  [SESSION_GONE]: ["common.archived", "common.archived_hint"],
  [SESSION_DELETED]: ["common.deleted", "common.deleted_hint"],
};

/** The server will not have this page any more: what someone can do about it, where anyone can. @param {{app: App}} props */
export function Stopped({ app }) {
  const reason = app.socket.reason.value;
  const over = OVER[reason];
  const pair = reason === SIGN_IN || reason === REMOVED;
  const [title, hint] = over ?? ["projector.stopped.title", `projector.stopped.${pair ? "pair" : "reload"}`];
  return html`<div class="cut-off" role="alert">
    <${Icon} name=${over ? "lock" : "triangle-alert"} />
    <div>
      ${say(app, title).map(
        ({ code, text }) => html`<p key=${code} lang=${code}><strong>${text}.</strong> ${translate(code, hint)}</p>`,
      )}
    </div>
    ${!over && html`<a class="button" href=${location.href}>${t("projector.stopped.again")}</a>`}
  </div>`;
}
