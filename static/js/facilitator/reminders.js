/** What a facilitator must not miss of the live windows: that one is near, that the other hall asks for silence. */

import { tick } from "../lib/clock.js";
import { effect, untracked } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { agenda, currentStep, plannedStart } from "../lib/session.js";
import { minutesInWords, roomName } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Activity} Activity */

const MINUTE = 60_000;
/** The last one first: of two that are due at once only that is told. */
const BEFORE = [5, 15];

/** Told once each, also to whoever loads the page in between. @param {Desk} desk */
export function watchWindows(desk) {
  const key = `tcl-reminded-${desk.app.boot.session}`;
  /** @type {string[]} */
  let told = JSON.parse(sessionStorage.getItem(key) ?? "[]");
  effect(() => {
    const now = tick.value;
    const { store, room } = desk;
    if (!store.ready.value || !store.one("session", "session")?.started) return;
    const here = currentStep(store, room)?.place ?? -1;
    for (const step of agenda(store, room).filter(({ place }) => place >= here)) {
      const start = plannedStart(store, step);
      const due = BEFORE.find((minutes) => start - now <= minutes * MINUTE);
      if (step.plan.type !== "live" || due === undefined || start <= now) continue;
      // A window that was moved to another time is announced again.
      const mark = `${step.id} ${start} ${due}`;
      if (told.includes(mark)) continue;
      told = [...told, mark];
      sessionStorage.setItem(key, JSON.stringify(told));
      const left = Math.max(MINUTE, start - now);
      untracked(() => remind(desk, step, due, left));
    }
  });
  watchAsked(desk);
}

/** @param {Desk} desk @param {Activity} step @param {number} due @param {number} left */
function remind(desk, step, due, left) {
  const own = () => desk.store.one("link", step.id)?.ready.includes(desk.room) ?? false;
  const wasReady = own();
  const holds = () => isAhead(desk, step) && (wasReady || !own());
  if (!isAhead(desk, step)) return;
  const words = { step: pick(step.plan.title), time: minutesInWords(left) };
  desk.toast("reminder", t(`facilitator.reminder.${wasReady ? "ready" : due}`, words), null, holds);
}

/** Whether a window has not been yet. @param {Desk} desk @param {Activity} step */
function isAhead({ store }, step) {
  const status = store.one("link", step.id)?.status;
  return status !== "live" && status !== "over";
}

/** @param {Desk} desk */
function watchAsked(desk) {
  const find = () => [...desk.store.all("link").values()].find(({ asked }) => asked.includes(desk.room));
  let before = false;
  effect(() => {
    const link = find();
    const hall = roomName(desk.store, link?.rooms.find((room) => room !== desk.room) ?? "");
    if (link && !before)
      untracked(() => desk.toast("reminder", t("facilitator.link.asks", { hall }), null, () => Boolean(find())));
    before = link !== undefined;
  });
}
