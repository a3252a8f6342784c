/** Pairing a projector: it shows eight characters, the facilitator types them here. */

import { ask } from "../lib/ask.js";
import { html, useState } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Box } from "./box.js";
import { Renew } from "./renew.js";
import { roomName } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */

const LENGTH = 8;

/** @param {{desk: Desk}} props */
export function PairDialog({ desk }) {
  const [code, setCode] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const bare = code.replace(/[^\p{L}\p{N}]/gu, "");
  const ready = bare.length === LENGTH && !busy;
  const pair = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!ready) return;
    setBusy(true);
    const { session, person } = desk.app.boot;
    const reply = await ask(`/api/sessions/${session}/pair`, { person, code: bare.toUpperCase() });
    setBusy(false);
    if (!reply.ok) {
      setError(reply.message || t("facilitator.error.offline"));
      return;
    }
    desk.toast("done", t("facilitator.pair.done", { room: roomName(desk.store, reply.value.room) }));
    desk.close();
  };
  const address = `${location.host}/pair`;
  const actions = html`<span class="spread"></span><button
    type="submit"
    form="pair-form"
    class="button primary"
    aria-disabled=${ready ? undefined : "true"}
    title=${ready ? undefined : t("facilitator.pair.length")}
  >
    ${t("facilitator.pair.button")}
  </button>`;
  return html`<${Box} desk=${desk} title=${t("facilitator.pair.title")} actions=${actions}>
    <p>${t("facilitator.pair.open")}</p>
    <p class="join-address">${address}</p>
    <p>${t("facilitator.pair.why", { room: roomName(desk.store, desk.room) })}</p>
    <form id="pair-form" onSubmit=${pair}>
      <label class="labelled">
        <span class="label">${t("facilitator.pair.code")}</span>
        <input
          class="field code-field"
          value=${code}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck=${false}
          maxlength="12"
          aria-invalid=${error ? "true" : undefined}
          aria-describedby="pair-error"
          onInput=${(/** @type {Event} */ event) => {
            setError("");
            setCode(/** @type {HTMLInputElement} */ (event.currentTarget).value);
          }}
        />
      </label>
      <p id="pair-error" class="error" role="alert">${error}</p>
    </form>
    <${Renew} desk=${desk} purpose="projector" />
  <//>`;
}
