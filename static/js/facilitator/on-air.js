/**
 * While two halls are connected: how long, what one's own hall sends, what its wall shows, who speaks, and the end. All of it stands
 * in one view of a laptop, and what comes and goes has its place beside it: nothing moves under a finger.
 */

import { serverNow, tick } from "../lib/clock.js";
import { html, useComputed } from "../lib/html.js";
import { duration, t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";
import { Confirm } from "./box.js";
import { Segments } from "./fields.js";
import { Interpretation } from "./interpretation.js";
import { LinkFigures } from "./link-figures.js";
import { LinkHalls } from "./link-halls.js";
import { isOpen, Recording } from "./recording.js";
import { Speakers } from "./speakers.js";
import { roomName } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Activity} Activity */
/** @typedef {import("../lib/types.js").Link} Link */

const LAYOUTS = /** @type {const} */ (["hall", "halves", "board", "picture"]);

/** @param {{desk: Desk, link: Link, step: Activity}} props */
export function OnAir({ desk, link, step }) {
  const { room } = desk;
  const muted = link.muted.includes(room);
  const paused = link.paused.includes(room);
  const give = (/** @type {string} */ type, /** @type {object} */ more) =>
    desk.act({ type, activity_id: link.activity, ...more });
  const askToEnd = () =>
    desk.show(Confirm, {
      title: t("facilitator.link.end_sure"),
      text: t("facilitator.link.end_what"),
      yes: t("facilitator.link.end_yes"),
      onYes: () => give("EndLink", {}),
    });
  const recording = html`<${Recording} key="recording" desk=${desk} step=${step} link=${link} />`;
  const open = isOpen(link);
  return html`<div class="on-air-for">
      <${Times} link=${link} planned=${step.plan.duration_ms} />
      <button type="button" class="button stop" onClick=${askToEnd}><${Icon} name="square" />${t("facilitator.link.end")}</button>
    </div>
    <${LinkHalls} desk=${desk} step=${step} link=${link} />
    <div class="acts">
      <button type="button" class="button" aria-pressed=${muted} onClick=${() => give("SetHallMuted", { muted: !muted })}>
        <${Icon} name=${muted ? "volume-2" : "volume-x"} />${t(muted ? "facilitator.link.unmute" : "facilitator.link.mute")}
      </button>
      <button type="button" class="button" aria-pressed=${paused} onClick=${() => give("SetPicturePaused", { paused: !paused })}>
        <${Icon} name=${paused ? "play" : "pause"} />${t(paused ? "facilitator.link.resume" : "facilitator.link.pause")}
      </button>
      <${AskThem} desk=${desk} link=${link} give=${give} />
    </div>
    <div class="layout">
      <span class="label" aria-hidden="true">${t("facilitator.link.layout")}</span>
      <${Segments}
        label=${t("facilitator.link.layout")}
        value=${link.layouts[room] ?? "hall"}
        options=${LAYOUTS.map((value) => ({ value, text: t(`facilitator.link.layout.${value}`) }))}
        onChange=${(/** @type {string} */ layout) => give("SetLayout", { layout })}
      />
    </div>
    <div class="air-columns">
      <div>
        <${Speakers} desk=${desk} activity=${link.activity} />
        <${LinkFigures} desk=${desk} link=${link} />
      </div>
      <div>
        <${Asked} desk=${desk} link=${link} give=${give} />
        ${open && recording}
        <${Interpretation} desk=${desk} link=${link} step=${step} />
        ${!open && recording}
      </div>
    </div>`;
}

/** @typedef {(type: string, more: object) => Promise<boolean>} Give */

/** The other hall asks for silence: one press answers. @param {{desk: Desk, link: Link, give: Give}} props */
function Asked({ desk, link, give }) {
  if (!link.asked.includes(desk.room)) return null;
  const hall = roomName(desk.store, link.rooms.find((room) => room !== desk.room) ?? "");
  const answer = (/** @type {boolean} */ muted) => () => give("SetHallMuted", { muted });
  return html`<div class="asked" role="group" aria-label=${t("facilitator.link.asks", { hall })}>
    <p><${Icon} name="hand" />${t("facilitator.link.asks", { hall })}</p>
    <div class="acts">
      <button type="button" class="button primary" onClick=${answer(true)}>${t("facilitator.link.mute_now")}</button>
      <button type="button" class="button" onClick=${answer(false)}>${t("facilitator.link.not_now")}</button>
    </div>
  </div>`;
}

/** Their sound is theirs: it can be asked for, not taken. @param {{desk: Desk, link: Link, give: Give}} props */
function AskThem({ desk, link, give }) {
  const other = link.rooms.find((room) => room !== desk.room) ?? "";
  if (link.muted.includes(other)) return null;
  const asked = link.asked.includes(other);
  const words = t(asked ? "facilitator.link.ask_back" : "facilitator.link.ask", { hall: roomName(desk.store, other) });
  return html`<button type="button" class="button" aria-pressed=${asked} onClick=${() => give("AskToMute", { asked: !asked })}>
    <${Icon} name="hand" />${words}
  </button>`;
}

/** Three, two, one, as on the walls; then how long it runs and how much of the planned time is left. */
/** @param {{link: Link, planned: number}} props */
function Times({ link, planned }) {
  const since = link.live_at ?? 0;
  const text = useComputed(() => {
    const gone = Math.max(tick.value, serverNow()) - since;
    if (gone < 0) return `${Math.ceil(-gone / 1_000)}`;
    return `${duration(gone)} ${gone < planned ? duration(planned - gone) : ""}`;
  });
  const [first, left] = text.value.split(" ");
  if (left === undefined)
    return html`<p class="count-in" role="timer">${t("facilitator.link.count_in", { n: first })}</p>`;
  return html`<strong class="badge">LIVE</strong> <span class="digits" role="timer">${first}</span>
    ${left ? html`<span class="muted">${t("facilitator.link.left", { time: left })}</span>` : html`<p class="time-over" role="status">${t("facilitator.link.time_over")}</p>`}`;
}
