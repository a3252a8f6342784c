/** The live connection from the desk: how both halls stand, ready, go; and what it takes before. */

import { html } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";
import { CheckLight } from "./check-light.js";
import { Interpretation } from "./interpretation.js";
import { LinkHalls } from "./link-halls.js";
import { OnAir } from "./on-air.js";
import { isOpen, Recording } from "./recording.js";
import { roomName } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Activity} Activity */
/** @typedef {import("../lib/types.js").Link} Link */

/** @param {{desk: Desk, step: Activity}} props */
export function LinkControls({ desk, step }) {
  const link = desk.store.one("link", step.id);
  return html`<div class="link-controls">
    ${
      link?.status === "live"
        ? html`<${OnAir} desk=${desk} link=${link} step=${step} />`
        : html`<${Before} desk=${desk} step=${step} link=${link} />`
    }
  </div>`;
}

/** What is to be done next, in one sentence. @param {Desk} desk @param {Activity} step @param {Link | undefined} link */
function hintOf({ store, room }, step, link) {
  const others = step.plan.rooms.filter((id) => id !== room && !link?.ready.includes(id));
  if (!store.one("station", room)) return t("facilitator.link.hint.station");
  if (!link?.ready.includes(room)) return t(`facilitator.link.${link?.status === "over" ? "over" : "hint.ready"}`);
  if (others.length > 0) return t("facilitator.link.hint.waiting", { hall: roomName(store, others[0]) });
  return t("facilitator.link.hint.go");
}

/** @param {{desk: Desk, step: Activity, link: Link | undefined}} props */
function Before({ desk, step, link }) {
  const { store, room } = desk;
  const ready = link?.ready.includes(room) ?? false;
  const all = link?.ready.length === step.plan.rooms.length;
  const setReady = () => desk.act({ type: "SetReady", activity_id: step.id, ready: !ready });
  const go = () => desk.act({ type: "GoLive", activity_id: step.id });
  const consent = pick(step.plan.consent);
  const recording = html`<${Recording} key="recording" desk=${desk} step=${step} link=${link} />`;
  const open = isOpen(link);
  return html`<${LinkHalls} desk=${desk} step=${step} link=${link} />
    ${open && recording}
    <p class="hint" role="status">${hintOf(desk, step, link)}</p>
    <div class="acts">
      <button type="button" class="button ${ready ? "" : "primary"}" aria-pressed=${ready} disabled=${!ready && !store.one("station", room)} onClick=${setReady}>
        ${t(ready ? "facilitator.link.unready" : "facilitator.link.set_ready")}
      </button>
      <button type="button" class="button go" disabled=${!all} onClick=${go}><${Icon} name="play" />${t("facilitator.link.go")}</button>
    </div>
    ${consent && html`<p class="consent"><strong>${t("facilitator.link.consent")}</strong> ${consent}</p>`}
    <${Interpretation} desk=${desk} link=${link} step=${step} />
    ${!open && recording}
    <${CheckLight} desk=${desk} step=${step} />`;
}
