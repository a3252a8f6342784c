/** `/`: the code from the wall, typed. Forgiving: any case, with or without the space, O for 0. */

import { ask } from "../lib/ask.js";
import { html, useRef, useSignal } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { Frame, Sentence } from "./parts.js";
import { keepTicket } from "./ticket.js";

/** @typedef {{url: string, name: string, title: import("../lib/types.js").Text}} Here  who this browser is already */

const LENGTH = 8;

/** @param {{here: Here | null}} props */
export function CodePage({ here }) {
  const code = useSignal("");
  const problem = useSignal(/** @type {(() => string) | null} */ (null));
  const busy = useSignal(false);
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));

  /** @param {() => string} why */
  function refuse(why) {
    problem.value = why;
    field.current?.focus();
  }

  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    if (busy.value) return;
    if (!code.value.trim()) return refuse(() => t("pages.join.code.empty"));
    const n = code.value.replace(/[\s-]/g, "").length;
    if (n !== LENGTH) return refuse(() => t("pages.join.code.length", { n }));
    busy.value = true;
    problem.value = null;
    const ticket = { code: code.value };
    const reply = await ask("/api/door", ticket);
    busy.value = false;
    if (!reply.ok) return refuse(() => reply.message || t("pages.join.offline"));
    keepTicket(ticket);
    location.assign("/join");
  }

  return html`<${Frame}>
    <h1>${t("pages.join.code.title")}</h1>
    ${here && html`<${GoOn} here=${here} />`}
    <form class="code-form" onSubmit=${submit} noValidate>
      <label for="code">${t("pages.join.code.label")}</label>
      <input class="field code-field" id="code" ref=${field} value=${code.value} maxlength="20" enterkeyhint="go"
        autocomplete="off" autocapitalize="characters" autocorrect="off" spellcheck="false" placeholder="XXXX XXXX"
        aria-describedby="code-hint code-problem" aria-invalid=${problem.value !== null}
        onInput=${(/** @type {any} */ event) => (code.value = event.target.value)} />
      <p class="muted" id="code-hint">${t("pages.join.code.hint")}</p>
      ${problem.value && html`<${Sentence} id="code-problem" text=${problem.value()} />`}
      <button class="button large ${here ? "" : "primary"}" aria-disabled=${busy.value}>${t(busy.value ? "pages.join.wait" : "pages.join.code.go")}</button>
    </form>
    <p class="muted aside">${t("pages.join.code.scan")}</p>
    <p class="aside"><a class="button quiet" href="/pair">${t("pages.join.pair")}</a></p>
  <//>`;
}

/** Back to where this browser was, without the code. @param {{here: Here}} props */
function GoOn({ here }) {
  return html`<section class="again">
    <p class="day">${pick(here.title)}</p>
    <a class="button primary large" href=${here.url}>
      ${here.name ? t("pages.join.again.as", { name: here.name }) : t("pages.join.again.nameless")}
    </a>
  </section>`;
}
