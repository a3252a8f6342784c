/** The code that another machine shows, typed in to pair it: at a desk the hall's projector, at a wall its camera. */

import { ask } from "../lib/ask.js";
import { html, useState } from "../lib/html.js";

/** @typedef {import("../lib/types.js").Boot} Boot */
/** @typedef {{code: string, error: string, ready: boolean, type: (code: string) => void, submit: (event: Event) => void}} Pairing */

const LENGTH = 8;

/**
 * @param {Boot} boot
 * @param {string} offline what is said when no answer comes
 * @param {(value: {room: string}) => void} onPaired with what the server says of the machine
 * @returns {Pairing}
 */
export function usePairing({ session, person }, offline, onPaired) {
  const [code, setCode] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const bare = code.replace(/[^\p{L}\p{N}]/gu, "").toUpperCase();
  const ready = bare.length === LENGTH && !busy;
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!ready) return;
    setBusy(true);
    const reply = await ask(`/api/sessions/${session}/pair`, { person, code: bare });
    setBusy(false);
    if (reply.ok) onPaired(reply.value);
    else setError(reply.message || offline);
  };
  const type = (/** @type {string} */ text) => {
    setError("");
    setCode(text);
  };
  return { code, error, ready, type, submit };
}

/** @param {{pairing: Pairing, label: string}} props */
export function PairCode({ pairing, label }) {
  const { code, error, type } = pairing;
  return html`<label class="labelled">
      <span class="label">${label}</span>
      <input
        class="field code-field"
        value=${code}
        autocomplete="off"
        autocapitalize="characters"
        spellcheck=${false}
        maxlength="12"
        aria-invalid=${error ? "true" : undefined}
        aria-describedby="pair-error"
        onInput=${(/** @type {any} */ event) => type(event.currentTarget.value)}
      />
    </label>
    <p id="pair-error" class="error" role="alert">${error}</p>`;
}
