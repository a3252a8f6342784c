/** The right side: what both walls show, the clock, who has taken part, the next live connection. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { LiveWindow } from "./live-window.js";
import { Participation } from "./participation.js";
import { TimerPanel } from "./timer.js";
import { Walls } from "./walls.js";

/** @param {{desk: import("./desk.js").Desk}} props */
export function Hall({ desk }) {
  return html`<section class="hall" aria-label=${t("facilitator.tab.hall")}>
    <${Walls} desk=${desk} />
    <${TimerPanel} desk=${desk} />
    <${Participation} desk=${desk} />
    <${LiveWindow} desk=${desk} />
  </section>`;
}
