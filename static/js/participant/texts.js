/** Small questions about words: in which language, how long, which of two lines first. */

import { inOrder, isCyrillic, language } from "../lib/i18n.js";
import { rooms } from "../lib/session.js";

/** @typedef {import("../lib/start.js").App} App */

/**
 * The language a text seems to be in: told by its script, and among Latin ones the reader's own or else a room's.
 * @param {App} app @param {string} text
 */
export function languageOf(app, text) {
  if (!/\p{L}/u.test(text)) return language.value;
  if (isCyrillic(text)) return "ru";
  if (language.value !== "ru") return language.value;
  return rooms(app.store).find((room) => room.plan.language !== "ru")?.plan.language ?? "en";
}

/**
 * A title and its translation, the reader's language first.
 * @param {App} app @param {string} title @param {string} translation
 */
export function twoLines(app, title, translation) {
  return inOrder(language.value, title, translation).map((text) => ({ text, lang: languageOf(app, text) }));
}

/** How long a text is for the server: characters, not code units. @param {string} text */
export function lengthOf(text) {
  return [...text.trim().normalize("NFC")].length;
}

/** The first words of a text, for a name. @param {string} text */
export function shortly(text) {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 60 ? `${line.slice(0, 58).trimEnd()}…` : line;
}
