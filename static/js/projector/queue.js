/** On the wall: who speaks, and the first few of those who wait, from both halls. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { queueOf } from "../lib/speakers.js";
import { roomStyle } from "../lib/start.js";
import { Icon, Mark } from "../ui/parts.js";
import { InOne, say } from "./words.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Hand} Hand */

const SHOWN = 3;

/** @param {{app: App, activity: string}} props */
export function Queue({ app, activity }) {
  const { speaking, waiting } = queueOf(app.store, activity);
  if (!speaking && waiting.length === 0) return null;
  const more = waiting.length - SHOWN;
  return html`<section class="queue">
    ${speaking && html`<p class="speaking"><${Icon} name="message-square" /><${Who} app=${app} hand=${speaking} /></p>`}
    ${
      waiting.length > 0 &&
      html`<h2><${InOne} lines=${say(app, "projector.queue.title")} /></h2>
      <ol>
        ${waiting.slice(0, SHOWN).map((hand, at) => html`<li key=${hand.id}><span class="digits">${at + 1}</span><${Who} app=${app} hand=${hand} /></li>`)}
        ${more > 0 && html`<li class="digits">+${more}</li>`}
      </ol>`
    }
  </section>`;
}

/** @param {{app: App, hand: Hand}} props */
function Who({ app, hand }) {
  return html`<span class="who" style=${roomStyle(hand.room)}>
    <span class="name">${hand.name || t("projector.queue.someone")}</span
    ><${Mark} app=${app} room=${hand.room} />
  </span>`;
}
