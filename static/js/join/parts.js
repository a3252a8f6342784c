/** What both pages of the door share: the languages on top, the promise below, a button that waits. */

import { html } from "../lib/html.js";
import { LANGUAGE_NAMES, LANGUAGES, language, rememberLanguage, setLanguage, t } from "../lib/i18n.js";

/** @param {string} code */
function choose(code) {
  rememberLanguage(code);
  setLanguage(code);
}

function Languages() {
  return html`<nav class="languages" aria-label=${t("pages.join.languages")}>
    ${LANGUAGES.map(
      (code) => html`<button type="button" class="button" lang=${code} aria-pressed=${language.value === code}
        onClick=${() => choose(code)}>${LANGUAGE_NAMES[/** @type {"de"|"ru"|"en"} */ (code)]}</button>`,
    )}
  </nav>`;
}

/** @param {{children?: any}} props */
export function Frame({ children }) {
  return html`<div class="door-page">
    <${Languages} />
    <main>${children}</main>
    <footer class="promise">
      <p>${t("pages.join.promise")} <a href="/privacy">${t("pages.join.more")}</a></p>
    </footer>
  </div>`;
}

/** Said once to whoever listens, and shown. @param {{id: string, text: string}} props */
export function Sentence({ id, text }) {
  return html`<p class="sentence error" id=${id} role="alert">${text}</p>`;
}
