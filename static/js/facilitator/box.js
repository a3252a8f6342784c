/** A dialog with a heading, a close button and, at its foot, its actions; and the question before what cannot be undone. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Dialog, Icon } from "../ui/parts.js";
import { Toasts } from "./toasts.js";

/** @typedef {import("./desk.js").Desk} Desk */

/**
 * What happens meanwhile is told inside: all outside an open dialog is out of reach. The button that closes it comes last, so
 * that the focus begins at the first field or act.
 * @param {{desk: Desk, title: string, class?: string, actions?: any, children?: any}} props
 */
export function Box({ desk, title, class: extra = "", actions, children }) {
  return html`<${Dialog} label=${title} class="box ${extra}" onClose=${() => desk.close()}>
    <header class="box-head"><h2>${title}</h2></header>
    <div class="box-body">${children}</div>
    ${actions && html`<footer class="box-foot">${actions}</footer>`}
    <${Toasts} desk=${desk} />
    <button type="button" class="button quiet icon-only box-close" aria-label=${t("facilitator.close")} onClick=${() => desk.close()}>
      <${Icon} name="x" />
    </button>
  <//>`;
}

/** @param {{desk: Desk, title: string, text: string, yes: string, onYes: () => void}} props */
export function Confirm({ desk, title, text, yes, onYes }) {
  const actions = html`<button type="button" class="button quiet" onClick=${() => desk.close()}>${t("facilitator.cancel")}</button>
    <span class="spread"></span>
    <button
      type="button"
      class="button primary"
      autofocus
      onClick=${() => {
        desk.close();
        onYes();
      }}
    >
      ${yes}
    </button>`;
  return html`<${Box} desk=${desk} title=${title} actions=${actions}><p>${text}</p><//>`;
}
