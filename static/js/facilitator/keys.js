/** What the keyboard can do here. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Box } from "./box.js";

const KEYS = ["walk", "open", "lift", "move", "choose", "archive", "undo", "save", "close"];

/** @param {{desk: import("./desk.js").Desk}} props */
export function KeysDialog({ desk }) {
  return html`<${Box} desk=${desk} title=${t("facilitator.keys.title")}>
    <dl class="keys">
      ${KEYS.map(
        (key) => html`<div key=${key}>
          <dt><kbd>${t(`facilitator.keys.${key}`)}</kbd></dt>
          <dd>${t(`facilitator.keys.${key}_does`)}</dd>
        </div>`,
      )}
    </dl>
  <//>`;
}
