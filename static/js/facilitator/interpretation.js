/** Interpretation as the desk sees it: who interprets into which language, and what one's own hall hears of the other. */

import { channelState, FLOOR } from "../lib/hearing.js";
import { html } from "../lib/html.js";
import { LANGUAGE_NAMES, t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";
import { Segments } from "./fields.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Link} Link */

/** @type {Record<string, string>} */
const ICONS = { speaking: "volume-2", silent: "volume-x", nobody: "circle-alert" };

/** @param {string} code */
function languageName(code) {
  return LANGUAGE_NAMES[/** @type {"de"} */ (code)];
}

/** @param {{desk: Desk, link: Link | undefined, step: import("../lib/types.js").Activity}} props */
export function Interpretation({ desk, link, step }) {
  const channels = step.plan.channels ?? [];
  if (channels.length === 0) return null;
  const value = link?.sounds[desk.room] ?? FLOOR;
  const options = [
    { value: FLOOR, text: t("facilitator.hear.floor") },
    ...channels.map((code) => ({ value: code, text: html`<span lang=${code}>${languageName(code)}</span>` })),
  ];
  const choose = (/** @type {string} */ sound) => desk.act({ type: "SetHallSound", activity_id: step.id, sound });
  const state = value === FLOOR ? "floor" : channelState(link, value);
  return html`<section class="interpretation" aria-labelledby="interpretation-title">
    <h3 class="eyebrow" id="interpretation-title">${t("facilitator.hear.title")}</h3>
    <ul>${channels.map((code) => html`<${Channel} key=${code} link=${link} code=${code} />`)}</ul>
    <div class="layout">
      <span class="label" aria-hidden="true">${t("facilitator.hear.sound")}</span>
      <${Segments} label=${t("facilitator.hear.sound")} value=${value} options=${options} onChange=${choose} />
    </div>
    <p class="hint" role="status">${t(`facilitator.hear.now.${state}`)}</p>
  </section>`;
}

/** Who has a channel, and whether they are to be heard. @param {{link: Link | undefined, code: string}} props */
function Channel({ link, code }) {
  const state = channelState(link, code);
  const { interpreter, next } = link?.channels[code] ?? { interpreter: null, next: null };
  const someone = t("facilitator.hear.someone");
  return html`<li>
    <span lang=${code}>${languageName(code)}</span>
    <span class="link-state ${state === "speaking" ? "on_air" : ""}"><${Icon} name=${ICONS[state]} />${t(`facilitator.hear.channel.${state}`, { name: interpreter || someone })}</span>
    ${next !== null && html`<span class="muted">${t("facilitator.hear.next", { name: next || someone })}</span>`}
  </li>`;
}
