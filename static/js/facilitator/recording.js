/** Whether a window is recorded: asked for by one hall, agreed to or not by the other, taken back by either at any time. */

import { effect, html, untracked } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";
import { Recorded } from "../ui/recorded.js";
import { Confirm } from "./box.js";
import { roomName } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Activity} Activity */
/** @typedef {import("../lib/types.js").Link} Link */
/** @typedef {import("../lib/types.js").Recording} RecordingState */

/** Whether somebody asks for a recording, or it is agreed to: what the other hall waits for, or can be taken back. @param {Link | undefined} link */
export function isOpen(link) {
  return link?.recording?.ended_at === null;
}

/** Whether the other hall waits for this room's answer. @param {Link | undefined} link @param {string} room */
function isAsked(link, room) {
  return isOpen(link) && !link?.recording?.agreed.includes(room);
}

/** Whoever is busy elsewhere on the desk hears of a question, and of its being taken back. @param {Desk} desk */
export function watchRecording(desk) {
  /** @type {string | null} */
  let before = null;
  effect(() => {
    const links = [...desk.store.all("link").values()].filter(({ rooms }) => rooms.includes(desk.room));
    const asked = links.find((link) => isAsked(link, desk.room));
    const refused = links.find(({ recording }) => recording?.ended_by && recording.ended_by !== desk.room)?.recording;
    if (!desk.store.ready.value) return;
    const now = asked ? `asked ${asked.activity}` : refused ? `refused ${refused.ended_at}` : "";
    const known = before;
    before = now;
    if (known === null || known === now) return;
    const words = asked
      ? t("facilitator.recording.asks", { hall: roomName(desk.store, asked.recording?.asked_by ?? "") })
      : refused && ended(desk, refused);
    if (words) untracked(() => desk.toast("notice", words));
  });
}

/** @param {{desk: Desk, step: Activity, link: Link | undefined}} props */
export function Recording({ desk, step, link }) {
  const found = link?.recording;
  const open = found && found.ended_at === null;
  const agree = (/** @type {boolean} */ agreed) => desk.act({ type: "AgreeToRecord", activity_id: step.id, agreed });
  return html`<section class="recording" aria-label=${t("facilitator.recording.title")}>
    ${
      !open
        ? html`<${Off} desk=${desk} step=${step} found=${found} />`
        : found.agreed.includes(desk.room)
          ? html`<${Agreed} desk=${desk} step=${step} found=${found} agree=${agree} />`
          : html`<${Asked} desk=${desk} step=${step} agree=${agree} />`
    }
  </section>`;
}

/** @param {Desk} desk @param {Activity} step */
function otherHall({ store, room }, step) {
  return roomName(store, step.plan.rooms.find((id) => id !== room) ?? "");
}

/** Nothing is recorded: how the last time ended, and the asking. @param {{desk: Desk, step: Activity, found: RecordingState | null | undefined}} props */
function Off({ desk, step, found }) {
  const hall = otherHall(desk, step);
  const ask = () =>
    desk.show(Confirm, {
      title: t("facilitator.recording.ask_sure", { hall }),
      text: t("facilitator.recording.ask_what"),
      yes: t("facilitator.recording.ask_yes"),
      onYes: () => desk.act({ type: "AskToRecord", activity_id: step.id }),
    });
  const said = found && ended(desk, found);
  return html`${said && html`<p class=${found.trouble ? "trouble" : "hint"} role="status">${found.trouble && html`<${Icon} name="circle-alert" />`}<span>${said}</span></p>`}
    ${
      desk.app.boot.records
        ? html`<button type="button" class="button" onClick=${ask}><${Icon} name="video" />${t("facilitator.recording.ask")}</button>`
        : html`<p class="hint">${t("facilitator.recording.trouble.not_offered")}</p>`
    }`;
}

/** @param {Desk} desk @param {RecordingState} found */
function ended(desk, found) {
  if (found.trouble) return t(`facilitator.recording.trouble.${found.trouble}`);
  const kept = found.started_at === null ? "" : ` ${t("facilitator.recording.kept")}`;
  if (found.ended_by === null) return kept.trim();
  const who = found.ended_by === desk.room ? "own" : "other";
  const how = found.started_at === null ? "refused" : "taken_back";
  return t(`facilitator.recording.${how}.${who}`, { hall: roomName(desk.store, found.ended_by) }) + kept;
}

/** The other hall asks. @param {{desk: Desk, step: Activity, agree: (agreed: boolean) => void}} props */
function Asked({ desk, step, agree }) {
  const sentence = t("facilitator.recording.asks", { hall: otherHall(desk, step) });
  return html`<div class="asked" role="group" aria-label=${sentence}>
    <p role="status"><${Icon} name="video" />${sentence}</p>
    <p>${t("facilitator.recording.ask_what")}</p>
    <div class="acts">
      <button type="button" class="button primary" onClick=${() => agree(true)}>${t("facilitator.recording.agree")}</button>
      <button type="button" class="button" onClick=${() => agree(false)}>${t("facilitator.recording.refuse")}</button>
    </div>
  </div>`;
}

/** One's own hall has agreed: it runs, begins with the window, or waits for the other hall. */
/** @param {{desk: Desk, step: Activity, found: RecordingState, agree: (agreed: boolean) => void}} props */
function Agreed({ desk, step, found, agree }) {
  const all = found.agreed.length === step.plan.rooms.length;
  const waiting = all
    ? t("facilitator.recording.with_live")
    : t("facilitator.recording.waiting", { hall: otherHall(desk, step) });
  const words = !all && found.asked_by === desk.room ? "withdraw" : "take_back";
  return html`${found.trouble && html`<p class="trouble" role="status"><${Icon} name="circle-alert" /><span>${t(`facilitator.recording.trouble.${found.trouble}`)}</span></p>`}
    <div class="runs">
      ${found.started_at === null ? html`<p class="hint" role="status">${waiting}</p>` : html`<${Recorded} />`}
      <button type="button" class="button" onClick=${() => agree(false)}>${t(`facilitator.recording.${words}`)}</button>
    </div>`;
}
