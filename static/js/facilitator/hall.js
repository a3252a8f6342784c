/** The right side: what both walls show, the clock, who has taken part, the next live connection. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { hasControls, LiveWindow, runningWindow } from "./live-window.js";
import { Participation } from "./participation.js";
import { TimerPanel } from "./timer.js";
import { Walls } from "./walls.js";

/** @param {{desk: import("./desk.js").Desk}} props */
export function Hall({ desk }) {
  const running = runningWindow(desk);
  // What governs two halls that are connected comes first, where it is not in the middle.
  const first = running !== undefined && !hasControls(desk, running);
  return html`<section class="hall" aria-label=${t("facilitator.tab.hall")}>
    <${Walls} desk=${desk} />
    ${first && html`<${LiveWindow} desk=${desk} />`}
    <${TimerPanel} desk=${desk} />
    <${Participation} desk=${desk} />
    ${!first && html`<${LiveWindow} desk=${desk} />`}
  </section>`;
}
