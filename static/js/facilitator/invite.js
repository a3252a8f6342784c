/** Inviting a co-facilitator for one's own room: a link that is for them alone. */

import { ask } from "../lib/ask.js";
import { html, useEffect, useRef, useState } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";
import { Box } from "./box.js";
import { roomName } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** A page without TLS has no clipboard of its own; what is selected can still be copied. @param {HTMLInputElement | null} field @param {string} text */
async function copyField(field, text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field?.select();
    return document.execCommand("copy");
  }
}

/** @param {{desk: Desk}} props */
export function InviteDialog({ desk }) {
  const [found, setFound] = useState(/** @type {{link: string, qr: string} | null} */ (null));
  const [error, setError] = useState("");
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => {
    const { session, person } = desk.app.boot;
    ask(`/api/sessions/${session}/invite`, { person }).then((reply) =>
      reply.ok ? setFound(reply.value) : setError(reply.message || t("facilitator.error.offline")),
    );
  }, []);
  const copy = async () => {
    const copied = await copyField(field.current, found?.link ?? "");
    if (copied) desk.toast("done", t("facilitator.invite.copied"));
    else desk.toast("notice", t("facilitator.invite.copy_by_hand"));
  };
  return html`<${Box} desk=${desk} title=${t("facilitator.invite.title")}>
    <p>${t("facilitator.invite.why", { room: roomName(desk.store, desk.room) })}</p>
    <div class="qr">${found && html`<img src=${found.qr} alt=${t("facilitator.invite.qr")} width="260" height="260" />`}</div>
    ${error && html`<p class="error" role="alert">${error}</p>`}
    <div class="link-row">
      <input
        class="field"
        ref=${field}
        readonly
        aria-label=${t("facilitator.invite.link")}
        value=${found?.link ?? ""}
        onFocus=${(/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.currentTarget).select()}
      />
      <button type="button" class="button" aria-disabled=${found ? undefined : "true"} onClick=${() => found && copy()}>
        <${Icon} name="copy" />${t("facilitator.invite.copy")}
      </button>
    </div>
  <//>`;
}
