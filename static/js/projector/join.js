/** How to join: scan, or type; for everyone to see from the last row. */

import { serverNow } from "../lib/clock.js";
import { html } from "../lib/html.js";
import { clockTime, dateInWords, pick, t, translate } from "../lib/i18n.js";
import { joinCode, joinQr } from "../lib/joining.js";
import { agenda, currentStep, nextStep, plannedStart, rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { address, Foot } from "./foot.js";
import { Head } from "./head.js";
import { Lines, languages, read, say } from "./words.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("./words.js").Line} Line */

const SOON = 16 * 3_600_000;

/** @param {{app: App}} props */
export function Join({ app }) {
  const room = app.store.one("room", app.boot.room);
  const welcome = read(app, room?.plan.welcome);
  const title = welcome.length > 0 ? welcome : say(app, "projector.join.title");
  const present = app.store.presence.value?.phones;
  const words = (/** @type {import("../lib/types.js").Room} */ one) =>
    present?.[one.id] === undefined ? null : translate(one.plan.language, "projector.people", { n: present[one.id] });
  return html`<${Head} app=${app} lines=${title} ended=${false} />
    <main class="join" style=${roomStyle(app.boot.room)}>
      <div class="qr-card"><img class="qr" src=${joinQr(app)} alt=${t("projector.join.qr", { address: address(app) })} /></div>
      <ol class="steps">
        <li><${Lines} lines=${say(app, "projector.join.scan")} /></li>
        <li><${TypeIt} app=${app} /></li>
        <li><${Lines} lines=${whenWeStart(app)} /></li>
      </ol>
    </main>
    <${Foot} app=${app} kind="title" words=${words} />`;
}

/** @param {{app: App}} props */
function TypeIt({ app }) {
  const [first, ...also] = say(app, "projector.join.type");
  const [before, after] = first.text.split("{address}");
  const rest = also.map((line) => ({ ...line, text: line.text.replace("{address}", address(app)) }));
  return html`<span class="lines">
    <span class="first" lang=${first.code}>${before}<strong class="address">${address(app)}</strong>${after}</span>
    <strong class="join-code digits">${joinCode(app)}</strong>
    ${rest.map((line) => html`<span key=${line.code} class="also" lang=${line.code}>${line.text}</span>`)}
  </span>`;
}

/**
 * "We start at 10:15": each language with the time of the room that speaks it.
 * @param {App} app
 * @returns {Line[]}
 */
function whenWeStart(app) {
  const start = nextStart(app);
  const here = app.store.one("room", app.boot.room);
  if (start === null || !here) return say(app, "projector.join.any_time");
  const now = serverNow();
  return languages(app).map((lang, at) => {
    const room = (at > 0 && rooms(app.store).find((one) => one.plan.language === lang)) || here;
    const zone = room.plan.time_zone;
    const params = {
      time: clockTime(start, zone),
      date: dateInWords(start, zone, lang),
      room: pick(room.plan.name, lang),
    };
    const id = start - now > SOON ? "starts_on" : "starts_at";
    const elsewhere = room !== here ? "_elsewhere" : "";
    return { code: lang, text: translate(lang, `projector.join.${id}${elsewhere}`, params) };
  });
}

/** When the first real step begins, as long as that lies ahead. @param {App} app */
function nextStart(app) {
  const { store, boot } = app;
  const step = currentStep(store, boot.room);
  if (step && step.plan.type !== "welcome") return null;
  const next = step ? nextStep(store, boot.room) : agenda(store, boot.room).find((one) => one.plan.type !== "welcome");
  const start = next && plannedStart(store, next);
  return start && start > serverNow() ? start : null;
}
