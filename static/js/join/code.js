/** `/`: the code from the wall, typed. Forgiving: any case, with or without the space, O for 0. */

import { ask } from "../lib/ask.js";
import { html, useRef, useSignal } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Frame, Sentence } from "./parts.js";
import { keepTicket } from "./ticket.js";

export function CodePage() {
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
    <form class="code-form" onSubmit=${submit} noValidate>
      <label for="code">${t("pages.join.code.label")}</label>
      <input class="field code-field" id="code" ref=${field} value=${code.value} maxlength="20" enterkeyhint="go"
        autocomplete="off" autocapitalize="characters" autocorrect="off" spellcheck="false" placeholder="XXXX XXXX"
        aria-describedby="code-hint code-problem" aria-invalid=${problem.value !== null}
        onInput=${(/** @type {any} */ event) => (code.value = event.target.value)} />
      <p class="muted" id="code-hint">${t("pages.join.code.hint")}</p>
      ${problem.value && html`<${Sentence} id="code-problem" text=${problem.value()} />`}
      <button class="button primary large" aria-disabled=${busy.value}>${t(busy.value ? "pages.join.wait" : "pages.join.code.go")}</button>
    </form>
    <p class="muted aside">${t("pages.join.code.scan")}</p>
    <p class="aside"><a class="button quiet" href="/pair">${t("pages.join.pair")}</a></p>
  <//>`;
}
