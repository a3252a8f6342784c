/** The queue of both halls: who speaks, who is next; given the word, put in another order, lowered. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { queueOf } from "../lib/speakers.js";
import { roomStyle } from "../lib/start.js";
import { Icon, Mark } from "../ui/parts.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Hand} Hand */

/** @param {{desk: Desk, activity: string}} props */
export function Speakers({ desk, activity }) {
  const { speaking, waiting } = queueOf(desk.store, activity);
  return html`<section class="speakers" aria-labelledby="speakers-title">
    <h3 class="eyebrow" id="speakers-title">${t("facilitator.queue.title")}</h3>
    ${speaking && html`<p class="speaking"><${Icon} name="message-square" /><${Who} desk=${desk} hand=${speaking} /><${Act} desk=${desk} hand=${speaking} act="done" icon="check" command=${{ type: "LowerHand" }} /></p>`}
    ${waiting.length === 0 && !speaking && html`<p class="muted">${t("facilitator.queue.empty")}</p>`}
    <ol>
      ${waiting.map((hand, at) => html`<${Waiting} key=${hand.id} desk=${desk} hand=${hand} at=${at} waiting=${waiting} />`)}
    </ol>
  </section>`;
}

/** @param {{desk: Desk, hand: Hand, at: number, waiting: Hand[]}} props */
function Waiting({ desk, hand, at, waiting }) {
  const up = { type: "MoveHand", before: waiting[at - 1]?.id };
  const next = () => desk.act({ type: "GiveWord", hand_id: hand.id });
  return html`<li>
    <span class="digits">${at + 1}</span><${Who} desk=${desk} hand=${hand} />
    <span class="hand-acts">
      ${at === 0 && html`<button type="button" class="button primary" onClick=${next}>${t("facilitator.queue.next")}</button>`}
      ${at > 0 && html`<${Act} desk=${desk} hand=${hand} act="up" icon="chevron-up" command=${up} />`}
      <${Act} desk=${desk} hand=${hand} act="remove" icon="x" command=${{ type: "LowerHand" }} />
    </span>
  </li>`;
}

/** @param {{desk: Desk, hand: Hand}} props */
function Who({ desk, hand }) {
  return html`<span class="who" style=${roomStyle(hand.room)}><${Mark} app=${desk.app} room=${hand.room} />${nameOf(hand)}</span>`;
}

/** @param {Hand} hand */
function nameOf(hand) {
  return hand.name || t("facilitator.queue.someone");
}

/** @param {{desk: Desk, hand: Hand, act: string, icon: string, command: {type: string}}} props */
function Act({ desk, hand, act, icon, command }) {
  const words = t(`facilitator.queue.${act}`, { name: nameOf(hand) });
  const give = () => desk.act({ ...command, hand_id: hand.id });
  return html`<button type="button" class="button icon-only" aria-label=${words} title=${words} onClick=${give}><${Icon} name=${icon} /></button>`;
}
