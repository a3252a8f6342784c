/** Questions every face asks of the store: my room, my step, how late we are, how a round stands, what a wall shows. */

import { serverNow } from "./clock.js";
import { isCyrillic, language } from "./i18n.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./types.js").Activity} Activity */
/** @typedef {import("./types.js").Round} Round */
/** @typedef {import("./types.js").Wall} Wall */

/** The rooms in the plan's order. @param {Store} store */
export function rooms(store) {
  return [...store.all("room").values()].sort((a, b) => a.place - b.place);
}

/**
 * The language a text seems to be in, where nobody said: told by its script, among those the rooms speak, the reader's first.
 * @param {Store} store @param {string} text @param {string[]} [also] other languages it may well be in
 */
export function languageOf(store, text, also = []) {
  if (!/\p{L}/u.test(text)) return language.value;
  const cyrillic = isCyrillic(text);
  const spoken = [...also, ...rooms(store).map((room) => room.plan.language)];
  const fitting = spoken.filter((code) => (code === "ru") === cyrillic);
  if (fitting.includes(language.value)) return language.value;
  return fitting[0] ?? (cyrillic ? "ru" : "en");
}

/** The agenda in order; of one room, or all. @param {Store} store @param {string} [roomId] */
export function agenda(store, roomId) {
  return [...store.all("activity").values()]
    .filter((activity) => roomId === undefined || activity.plan.rooms.includes(roomId))
    .sort((a, b) => a.place - b.place);
}

/** Whether a live window of this room is being recorded: every face says so. @param {import("./start.js").App} app */
export function isRecorded({ store, boot }) {
  return [...store.all("link").values()].some(
    ({ rooms: halls, recording }) => halls.includes(boot.room) && runs(recording),
  );
}

/** @param {import("./types.js").Link["recording"]} recording */
export const runs = (recording) => Boolean(recording?.started_at && !recording.ended_at);

/** Whether stations hold a connection for a link, or should. @param {import("./types.js").Link | undefined} link */
export function isConnected(link) {
  return link !== undefined && (link.status === "live" || link.ready.length === link.rooms.length);
}

/** The window a room's camera and microphone are on the air in, whatever step the room is in. @param {Store} store @param {string} roomId */
export function liveLink(store, roomId) {
  return [...store.all("link").values()].find((link) => link.status === "live" && link.rooms.includes(roomId));
}

/**
 * When a break is over: with the room's timer where one runs; else as planned, or later when the break began later.
 * @param {Store} store @param {string} roomId @param {Activity} step
 * @returns {number | null} UTC ms; null while the timer rests or has run out
 */
export function breakEnd(store, roomId, step) {
  const timer = store.one("timer", roomId);
  if (timer?.status === "running") return timer.ends_at;
  if (timer) return null;
  const opened = store.one("stage", roomId)?.opened_at ?? 0;
  return Math.max(plannedStart(store, step), opened) + step.plan.duration_ms;
}

/** The step a room is in. @param {Store} store @param {string} roomId */
export function currentStep(store, roomId) {
  return store.one("activity", store.one("stage", roomId)?.activity);
}

/** The step a room's phones are on. @param {Store} store @param {string} roomId */
export function phoneStep(store, roomId) {
  const stage = store.one("stage", roomId);
  return store.one("activity", stage?.phones ?? stage?.activity);
}

/** The step after a room's current one. @param {Store} store @param {string} roomId */
export function nextStep(store, roomId) {
  const steps = agenda(store, roomId);
  const current = store.one("stage", roomId)?.activity;
  return current ? steps[steps.findIndex((step) => step.id === current) + 1] : steps[0];
}

/** When a step is planned to begin, moved to the day the session was started. @param {Store} store @param {Activity} activity */
export function plannedStart(store, activity) {
  return activity.plan.starts_at + (store.one("session", "session")?.shift_ms ?? 0);
}

/**
 * How late a room is, in ms (negative: early); 0 before the start. While a step runs over its planned end that counts,
 * else how late it was opened.
 * @param {Store} store @param {string} roomId @param {number} [now]
 */
export function lateness(store, roomId, now = serverNow()) {
  const stage = store.one("stage", roomId);
  const step = currentStep(store, roomId);
  if (!store.one("session", "session")?.started || !stage?.opened_at || !step) return 0;
  const start = plannedStart(store, step);
  return Math.max(stage.opened_at - start, now - (start + step.plan.duration_ms));
}

/** Rounds of a voting activity, oldest first. @param {Store} store @param {string} activityId */
export function roundsOf(store, activityId) {
  return [...store.all("round").values()]
    .filter((round) => round.activity === activityId)
    .sort((a, b) => a.number - b.number);
}

/** The open round of an activity, if any. @param {Store} store @param {string} activityId */
export function openRound(store, activityId) {
  return roundsOf(store, activityId).find((round) => round.status === "open");
}

/**
 * What an item without a title is called, as a catalogue id: a note has none when it was taken off the board since.
 * @param {import("./types.js").RoundItem} item @param {string} group what the face calls a group without a title
 */
export function nameless(item, group) {
  return item.kind === "note" ? "common.note_gone" : group;
}

/**
 * Results in order: most dots first; equal sums share a place ("tie").
 * @param {Round} round with a tally
 */
export function results(round) {
  const tally = round.tally ?? {};
  const rows = round.items.map((item) => {
    const byRoom = tally[item.id] ?? {};
    return { item, byRoom, sum: Object.values(byRoom).reduce((a, b) => a + b, 0) };
  });
  rows.sort((a, b) => b.sum - a.sum);
  return rows.map((row) => ({
    ...row,
    place: 1 + rows.filter((other) => other.sum > row.sum).length,
    tied: rows.filter((other) => other.sum === row.sum).length > 1,
  }));
}

/**
 * What a room's wall shows: its own choice, or what its step asks for.
 * @param {Store} store @param {string} roomId
 * @returns {Wall}
 */
export function wallOf(store, roomId) {
  const wall = store.one("stage", roomId)?.wall ?? { kind: "auto", target: null, text: "" };
  if (wall.kind !== "auto") return wall;
  const step = currentStep(store, roomId);
  const show = (/** @type {import("./types.js").WallKind} */ kind, /** @type {string|null} */ target = null) => ({
    kind,
    target,
    text: "",
  });
  if (!step) return show("join");
  if (step.plan.wall !== "auto") return show(step.plan.wall);
  switch (step.plan.type) {
    case "welcome":
      return show("join");
    case "writing":
    case "sorting":
      return show("board", step.plan.board ?? null);
    case "voting": {
      const last = roundsOf(store, step.id).at(-1);
      if (last) return show(last.shown && last.status === "closed" ? "results" : "progress", last.id);
      return show("board", step.plan.board ?? null);
    }
    case "live":
      return show("live");
    default:
      return show("auto");
  }
}
