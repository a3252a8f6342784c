/** Where a phone's person chooses what to hear: the halls, or a language somebody interprets into; and is told what comes. */

import { channelState, FLOOR } from "../lib/hearing.js";
import { html, useEffect } from "../lib/html.js";
import { LANGUAGE_NAMES, t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";
import { say } from "./status.js";

/** @typedef {import("../lib/types.js").Link} Link */
/** @typedef {import("./ear.js").Ear} Ear */

/** @param {string} choice */
function nameOf(choice) {
  return choice === FLOOR ? t("phone.hear.floor") : LANGUAGE_NAMES[/** @type {"de"} */ (choice)];
}

/** @param {{ear: Ear, link: Link | undefined, inHall: boolean}} props */
export function Hear({ ear, link, inHall }) {
  const channels = ear.step.plan.channels ?? [];
  if (link?.status !== "live") {
    return (
      inHall && channels.length > 0 && html`<p class="hint"><${Icon} name="languages" /> ${t("phone.hear.soon")}</p>`
    );
  }
  const on = ear.on.value;
  const press = () => (on ? ear.off() : ear.choose(ear.choice.value));
  const words = t(on ? "phone.home.sound_off" : "phone.home.sound_on");
  const button = html`<button type="button" class="button primary big" aria-pressed=${on} onClick=${press}><${Icon} name=${on ? "volume-x" : "volume-2"} /> ${words}</button>`;
  if (channels.length === 0) return !inHall && button;
  return html`<section class="panel hear" aria-labelledby="hear-title">
    <h2 class="panel-title" id="hear-title">${t("phone.hear.title")}</h2>
    ${inHall && html`<p><strong>${t("phone.hear.headphones")}</strong></p>`}
    <div class="choices" role="group" aria-labelledby="hear-title">
      ${[FLOOR, ...channels].map((choice) => html`<${Choice} key=${choice} ear=${ear} choice=${choice} state=${choice === FLOOR ? "" : channelState(link, choice)} />`)}
    </div>
    <${Heard} ear=${ear} inHall=${inHall} />
    ${button}
  </section>`;
}

/** @param {{ear: Ear, choice: string, state: string}} props */
function Choice({ ear, choice, state }) {
  return html`<button type="button" class="choice" aria-pressed=${ear.choice.value === choice} onClick=${() => ear.choose(choice)}>
    <span lang=${choice === FLOOR ? undefined : choice}>${nameOf(choice)}</span>
    ${state && html` <span class="choice-more ${state}">${t(`phone.hear.channel.${state}`)}</span>`}
  </button>`;
}

/** What comes, or why nothing does. @param {{ear: Ear, inHall: boolean}} props */
function Heard({ ear, inHall }) {
  const choice = ear.choice.value;
  const state = ear.on.value && !inHall && choice === FLOOR ? "on" : ear.hearing.state.value;
  const instead = !inHall && state !== "off" && ear.hallsSound.value && choice !== FLOOR;
  const words = [t(`phone.hear.${state}`, { what: nameOf(choice) }), instead && t("phone.hear.instead")];
  const sentence = words.filter(Boolean).join(" ");
  useEffect(() => {
    if (state !== "off") say(sentence, "hear");
  }, [sentence]);
  return html`<p class="heard ${state}">${sentence}</p>`;
}
