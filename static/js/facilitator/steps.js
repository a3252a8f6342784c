/** Opening steps: which rooms a step goes to, the primary button, and what else can be done with a step. */

import { html, useEffect, useState } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { currentStep, nextStep, phoneStep, rooms } from "../lib/session.js";
import { Icon } from "../ui/parts.js";
import { LeaveDialog, roundLeft } from "./close-round.js";
import { linkLeft, StayOnAirDialog } from "./leave-air.js";
import { MenuItem, openMenu } from "./menu.js";
import { StartDialog } from "./start-session.js";
import { roomName, roomsInWords } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Activity} Activity */

/** How long a changed button does nothing, and says so: a click meant for the step before must not open the one after. */
const SETTLES = 900;

/** Open a step; who would leave an open vote or a hall on the air behind is asked first. @param {Desk} desk @param {Activity} step @param {string[]} roomIds */
export function openStep(desk, step, roomIds) {
  const round = roundLeft(desk, step.id, roomIds);
  const link = linkLeft(desk, step.id, roomIds);
  const onGo = () => giveStep(desk, step, roomIds);
  if (round) desk.show(LeaveDialog, { round, onGo });
  else if (link) desk.show(StayOnAirDialog, { link, onGo });
  else onGo();
}

/** @param {Desk} desk @param {Activity} step @param {string[]} roomIds */
async function giveStep(desk, step, roomIds) {
  desk.ownSteps.add(step.id);
  const done = t("facilitator.step.opened", { step: pick(step.plan.title), rooms: roomsInWords(desk.store, roomIds) });
  const opened = await desk.act({ type: "OpenStep", activity_id: step.id, rooms: roomIds }, { done });
  if (opened) desk.view.value = null;
  setTimeout(() => desk.ownSteps.delete(step.id), SETTLES);
}

/** Whether the rooms of a joint step stand at different steps now, so that "both" would move one of them unasked. @param {Desk} desk @param {Activity} step */
function apart(desk, step) {
  return new Set(step.plan.rooms.map((room) => desk.store.one("stage", room)?.activity)).size > 1;
}

/** The primary button: it names its target, so pressed in both halls at once it opens one step, not two. @param {{desk: Desk}} props */
export function NextStep({ desk }) {
  const { store, room } = desk;
  const next = nextStep(store, room);
  const [settled, setSettled] = useState(next?.id);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(next?.id), SETTLES);
    return () => clearTimeout(timer);
  }, [next?.id]);
  if (!store.one("session", "session")?.started) {
    return html`<button type="button" class="button primary" onClick=${() => desk.show(StartDialog)}>
      ${t("facilitator.start.button")}
    </button>`;
  }
  if (!next) {
    return html`<button type="button" class="button primary" aria-disabled="true" title=${t("facilitator.step.last")}>
      ${t("facilitator.step.last")}
    </button>`;
  }
  const label = t("facilitator.step.next_named", {
    step: pick(next.plan.title),
    rooms: roomsInWords(store, next.plan.rooms),
  });
  const resting = settled !== next.id;
  const open = (/** @type {MouseEvent} */ event) => {
    if (resting) return;
    if (apart(desk, next)) choose(event);
    else openStep(desk, next, next.plan.rooms);
  };
  const choose = (/** @type {MouseEvent} */ event) => {
    const anchor = /** @type {HTMLElement} */ (event.currentTarget);
    openMenu(desk, anchor, label, () => html`<${StepMenu} desk=${desk} step=${next} />`);
  };
  return html`<span class="split">
    <button
      type="button"
      class="button primary"
      aria-label=${label}
      aria-disabled=${resting ? "true" : undefined}
      title=${label}
      onClick=${open}
    >
      ${t("facilitator.step.next")}<span aria-hidden="true">→</span>
    </button>
    <button
      type="button"
      class="button primary icon-only"
      aria-label=${t("facilitator.step.choose_rooms")}
      aria-haspopup="dialog"
      onClick=${choose}
    >
      <${Icon} name="chevron-down" />
    </button>
  </span>`;
}

/** Everything a facilitator can do with one step of the agenda. @param {{desk: Desk, step: Activity}} props */
export function StepMenu({ desk, step }) {
  const { store, room } = desk;
  const title = pick(step.plan.title);
  const here = step.plan.rooms.includes(room);
  const joint = step.plan.rooms.length > 1;
  const at = (/** @type {string} */ id) => store.one("stage", id)?.activity === step.id;
  const elsewhere = rooms(store).filter((other) => other.id !== room && step.plan.rooms.includes(other.id));
  const where = elsewhere
    .map((other) => ({ other, now: currentStep(store, other.id) }))
    .filter(({ now }) => now && now.id !== step.id && now.id !== currentStep(store, room)?.id)
    .map(({ other, now }) =>
      t("facilitator.step.other_is_at", { room: roomName(store, other.id), step: pick(now?.plan.title) }),
    );
  if (!here) {
    return html`<div class="menu-text">
      <strong>${title}</strong>
      <p>${t("facilitator.step.only_theirs", { room: roomsInWords(store, step.plan.rooms) })}</p>
    </div>`;
  }
  return html`<div class="menu-text"><strong>${title}</strong>${where.map((line) => html`<p key=${line}>${line}</p>`)}</div>
    ${
      joint &&
      html`<${MenuItem}
      desk=${desk}
      icon="play"
      text=${t("facilitator.step.open_in", { rooms: roomsInWords(store, step.plan.rooms) })}
      reason=${step.plan.rooms.every(at) && t("facilitator.step.open_already")}
      onChoose=${() => openStep(desk, step, step.plan.rooms)}
    />`
    }
    <${MenuItem}
      desk=${desk}
      icon="play"
      text=${t(joint ? "facilitator.step.open_only" : "facilitator.step.open_in", { rooms: roomName(store, room) })}
      reason=${at(room) && t("facilitator.step.open_already")}
      onChoose=${() => openStep(desk, step, [room])}
    />
    <${PhonesItem} desk=${desk} step=${step} />`;
}

/** The room's phones on another step than the room, or back. @param {{desk: Desk, step: Activity}} props */
function PhonesItem({ desk, step }) {
  const { store, room } = desk;
  const stage = store.one("stage", room);
  if (!stage?.activity) return null;
  const back = stage.activity === step.id;
  if (back && stage.phones === null) return null;
  const already = !back && phoneStep(store, room)?.id === step.id;
  const params = { room: roomName(store, room), step: pick(step.plan.title) };
  return html`<${MenuItem}
    desk=${desk}
    icon="hand"
    text=${t(back ? "facilitator.phones_back" : "facilitator.phones_to", params)}
    reason=${already && t("facilitator.phones_already")}
    onChoose=${() =>
      desk.act(
        { type: "SetPhones", room, activity_id: back ? null : step.id },
        { done: t("facilitator.phones_moved", params), undo: [{ type: "SetPhones", room, activity_id: stage.phones }] },
      )}
  />`;
}
