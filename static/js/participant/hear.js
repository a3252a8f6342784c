/** Where a phone's person chooses what to hear: the halls, or a language somebody interprets into; and is told what comes. */

import { channelState, FLOOR } from "../lib/hearing.js";
import { html, useEffect } from "../lib/html.js";
import { LANGUAGE_NAMES, t } from "../lib/i18n.js";
import { phoneStep } from "../lib/session.js";
import { Icon } from "../ui/parts.js";
import { Ear } from "./ear.js";
import { beside, say } from "./status.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Activity} Activity */
/** @typedef {import("../lib/types.js").Link} Link */

/** By window: when phones are shown something else, to vote, say, people go on listening. @type {Map<string, Ear>} */
const ears = new Map();

/** @param {App} app @param {Activity} step a live window */
export function earOf(app, step) {
  const ear = ears.get(step.id) ?? new Ear(app, step);
  ears.set(step.id, ear);
  beside.value = () => html`<${Meanwhile} ear=${ear} />`;
  return ear;
}

/** On other screens than the window's own. @param {{ear: Ear}} props */
function Meanwhile({ ear }) {
  const { boot, store } = ear.app;
  if (ear.hearing.state.value === "off" || phoneStep(store, boot.room)?.id === ear.step.id) return null;
  return html`<section class="panel meanwhile" aria-label=${t("phone.hear.title")}>
    <${Heard} ear=${ear} withHalls=${false} />
    <button type="button" class="button" onClick=${() => ear.off()}><${Icon} name="volume-x" /> ${t("phone.home.sound_off")}</button>
  </section>`;
}

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
    <${Heard} ear=${ear} withHalls=${!inHall} />
    ${button}
  </section>`;
}

/** @param {{ear: Ear, choice: string, state: string}} props */
function Choice({ ear, choice, state }) {
  return html`<button type="button" class="choice" aria-pressed=${ear.choice.value === choice} onClick=${() => ear.choose(choice)}>
    <span lang=${choice === FLOOR ? undefined : choice}>${nameOf(choice)}</span>
    ${state && html` <span class="hear-state ${state}">${t(`phone.hear.channel.${state}`)}</span>`}
  </button>`;
}

/**
 * What comes, or why nothing does. `withHalls`: both halls' pictures stand on this screen, and bring their own sound.
 * @param {{ear: Ear, withHalls: boolean}} props
 */
function Heard({ ear, withHalls }) {
  const choice = ear.choice.value;
  const state = ear.on.value && withHalls && choice === FLOOR ? "on" : ear.hearing.state.value;
  const instead = withHalls && state !== "off" && ear.hallsSound.value && choice !== FLOOR;
  const words = [t(`phone.hear.${state}`, { what: nameOf(choice) }), instead && t("phone.hear.instead")];
  const sentence = words.filter(Boolean).join(" ");
  useEffect(() => {
    if (state !== "off") say(sentence, "hear");
  }, [sentence]);
  return html`<p class="heard ${state}">${sentence}</p>`;
}
