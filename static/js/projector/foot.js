/** The foot of a wall: how to join, every room's clock and people, and what the hall's machine has to say. */

import { tick } from "../lib/clock.js";
import { html, useComputed } from "../lib/html.js";
import { clockTime, t, translate } from "../lib/i18n.js";
import { joinCode, joinQr } from "../lib/joining.js";
import { rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { Icon, LineState, Mark } from "../ui/parts.js";
import { chime, muted } from "./hall.js";
import { InOne, ownName, read, say } from "./words.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Room} Room */

/**
 * @param {{app: App, kind?: "join"|"title"|"none", words?: (room: Room) => string | null}} props
 * `kind`: what stands beside the rooms; `words`: what is said of a room instead of its plain count of people
 */
export function Foot({ app, kind = "join", words }) {
  const all = rooms(app.store);
  return html`<footer class="foot ${kind} ${all.length > 2 ? "many" : ""}">
    ${kind === "join" && html`<${JoinStrip} app=${app} />`}
    <${Middle} app=${app} />
    <div class="foot-rooms">
      ${all.map((room) => html`<${RoomFacts} key=${room.id} app=${app} room=${room} words=${words?.(room) ?? null} />`)}
    </div>
    ${kind === "title" && html`<p class="foot-title"><${SessionTitle} app=${app} /></p>`}
  </footer>`;
}

/** @param {{app: App}} props */
function JoinStrip({ app }) {
  return html`<div class="join-strip">
    <img class="qr" src=${joinQr(app)} alt=${t("projector.join.qr", { address: address(app) })} />
    <p><strong class="address">${address(app)}</strong> · <${InOne} lines=${say(app, "projector.join.code_word").slice(0, 1)} />${" "}<strong class="digits">${joinCode(app)}</strong></p>
  </div>`;
}

/** The address as people type it. @param {App} app */
export function address(app) {
  return app.boot.join_address.replace(/^https?:\/\//, "").replace(/\/$/, "");
}

/** What a session is called, on one line. @param {{app: App}} props */
function SessionTitle({ app }) {
  const session = app.store.one("session", "session");
  const parts = [session?.title, session?.subtitle].map((text) => read(app, text)[0]).filter(Boolean);
  return parts.map(
    ({ code: lang, text }, at) => html`<span key=${at} lang=${lang}>${at > 0 && "\u00a0· "}${text}</span>`,
  );
}

/** @param {{app: App, room: Room, words: string | null}} props */
function RoomFacts({ app, room, words }) {
  const zone = room.plan.time_zone;
  const time = useComputed(() => clockTime(tick.value, zone));
  const people = app.store.presence.value?.phones[room.id];
  const lang = room.plan.language;
  return html`<div class="room-facts" style=${roomStyle(room.id)}>
    <${Mark} app=${app} room=${room.id} />
    <strong lang=${lang}>${ownName(room)}</strong>
    <span class="time digits">${time}</span>
    ${
      words !== null
        ? html`<span class="people" lang=${lang}>${words}</span>`
        : people !== undefined &&
          html`<span class="people"
            ><${Icon} name="users" /><span class="digits">${people}</span><span class="visually-hidden" lang=${lang}
              >${translate(lang, "projector.people", { n: people })}</span
            ></span
          >`
    }
  </div>`;
}

/** Only when there is something: the line is down, or the hall would not hear the end of a timer. @param {{app: App}} props */
function Middle({ app }) {
  const status = app.socket.status.value;
  if (status === "live" && muted.value) {
    return html`<div class="foot-middle">
      <button type="button" class="button quiet sound" onClick=${() => chime()}>
        <${Icon} name="volume-x" /><span>${t("projector.sound.on")}</span>
      </button>
    </div>`;
  }
  const said = status === "live" || status === "stopped";
  return said ? null : html`<div class="foot-middle"><${LineState} app=${app} /></div>`;
}
