/** Watches what happens without being asked for, and tells it: time, line, reveals, refusals. Shows nothing. */

import { tick } from "../lib/clock.js";
import { effect, untracked, useEffect } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { phoneStep, roundsOf } from "../lib/session.js";
import { remaining } from "../ui/parts.js";
import { notify, say } from "./status.js";

/** @typedef {import("../lib/start.js").App} App */

const SPOKEN = /** @type {const} */ ([
  [300_000, "phone.timer.said_5"],
  [60_000, "phone.timer.said_1"],
  [0, "phone.timer.said_0"],
]);

/** @param {{app: App}} props */
export function Watch({ app }) {
  useEffect(() => {
    const watches = [timer, line, board, round, refusals].map((watch) => effect(watch(app)));
    return () => {
      for (const stop of watches) stop();
    };
  }, []);
  return null;
}

/** @param {App} app */
function timer({ store, boot }) {
  let before = 0;
  return () => {
    const found = store.one("timer", boot.room);
    const now = found && tick.value ? remaining(found) : 0;
    if (found?.status === "running" || found?.status === "ended") {
      const passed = SPOKEN.find(([mark]) => before > mark && now <= mark && before - now < 5_000);
      if (passed) say(t(passed[1]), "timer");
    }
    before = now;
  };
}

/** @param {App} app */
function line({ socket }) {
  let wasLive = false;
  let told = false;
  return () => {
    const status = socket.status.value;
    if (status === "live") {
      if (told) say(t("phone.line.back"), "line");
      [wasLive, told] = [true, false];
    } else if (wasLive && !told && status !== "stopped") {
      say(t("phone.line.lost"), "line");
      told = true;
    }
  };
}

/** @param {App} app */
function board({ store, boot }) {
  let before = "";
  return () => {
    const found = store.one("board", phoneStep(store, boot.room)?.plan.board);
    const now = found ? `${found.id} ${found.hidden}` : "";
    if (found && before === `${found.id} true` && !found.hidden) untracked(() => say(t("phone.said.revealed")));
    before = now;
  };
}

/** @param {App} app */
function round({ store, boot }) {
  let before = "";
  return () => {
    const step = phoneStep(store, boot.room);
    const last = step && roundsOf(store, step.id).at(-1);
    const state = !last ? "none" : last.status === "open" ? "open" : last.shown ? "shown" : "closed";
    const now = step ? `${step.id} ${state}` : "";
    if (state !== "none" && before.split(" ")[0] === step?.id && before !== now) {
      untracked(() => say(t(`phone.said.round_${state}`), "round"));
    }
    before = now;
  };
}

/** Refused notes stay with their text (ownnotes.js); anything else refused is told once. @param {App} app */
function refusals({ commands }) {
  return () => {
    const refused = commands.entries.value.find(
      ({ state, command }) => state === "refused" && command.type !== "AddNote" && command.type !== "EditNote",
    );
    if (!refused) return;
    untracked(() => {
      commands.dismiss(refused.id);
      // Being done with a step that is over needs no word.
      if (refused.command.type !== "SetDone") notify({ text: refused.message || t("phone.refused"), bad: true });
    });
  };
}
