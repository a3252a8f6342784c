/** What a check of the live connection found, as a light with words, on walls and desks alike. */

import { html } from "../lib/html.js";
import { language, t } from "../lib/i18n.js";
import { Icon } from "./parts.js";

/** @typedef {import("../lib/types.js").Check} Check */

/** A wall that has not answered by then has gone, or sleeps. */
const ANSWERS_WITHIN = 45_000;

/** Whether a wall still is to check, or does. @param {Check | undefined} check @param {number} now the server's time */
export function isAsked(check, now) {
  return check?.asked_at != null && now - check.asked_at < ANSWERS_WITHIN;
}

/** @param {{check: Check}} props */
export function CheckWords({ check }) {
  return html`<div class="check-words ${check.light}">
    <p><${Icon} name=${check.light === "good" ? "circle-check" : "circle-alert"} /><strong>${t(`check.light.${check.light}`)}</strong></p>
    ${check.way && html`<p>${summary(check)}</p>`}
    ${check.advice.length > 0 && html`<ul>${check.advice.map((id) => html`<li key=${id}>${t(`check.advice.${id}`)}</li>`)}</ul>`}
  </div>`;
}

/** As it is written where one reads. @param {number} value */
export function decimal(value) {
  return new Intl.NumberFormat(language.value, { maximumFractionDigits: 1, useGrouping: false }).format(value);
}

/** "Picture good, sound good, way: direct; 2.1 Mb/s up". @param {Check} check */
function summary(check) {
  const parts = {
    picture: t(`check.picture.${check.picture}`),
    sound: t(`check.sound.${check.sound}`),
    way: t(`check.way.${check.way}`),
    rate: decimal((check.up_kbit ?? 0) / 1000),
  };
  const said = [t("check.summary", parts)];
  if (check.round_trip_ms !== null) said.push(t("check.round_trip", { ms: check.round_trip_ms }));
  if (check.loss_percent) said.push(t("check.loss", { percent: check.loss_percent }));
  return said.join(" · ");
}

/**
 * In how many halls a window was checked and will work, and the words for it; a limit of one hall is one of the window.
 * @param {import("../lib/store.js").Store} store @param {import("../lib/types.js").Activity} step
 */
export function checkedIn(store, step) {
  const lights = step.plan.rooms.map((room) => store.one("check", `${step.id}/${room}`)?.light);
  const n = lights.filter((light) => light === "good" || light === "fair").length;
  const all = lights.length;
  const [plain, limited] = n < all ? ["check.done_in", "check.done_in.fair"] : ["check.done", "check.done.fair"];
  return { n, all, words: lights.includes("fair") ? limited : plain };
}
