/** The desk as a whole: header, three regions (tabs on a narrow screen), and what floats above them. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { AgendaRail } from "./agenda.js";
import { Hall } from "./hall.js";
import { Header } from "./header.js";
import { MenuHost } from "./menu.js";
import { Middle } from "./middle.js";
import { Toasts } from "./toasts.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** By close code (docs/protocol.md, the end of a line). @type {Record<number, string>} */
const WHY = { 4200: "sign_in", 4201: "removed", 4205: "gone", 4206: "erased" };
const TABS = /** @type {const} */ (["agenda", "board", "hall"]);

/** @param {{desk: Desk}} props */
export function Face({ desk }) {
  const stopped = desk.app.socket.status.value === "stopped";
  if (!desk.store.ready.value) return html`<${Waiting} desk=${desk} stopped=${stopped} />`;
  const dialog = desk.dialog.value;
  return html`
    <${Header} desk=${desk} />
    ${stopped && html`<${Stopped} desk=${desk} />`}
    <${Tabs} desk=${desk} />
    <main class="desk" data-tab=${desk.tab.value} inert=${stopped}>
      <${AgendaRail} desk=${desk} />
      <${Middle} desk=${desk} />
      <${Hall} desk=${desk} />
      ${!dialog && html`<${Toasts} desk=${desk} />`}
    </main>
    ${dialog && html`<${dialog.component} key=${dialog} desk=${desk} ...${dialog.props} />`}
    <${MenuHost} desk=${desk} />
  `;
}

/** @param {{desk: Desk, stopped: boolean}} props */
function Waiting({ desk, stopped }) {
  return html`<main class="waiting">
    ${stopped ? html`<${Stopped} desk=${desk} />` : html`<h1>${t("common.line.connecting")}</h1>`}
  </main>`;
}

/** Why the server closed this line for good; only where it helps the page can be loaded again. @param {{desk: Desk}} props */
function Stopped({ desk }) {
  const why = WHY[desk.app.socket.reason.value] ?? "other";
  return html`<div class="stopped-bar" role="alert">
    <p>${t(`facilitator.stopped.${why}`)}</p>
    ${why === "other" && html`<button type="button" class="button" onClick=${() => location.reload()}>${t("facilitator.reload")}</button>`}
  </div>`;
}

/** @param {{desk: Desk}} props */
function Tabs({ desk }) {
  return html`<nav class="tabs" aria-label=${t("facilitator.tabs")}>
    ${TABS.map(
      (tab) => html`<button
        type="button"
        key=${tab}
        aria-current=${desk.tab.value === tab ? "true" : undefined}
        onClick=${() => {
          desk.tab.value = tab;
        }}
      >
        ${t(`facilitator.tab.${tab}`)}
      </button>`,
    )}
  </nav>`;
}
