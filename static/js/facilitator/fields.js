/** Fields of dialogs: a text with the room it has left, a number with large plus and minus, one of a few. */

import { html, useEffect, useRef } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";
import { characters } from "./words.js";

/**
 * A text of some lines. Ctrl+Enter sends the form it stands in, as Enter does in a single line.
 * @param {{label: string, value: string, limit: number, lang?: string, rows?: number, focus?: boolean, hint?: string,
 *   onInput: (value: string) => void}} props
 */
export function TextField({ label, value, limit, lang, rows = 3, focus, hint, onInput }) {
  const ref = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useEffect(() => {
    if (focus) ref.current?.setSelectionRange(value.length, value.length);
  }, []);
  const left = limit - characters(value);
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter") return;
    if (rows > 1 && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    ref.current?.form?.requestSubmit();
  };
  return html`<label class="labelled">
    <span class="label">${label}${hint && html` <span class="muted">${hint}</span>`}</span>
    <textarea
      ref=${ref}
      class="field"
      autofocus=${focus}
      rows=${rows}
      lang=${lang}
      value=${value}
      aria-invalid=${left < 0 ? "true" : undefined}
      onKeyDown=${onKeyDown}
      onInput=${(/** @type {Event} */ event) => onInput(/** @type {HTMLTextAreaElement} */ (event.currentTarget).value)}
    ></textarea>
    <span class="left ${left < 0 ? "error" : ""}">
      ${left < 0 ? t("facilitator.field.too_long", { n: -left }) : left <= limit / 5 ? t("facilitator.field.left", { n: left }) : ""}
    </span>
  </label>`;
}

/** @param {{label: string, value: number, from: number, to: number, onChange: (value: number) => void}} props */
export function NumberField({ label, value, from, to, onChange }) {
  const set = (/** @type {number} */ n) => onChange(Math.min(to, Math.max(from, n)));
  const step = (/** @type {number} */ by, /** @type {string} */ icon, /** @type {string} */ text) =>
    html`<button
      type="button"
      class="button icon-only"
      aria-label=${`${label}: ${t(text)}`}
      aria-disabled=${value + by < from || value + by > to ? "true" : undefined}
      onClick=${() => set(value + by)}
    >
      <${Icon} name=${icon} />
    </button>`;
  return html`<div class="number" role="group" aria-label=${label}>
    <span class="label">${label}</span>
    ${step(-1, "minus", "facilitator.less")}
    <input
      type="number"
      class="field digits"
      aria-label=${label}
      inputmode="numeric"
      min=${from}
      max=${to}
      value=${value}
      onChange=${(/** @type {Event} */ event) => {
        const input = /** @type {HTMLInputElement} */ (event.currentTarget);
        set(Math.round(input.valueAsNumber || from));
        input.value = String(Math.min(to, Math.max(from, Math.round(input.valueAsNumber || from))));
      }}
    />
    ${step(1, "plus", "facilitator.more_of")}
  </div>`;
}

/**
 * One of a few, side by side.
 * @param {{label: string, value: string, options: {value: string, text: any}[], onChange: (value: string) => void}} props
 */
export function Segments({ label, value, options, onChange }) {
  return html`<div class="segments" role="group" aria-label=${label}>
    ${options.map(
      (option) => html`<button
        type="button"
        key=${option.value}
        aria-pressed=${String(option.value === value)}
        onClick=${() => onChange(option.value)}
      >
        ${option.text}
      </button>`,
    )}
  </div>`;
}
