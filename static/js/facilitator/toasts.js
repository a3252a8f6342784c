/** What just happened, with "undo" where it can be taken back; and the one live region that says it aloud. */

import { html, useEffect, useState } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";

/** @typedef {import("./desk.js").Desk} Desk */

const STAYS = { done: 8_000, notice: 8_000, reminder: 120_000, error: 15_000, offline: 15_000 };
const AFTER_HOLDING = 1_500;
const ICONS = { done: "check", notice: "info", reminder: "bell", error: "circle-alert", offline: "circle-alert" };

/** @param {{desk: Desk}} props */
export function Toasts({ desk }) {
  // A dialog tells what happens in it; what was told before is not told again inside.
  const since = desk.dialog.value?.since ?? 0;
  const shown = desk.toasts.value.filter((toast) => (toast.id > since || toast.kind === "offline") && toast.holds());
  return html`<section class="toasts" aria-label=${t("facilitator.toasts")}>
      ${shown.map((toast) => html`<${Toast} key=${toast.id} desk=${desk} toast=${toast} />`)}
    </section>
    <p class="visually-hidden" aria-live="polite">${desk.said.value}</p>`;
}

/** @param {{desk: Desk, toast: import("./desk.js").Toast}} props */
function Toast({ desk, toast }) {
  // Nobody has to hurry: it stays while the pointer or the focus is on it.
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return undefined;
    const left = toast.at + STAYS[toast.kind] - Date.now();
    const timer = setTimeout(() => desk.dismiss(toast.id), Math.max(left, AFTER_HOLDING));
    return () => clearTimeout(timer);
  }, [held]);
  const { undo } = toast;
  return html`<div
    class="toast ${toast.kind}"
    onPointerEnter=${() => setHeld(true)}
    onPointerLeave=${() => setHeld(false)}
    onFocusIn=${() => setHeld(true)}
    onFocusOut=${() => setHeld(false)}
  >
    <${Icon} name=${ICONS[toast.kind]} />
    <p>${toast.text}</p>
    ${undo && html`<button type="button" class="toast-undo" onClick=${() => desk.undo(undo)}>${t("facilitator.undo")}</button>`}
    <button type="button" class="toast-close" aria-label=${t("facilitator.close")} onClick=${() => desk.dismiss(toast.id)}>
      <${Icon} name="x" />
    </button>
  </div>`;
}
