/** Words for a hall: every sentence in the projector's language and, beneath it, in those of the other rooms. */

import { html } from "../lib/html.js";
import { language, translate } from "../lib/i18n.js";
import { rooms } from "../lib/session.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Text} Text */
/** @typedef {import("../lib/types.js").Room} Room */
/** @typedef {Record<string, string | number>} Params */
/** @typedef {{code: string, text: string}} Line */

/** The projector's language first, then those of the other rooms. @param {App} app */
export function languages(app) {
  const others = rooms(app.store).filter((room) => room.id !== app.boot.room);
  return [...new Set([language.value, ...others.map((room) => room.plan.language)])];
}

/**
 * A sentence of the catalogue, once a language.
 * @param {App} app
 * @param {string} id
 * @param {Params | ((code: string) => Params)} [params]
 * @returns {Line[]}
 */
export function say(app, id, params = {}) {
  return languages(app).map((code) => ({
    code,
    text: translate(code, id, typeof params === "function" ? params(code) : params),
  }));
}

/**
 * A text of the plan, once a language it was written in; the same words are not said twice.
 * @param {App} app
 * @param {Text | undefined} text
 * @returns {Line[]}
 */
export function read(app, text) {
  if (!text) return [];
  const found = languages(app)
    .filter((code) => text[code])
    .map((code) => ({ code, text: text[code] }));
  const any = Object.entries(text)[0];
  if (found.length === 0 && any) found.push({ code: any[0], text: any[1] });
  return found.filter((line, at) => found.findIndex((other) => other.text === line.text) === at);
}

/** All lines in one, "Themen · Темы". @param {{lines: Line[]}} props */
export function InOne({ lines }) {
  return lines.map(({ code, text }, at) => html`${at > 0 && "\u00a0· "}<span key=${code} lang=${code}>${text}</span>`);
}

/** The first line large, the others beneath. @param {{lines: Line[], class?: string}} props */
export function Lines({ lines, class: extra = "" }) {
  return html`<span class="lines ${extra}"
    >${lines.map(({ code, text }, at) => html`<span key=${code} lang=${code} class=${at ? "also" : "first"}>${text}</span>`)}</span
  >`;
}

/** The other rooms' place in a room's own language: what a room calls itself. @param {Room} room */
export function ownName(room) {
  return room.plan.name[room.plan.language] ?? Object.values(room.plan.name)[0] ?? "";
}

/** A hall's name for a sentence about it, in the sentence's language. @param {Room | undefined} room */
export function hallNamed(room) {
  return (/** @type {string} */ code) => ({ hall: room?.plan.name[code] ?? (room ? ownName(room) : "") });
}
