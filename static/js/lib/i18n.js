/** Texts in the person's language: the catalogues the server made from its PO files, and texts of the plan. */

import { signal } from "./html.js";

/** @typedef {import("./types.js").Text} Text */
/** @typedef {Record<string, string | Record<string, string>>} Catalogue */

export const LANGUAGES = ["de", "ru", "en"];
export const LANGUAGE_NAMES = { de: "Deutsch", ru: "Русский", en: "English" };

/** The language of this screen. */
export const language = signal("de");

/** @type {Record<string, Catalogue>} */
const catalogues = {};
/** @type {Record<string, string>} */
let addresses = {};
/** Those of what a phone says later, once it has asked for that. @type {Record<string, string>} */
let later = {};

/**
 * Load a catalogue and switch to it; nothing changes until it is here.
 * @param {string} code
 * @param {Record<string, string>} [from] addresses of the catalogues by language, once
 */
export async function setLanguage(code, from) {
  if (from) addresses = from;
  await loadCatalogue(code);
  language.value = code;
  document.documentElement.lang = code;
}

/**
 * Catalogues the page brought along, so that nothing needs loading.
 * @param {Record<string, Catalogue>} brought
 */
export function giveCatalogues(brought) {
  Object.assign(catalogues, brought);
}

/** The language chosen on this device, for every page it opens here. @param {string} code */
export function rememberLanguage(code) {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every phone's browser.
  document.cookie = `tcl-language=${code}; path=/; max-age=31536000; samesite=lax`;
}

/** @param {string} code */
export async function loadCatalogue(code) {
  if (!catalogues[code]) {
    const wanted = [addresses[code], later[code]].filter(Boolean);
    catalogues[code] = Object.assign({}, ...(await Promise.all(wanted.map(load))));
  }
}

/**
 * The texts of screens that were left for later, in every language that is here, and in those chosen from now on.
 * @param {Record<string, string>} from addresses by language
 */
export async function loadLater(from) {
  later = from;
  const add = async (/** @type {string} */ code) => Object.assign(catalogues[code], await load(from[code]));
  await Promise.all(Object.keys(catalogues).map(add));
}

/** @param {string} address @returns {Promise<Catalogue>} */
async function load(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

/**
 * The text of an id in the current language. `{name}` is replaced from params; a text with plural forms picks by `n`.
 * @param {string} id
 * @param {Record<string, string | number>} [params]
 */
export function t(id, params) {
  return translate(language.value, id, params);
}

/**
 * The same in a given language whose catalogue is loaded (projectors show two).
 * @param {string} code
 * @param {string} id
 * @param {Record<string, string | number>} [params]
 */
export function translate(code, id, params = {}) {
  const found = catalogues[code]?.[id];
  if (found === undefined) return id;
  let text = found;
  if (typeof text !== "string") {
    const forms = text;
    const form = new Intl.PluralRules(code).select(Number(params.n ?? 0));
    text = forms[form] ?? forms.other ?? forms.many ?? id;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole));
}

/**
 * A text of the plan in the current (or given) language; in another one rather than none.
 * @param {Text | undefined} text
 * @param {string} [code]
 */
export function pick(text, code = language.value) {
  if (!text) return "";
  return text[code] ?? text.en ?? Object.values(text)[0] ?? "";
}

/**
 * A title people typed and its translation, the one in that language first: told by the script, the only sign there is.
 * @param {string} code @param {string} title @param {string} translation
 */
export function inOrder(code, title, translation) {
  const lines = [title, translation].filter(Boolean);
  return lines.length === 2 && !isWrittenIn(code, title) && isWrittenIn(code, translation) ? lines.reverse() : lines;
}

/** @param {string} code @param {string} text */
function isWrittenIn(code, text) {
  return isCyrillic(text) === (code === "ru");
}

/** Whether a text is in Cyrillic letters, all in all. @param {string} text */
export function isCyrillic(text) {
  const count = (/** @type {RegExp} */ letters) => text.match(letters)?.length ?? 0;
  return count(/\p{Script=Cyrillic}/gu) > count(/\p{Script=Latin}/gu);
}

/**
 * Hour and minute of an instant in a time zone, "10:42".
 * @param {number} at UTC ms
 * @param {string} zone
 */
export function clockTime(at, zone) {
  return new Intl.DateTimeFormat("de", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(at);
}

/**
 * When something was, for who looks now: hour and minute, with the day unless it is this one.
 * @param {number} at UTC ms
 * @param {number} now UTC ms
 * @param {string} zone
 */
export function moment(at, now, zone) {
  const day = new Intl.DateTimeFormat(language.value, { day: "numeric", month: "numeric", timeZone: zone });
  const time = clockTime(at, zone);
  return day.format(at) === day.format(now) ? time : `${day.format(at)}, ${time}`;
}

/**
 * A date in words, "Samstag, 24. Juli 2021".
 * @param {number} at UTC ms
 * @param {string} zone
 * @param {string} [code]
 */
export function dateInWords(at, zone, code = language.value) {
  const options = /** @type {const} */ ({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  return new Intl.DateTimeFormat(code, { ...options, timeZone: zone }).format(at);
}

/**
 * Minutes and seconds, "06:12"; with hours above an hour, "1:06:12".
 * @param {number} ms
 */
export function duration(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`;
}
