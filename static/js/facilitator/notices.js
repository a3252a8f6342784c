/** Quiet notices of what others did: whoever watches a step change under them must learn who changed it. */

import { effect, untracked } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { rooms } from "../lib/session.js";
import { roomName, roomsInWords } from "./words.js";

/** @param {import("./desk.js").Desk} desk */
export function watchSteps(desk) {
  const { store } = desk;
  /** @type {Record<string, string | null> | null} */
  let before = null;
  effect(() => {
    const now = Object.fromEntries([...store.all("stage").values()].map((stage) => [stage.room, stage.activity]));
    if (!store.ready.value) return;
    const known = before;
    before = now;
    if (known)
      untracked(() =>
        tell(
          desk,
          Object.keys(now).filter((room) => known[room] !== now[room]),
          now,
        ),
      );
  });
}

/** The line's state is always in view; who cannot see it hears when it changes. @param {import("./desk.js").Desk} desk */
export function watchLine(desk) {
  let before = desk.app.socket.status.peek();
  effect(() => {
    const status = desk.app.socket.status.value;
    if (status === "live") untracked(() => desk.dismissOffline());
    if (before !== status && before !== "connecting") desk.say(untracked(() => t(`common.line.${status}`)));
    before = status;
  });
}

/**
 * @param {import("./desk.js").Desk} desk
 * @param {string[]} moved rooms
 * @param {Record<string, string | null>} now
 */
function tell(desk, moved, now) {
  const { store } = desk;
  const step = store.one("activity", now[moved[0]]);
  if (!step || desk.ownSteps.delete(step.id)) return;
  const title = pick(step.plan.title);
  const others = rooms(store).filter((room) => room.id !== desk.room);
  const alone = store.presence.peek()?.facilitators[desk.room] === 1;
  // A team can move its own room or all together: what moved the others was theirs, unless a colleague here may have done it.
  const theirs = moved.some((room) => room !== desk.room) && (alone || !moved.includes(desk.room));
  if (theirs && others.length === 1) {
    desk.toast("notice", t("facilitator.notice.opened_by", { room: roomName(store, others[0].id), step: title }));
  } else {
    desk.toast("notice", t("facilitator.notice.opened", { rooms: roomsInWords(store, moved), step: title }));
  }
}
