/** The question before a live window's step is left while both halls are on the air: cameras in a break are rarely meant. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { currentStep, liveLink } from "../lib/session.js";
import { Box } from "./box.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Link} Link */

/** The link on the air whose step rooms would leave by going to another. @param {Desk} desk @param {string} stepId @param {string[]} roomIds */
export function linkLeft({ store }, stepId, roomIds) {
  const leaves = (/** @type {Link | undefined} */ link) =>
    link && link.activity !== stepId && roomIds.some((room) => currentStep(store, room)?.id === link.activity);
  return roomIds.map((room) => liveLink(store, room)).find(leaves);
}

/** @param {{desk: Desk, link: Link, onGo: () => void}} props */
export function StayOnAirDialog({ desk, link, onGo }) {
  const goOn = () => {
    desk.close();
    onGo();
  };
  const end = async () => {
    desk.close();
    if (await desk.act({ type: "EndLink", activity_id: link.activity })) onGo();
  };
  const actions = html`<button type="button" class="button" onClick=${goOn}>${t("facilitator.link.leave_on")}</button>
    <span class="spread"></span>
    <button type="button" class="button stop" autofocus onClick=${end}>${t("facilitator.link.leave_end")}</button>`;
  return html`<${Box} desk=${desk} title=${t("facilitator.link.leave")} actions=${actions}>
    <p>${t("facilitator.link.leave_why")}</p>
  <//>`;
}
