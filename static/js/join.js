/** The participants' door: `/` asks for the code on the wall, `/join` for room and name. */

import { CodePage } from "./join/code.js";
import { Frame, Sentence } from "./join/parts.js";
import { JoinPage } from "./join/room.js";
import { takeTicket } from "./join/ticket.js";
import { ask } from "./lib/ask.js";
import { html, render } from "./lib/html.js";
import { giveCatalogues, setLanguage, t } from "./lib/i18n.js";

/** @typedef {import("./join/ticket.js").Ticket} Ticket */

const root = /** @type {HTMLElement} */ (document.getElementById("app"));

/** @param {Ticket} ticket */
async function openDoor(ticket) {
  render(html`<${Frame}><p class="muted" role="status">${t("pages.join.wait")}</p><//>`, root);
  const reply = await ask("/api/door", ticket);
  if (reply.ok) render(html`<${JoinPage} key=${JSON.stringify(ticket)} ticket=${ticket} door=${reply.value} />`, root);
  else render(html`<${Shut} ticket=${ticket} reply=${reply} />`, root);
}

/** @param {{ticket: Ticket, reply: {code: string, message: string}}} props */
function Shut({ ticket, reply }) {
  const again = ["", "too_fast", "codes_paused", "not_saved"].includes(reply.code);
  return html`<${Frame}>
    <div class="stack"><h1>${t("pages.join.shut")}</h1>
    <${Sentence} id="problem" text=${reply.message || t("pages.join.offline")} />
    ${
      again
        ? html`<button type="button" class="button primary large" onClick=${() => openDoor(ticket)}>${t("pages.join.retry")}</button>`
        : html`<a class="button primary large" href="/">${t("pages.join.type_code")}</a>`
    }</div>
  <//>`;
}

function begin() {
  if (location.pathname === "/") return render(html`<${CodePage} here=${boot.here} />`, root);
  const ticket = takeTicket();
  if (ticket) openDoor(ticket);
  else location.replace("/");
}

const boot = JSON.parse(document.getElementById("boot")?.textContent ?? "{}");
giveCatalogues(boot.catalogues);
await setLanguage(boot.language);
begin();
// A second code scanned into the same tab changes nothing but the fragment.
addEventListener("hashchange", begin);
