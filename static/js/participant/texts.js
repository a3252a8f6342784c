/** Small questions about words: how long, which of two lines first. */

import { inOrder, language } from "../lib/i18n.js";
import { languageOf } from "../lib/session.js";

/** @typedef {import("../lib/start.js").App} App */

/**
 * A title and its translation, the reader's language first.
 * @param {App} app @param {string} title @param {string} translation
 */
export function twoLines(app, title, translation) {
  return inOrder(language.value, title, translation).map((text) => ({ text, lang: languageOf(app.store, text) }));
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
