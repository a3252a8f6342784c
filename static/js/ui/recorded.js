/** That a live window is being recorded, in view on every face for as long as it is. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";

/** `children`: the words, where one language is not enough. @param {{children?: any}} props */
export function Recorded({ children }) {
  return html`<p class="recorded" role="status"><span class="dot" aria-hidden="true"></span>${children ?? t("common.recorded")}</p>`;
}
