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

/** Catalogue ids by close code (docs/protocol.md, the end of a line). @type {Record<number, string[]>} */
const WHY = {
  4200: ["facilitator.stopped.sign_in"],
  4201: ["facilitator.stopped.removed"],
  4205: ["common.archived", "common.archived_hint"],
  4206: ["facilitator.stopped.erased"],
  4208: ["common.deleted", "common.deleted_hint"],
};
const SESSION_DELETED = 4208;
const TABS = /** @type {const} */ (["agenda", "board", "hall"]);

/** @param {{desk: Desk}} props */
export function Face({ desk }) {
  const { status, reason } = desk.app.socket;
  const stopped = status.value === "stopped";
  const deleted = stopped && reason.value === SESSION_DELETED;
  if (!desk.store.ready.value || deleted) return html`<${Waiting} desk=${desk} stopped=${stopped} />`;
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
  const why = WHY[desk.app.socket.reason.value];
  const [title, hint] = why ?? ["facilitator.stopped.other"];
  return html`<div class="stopped-bar" role="alert">
    <p>${hint ? html`<strong>${t(title)}.</strong> ${t(hint)}` : t(title)}</p>
    ${!why && html`<button type="button" class="button" onClick=${() => location.reload()}>${t("facilitator.reload")}</button>`}
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
