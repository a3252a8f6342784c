/** Names and short phrases the whole desk uses. */

import { serverNow } from "../lib/clock.js";
import { clockTime, language, pick, t } from "../lib/i18n.js";
import { plannedStart, rooms } from "../lib/session.js";

/** @typedef {import("../lib/store.js").Store} Store */
/** @typedef {import("../lib/types.js").Activity} Activity */

/** @param {Store} store @param {string} roomId */
export function roomName(store, roomId) {
  return pick(store.one("room", roomId)?.plan.name);
}

/** "both rooms", "all rooms" or the names. @param {Store} store @param {string[]} ids */
export function roomsInWords(store, ids) {
  const all = rooms(store);
  if (ids.length === all.length && all.length > 1)
    return t(all.length === 2 ? "facilitator.rooms.both" : "facilitator.rooms.all");
  return ids.map((id) => roomName(store, id)).join(", ");
}

/** A planned instant in each of a step's rooms, "10:30 / 11:30". @param {Store} store @param {Activity} step @param {number} [after] */
export function timesOf(store, step, after = 0) {
  const at = plannedStart(store, step) + after;
  return rooms(store)
    .filter((room) => step.plan.rooms.includes(room.id))
    .map((room) => ({ room, time: clockTime(at, room.plan.time_zone) }));
}

/** The language notes are translated into: that of the first room that speaks another one. @param {Store} store @param {string} from */
export function otherLanguage(store, from) {
  return (
    rooms(store)
      .map((room) => room.plan.language)
      .find((code) => code !== from) ?? from
  );
}

/** A language's name in the language of this screen. @param {string} code */
export function languageName(code) {
  return new Intl.DisplayNames([language.value], { type: "language" }).of(code) ?? code;
}

/** A text cut to a few words for buttons and messages. @param {string} text */
export function short(text, most = 48) {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= most ? line : `${line.slice(0, most - 1).trimEnd()}…`;
}

/** Where one sits comes first. @param {Store} store @param {string} own */
export function ownRoomFirst(store, own) {
  return rooms(store).sort((a, b) => Number(b.id === own) - Number(a.id === own));
}

/** "12 min" or "1 h 30 min". @param {number} ms */
export function minutesInWords(ms) {
  const minutes = Math.round(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return t("facilitator.minutes", { n: minutes });
  return minutes % 60 === 0
    ? t("facilitator.hours", { n: hours })
    : t("facilitator.hours_minutes", { hours, minutes: minutes % 60 });
}

/** Today in a time zone as an ISO date. @param {string} zone */
export function today(zone) {
  return new Intl.DateTimeFormat("sv", { timeZone: zone }).format(serverNow());
}

/** An instant of these days, "Do., 20:47". @param {number} at UTC ms @param {string} zone */
export function dayAndTime(at, zone) {
  const options = /** @type {const} */ ({ weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return new Intl.DateTimeFormat(language.value, { ...options, timeZone: zone }).format(at);
}

/** How many characters a text has as the server counts them: code points. @param {string} text */
export function characters(text) {
  return [...text].length;
}
