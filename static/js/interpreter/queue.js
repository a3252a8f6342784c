/** Who speaks in either hall, and who comes next: whose name to expect, and in which language. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { queueOf } from "../lib/speakers.js";
import { roomStyle } from "../lib/start.js";
import { Icon, Mark } from "../ui/parts.js";

/** @typedef {import("./booth.js").Booth} Booth */
/** @typedef {import("../lib/types.js").Hand} Hand */

/** @param {{booth: Booth}} props */
export function Queue({ booth: { app, step } }) {
  const { speaking, waiting } = queueOf(app.store, step.value?.id ?? "");
  return html`<section class="panel queue" aria-labelledby="queue-title">
    <h2 class="eyebrow" id="queue-title">${t("interpreter.queue.title")}</h2>
    ${speaking && html`<p class="speaking"><${Icon} name="message-square" /><${Who} app=${app} hand=${speaking} /></p>`}
    ${!speaking && waiting.length === 0 && html`<p class="muted">${t("interpreter.queue.empty")}</p>`}
    <ol>${waiting.map((hand, at) => html`<li key=${hand.id}><span class="digits">${at + 1}</span><${Who} app=${app} hand=${hand} /></li>`)}</ol>
  </section>`;
}

/** @param {{app: import("../lib/start.js").App, hand: Hand}} props */
function Who({ app, hand }) {
  return html`<span class="who" style=${roomStyle(hand.room)}><${Mark} app=${app} room=${hand.room} />${hand.name || t("interpreter.queue.someone")}</span>`;
}
