/** One popover for all menus: in the top layer, so no scrolling column cuts it off. */

import { html, useLayoutEffect, useRef } from "../lib/html.js";
import { Icon } from "../ui/parts.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** The anchor of the menu a click has just closed, so that the same click does not open it again. */
let closed = { anchor: /** @type {HTMLElement | null} */ (null), at: 0 };

/**
 * Open (or, from the same button, close) a menu at a button.
 * @param {Desk} desk
 * @param {HTMLElement} anchor
 * @param {string} label
 * @param {() => import("../lib/html.js").VNode} content
 */
export function openMenu(desk, anchor, label, content) {
  if (closed.anchor === anchor && performance.now() - closed.at < 300) return;
  desk.menu.value = { anchor, label, content };
}

/** @param {{desk: Desk}} props */
export function MenuHost({ desk }) {
  const menu = desk.menu.value;
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    const element = ref.current;
    if (!menu || !element) return;
    element.showPopover();
    place(element, menu.anchor.getBoundingClientRect());
    element.querySelector("button")?.focus();
  }, [menu]);
  const onToggle = (/** @type {ToggleEvent} */ event) => {
    if (event.newState !== "closed" || desk.menu.peek() !== menu) return;
    closed = { anchor: menu?.anchor ?? null, at: performance.now() };
    desk.menu.value = null;
  };
  if (!menu) return null;
  return html`<div
    ref=${ref}
    key=${menu}
    popover="auto"
    class="menu"
    role="dialog"
    aria-label=${menu.label}
    onToggle=${onToggle}
    onKeyDown=${walk}
  >
    ${menu.content()}
  </div>`;
}

/** @param {HTMLElement} element @param {DOMRect} anchor */
function place(element, anchor) {
  const { offsetWidth: width, offsetHeight: height } = element;
  const below = anchor.bottom + 4 + height <= innerHeight || anchor.top < height;
  const left = anchor.left + width <= innerWidth - 8 ? anchor.left : anchor.right - width;
  element.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  element.style.top = `${Math.max(8, Math.min(below ? anchor.bottom + 4 : anchor.top - height - 4, innerHeight - height - 8))}px`;
}

/** @param {KeyboardEvent} event */
function walk(event) {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const buttons = [.../** @type {HTMLElement} */ (event.currentTarget).querySelectorAll("button")];
  const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
}

/**
 * An entry. `reason`: why it cannot be chosen now.
 * @param {{desk: Desk, icon?: string, text: string, reason?: string | false, pressed?: boolean, onChoose: () => void}} props
 */
export function MenuItem({ desk, icon, text, reason, pressed, onChoose }) {
  const choose = () => {
    if (reason) return;
    // Back to the button first: a dialog that opens now gives the focus back to where it found it.
    desk.menu.peek()?.anchor.focus();
    desk.menu.value = null;
    onChoose();
  };
  return html`<button
    type="button"
    class="menu-item"
    aria-disabled=${reason ? "true" : undefined}
    aria-pressed=${pressed === undefined ? undefined : String(pressed)}
    onClick=${choose}
  >
    ${icon && html`<${Icon} name=${icon} />`}
    <span>${text}${reason && html`<small>${reason}</small>`}</span>
    ${pressed && html`<${Icon} name="check" />`}
  </button>`;
}
