/** A standing link of one's own room anew: first is said what then happens to those outside, and to those inside. */

import { html, useState } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";

/**
 * @param {{desk: import("./desk.js").Desk, purpose: "participant"|"facilitator"|"projector"|"interpreter"}} props
 */
export function Renew({ desk, purpose }) {
  const [asked, setAsked] = useState(false);
  const renew = async (/** @type {boolean} */ remove) => {
    const command = { type: "RenewLink", room: desk.room, purpose, remove };
    if (await desk.act(command, { done: t(remove ? "facilitator.renew.replaced" : "facilitator.renew.done") }))
      setAsked(false);
  };
  if (!asked)
    return html`<div class="renew">
      <button type="button" class="button quiet" onClick=${() => setAsked(true)}>
        <${Icon} name="refresh-cw" />${t(`facilitator.renew.${purpose}`)}
      </button>
    </div>`;
  return html`<div class="renew" role="group" aria-label=${t(`facilitator.renew.${purpose}`)}>
    <p>${t(`facilitator.renew.${purpose}_why`)}</p>
    <div class="renew-acts">
      <button type="button" class="button quiet" onClick=${() => setAsked(false)}>${t("facilitator.cancel")}</button>
      <button type="button" class="button" autofocus onClick=${() => renew(false)}>${t("facilitator.renew.link")}</button>
      ${
        // A hall full of phones is not shown out with one press; a single one is, in the list of people.
        purpose !== "participant" &&
        html`<button type="button" class="button stop" onClick=${() => renew(true)}>${t("facilitator.renew.remove")}</button>`
      }
    </div>
  </div>`;
}
