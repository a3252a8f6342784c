/** The page: what one hears on the left, what is on in the middle, one's own microphone on the right; one below the other on a phone. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Channels } from "./channels.js";
import { Halls } from "./halls.js";
import { Microphone } from "./microphone.js";
import { Now } from "./now.js";
import { Texts } from "./texts.js";
import { Top } from "./top.js";

/** @typedef {import("./booth.js").Booth} Booth */

/** By close code (docs/protocol.md, the end of a line). @type {Record<number, string>} */
const WHY = {
  4200: "interpreter.stopped.sign_in",
  4201: "interpreter.stopped.removed",
  4205: "common.archived",
  4206: "interpreter.stopped.erased",
  4208: "common.deleted",
};

/** @param {{booth: Booth}} props */
export function Page({ booth }) {
  const { socket, store } = booth.app;
  if (socket.status.value === "stopped") return html`<${Stopped} code=${socket.reason.value} />`;
  if (!store.ready.value) return html`<main class="alone"><h1>${t("common.line.connecting")}</h1></main>`;
  return html`<${Top} booth=${booth} />
    <main class="booth">
      <${Halls} booth=${booth} />
      <section class="middle">
        <${Now} booth=${booth} />
        <${Texts} booth=${booth} />
      </section>
      <section class="desk" aria-label=${t("interpreter.mic.title")}>
        <${Microphone} booth=${booth} />
        <${Channels} booth=${booth} />
      </section>
    </main>`;
}

/** Only where it helps can the page be loaded again. @param {{code: number}} props */
function Stopped({ code }) {
  const why = WHY[code];
  return html`<main class="alone" role="alert">
    <h1>${t(why ?? "interpreter.stopped.other")}</h1>
    ${!why && html`<button type="button" class="button primary" onClick=${() => location.reload()}>${t("interpreter.reload")}</button>`}
  </main>`;
}
