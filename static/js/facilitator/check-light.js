/** The check of a live window at the desk: a light with words for each hall, and asking one's own wall for a new one. */

import { serverNow, tick } from "../lib/clock.js";
import { html, useComputed } from "../lib/html.js";
import { clockTime, t } from "../lib/i18n.js";
import { rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { CheckWords, isAsked } from "../ui/check.js";
import { Mark } from "../ui/parts.js";
import { roomName } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Activity} Activity */

/** @param {{desk: Desk, step: Activity}} props */
export function CheckLight({ desk, step }) {
  const { store, room } = desk;
  const own = store.one("check", `${step.id}/${room}`);
  // Read again every second: a wall that never answers must not keep the button for ever.
  const asked = useComputed(() => {
    void tick.value;
    return isAsked(store.one("check", `${step.id}/${room}`), serverNow());
  });
  const waits = asked.value && isAsked(own, serverNow());
  const ask = () => desk.act({ type: "AskForCheck", activity_id: step.id });
  return html`<section class="link-check" aria-label=${t("check.title")}>
    <ul>
      ${rooms(store)
        .filter(({ id }) => step.plan.rooms.includes(id))
        .map(({ id }) => html`<${Hall} key=${id} desk=${desk} step=${step} room=${id} />`)}
    </ul>
    ${own?.asked_at && !waits && html`<p class="hint">${t("check.no_answer")}</p>`}
    <button type="button" class="button" disabled=${waits || !store.one("station", room)} onClick=${ask}>
      ${t(waits ? "check.waits" : "check.start")}
    </button>
  </section>`;
}

/** @param {{desk: Desk, step: Activity, room: string}} props */
function Hall({ desk, step, room }) {
  const check = desk.store.one("check", `${step.id}/${room}`);
  const zone = desk.store.one("room", desk.room)?.plan.time_zone ?? "UTC";
  const when = check?.checked_at ? t("check.at", { time: clockTime(check.checked_at, zone) }) : t("check.never");
  return html`<li style=${roomStyle(room)}>
    <p><${Mark} app=${desk.app} room=${room} /><span>${roomName(desk.store, room)}</span> <span class="muted">${when}</span></p>
    ${check?.light && html`<${CheckWords} check=${check} />`}
  </li>`;
}
