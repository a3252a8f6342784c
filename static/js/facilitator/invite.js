/** Inviting a co-facilitator or an interpreter for one's own room: a link for one person and one day, and the list of those still open. */

import { ask } from "../lib/ask.js";
import { serverNow } from "../lib/clock.js";
import { newId } from "../lib/commands.js";
import { html, useEffect, useRef, useState } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";
import { Box } from "./box.js";
import { Renew } from "./renew.js";
import { dayAndTime, roomName } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Invitation} Invitation */

const KINDS = {
  facilitator: { type: "InviteFacilitator", title: "facilitator.invite.title", why: "facilitator.invite.why" },
  interpreter: {
    type: "InviteInterpreter",
    title: "facilitator.interpreters.title",
    why: "facilitator.interpreters.why",
  },
};

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
export function InviteInterpreterDialog({ desk }) {
  return html`<${InviteDialog} desk=${desk} role="interpreter" />`;
}

/** @param {{desk: Desk, role?: "facilitator"|"interpreter"}} props */
export function InviteDialog({ desk, role = "facilitator" }) {
  const { type, title, why } = KINDS[role];
  const [name, setName] = useState("");
  const [shown, setShown] = useState("");
  const invite = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const invitation_id = newId();
    if (!(await desk.act({ type, invitation_id, name: name.trim() }))) return;
    setName("");
    setShown(invitation_id);
  };
  const open = [...desk.store.all("invitation").values()]
    .filter((one) => one.room === desk.room && one.role === role && one.expires_at > serverNow())
    .sort((a, b) => b.expires_at - a.expires_at);
  return html`<${Box} desk=${desk} title=${t(title)}>
    <p>${t(why, { room: roomName(desk.store, desk.room) })}</p>
    <form class="link-row" onSubmit=${invite}>
      <input
        class="field"
        aria-label=${t("facilitator.invite.name")}
        placeholder=${t("facilitator.invite.name")}
        autocomplete="off"
        maxlength=${desk.app.socket.limits.value?.name_chars ?? 40}
        value=${name}
        onInput=${(/** @type {Event} */ event) => setName(/** @type {HTMLInputElement} */ (event.currentTarget).value)}
      />
      <button type="submit" class="button primary">${t("facilitator.invite.make")}</button>
    </form>
    <ul class="invitations" aria-label=${t("facilitator.invite.open")}>
      ${open.map((one) => html`<${Row} key=${one.id} desk=${desk} invitation=${one} shown=${one.id === shown} onShow=${() => setShown(one.id === shown ? "" : one.id)} />`)}
    </ul>
    <${Renew} desk=${desk} purpose=${role} />
  <//>`;
}

/** @param {{desk: Desk, invitation: Invitation, shown: boolean, onShow: () => void}} props */
function Row({ desk, invitation, shown, onShow }) {
  const zone = desk.store.one("room", desk.room)?.plan.time_zone ?? "UTC";
  const name = invitation.name || t("facilitator.invite.unnamed");
  const revoke = () =>
    desk.act(
      { type: "RevokeInvitation", invitation_id: invitation.id },
      { done: t("facilitator.invite.revoked", { name }) },
    );
  return html`<li>
    <div class="invitation">
      <span class="invitation-of">
        <strong class=${invitation.name ? "" : "untitled"}>${name}</strong>
        <span class="muted">${t("facilitator.invite.until", { time: dayAndTime(invitation.expires_at, zone) })}</span>
      </span>
      <button type="button" class="button quiet" aria-expanded=${String(shown)} onClick=${onShow}>
        ${t("facilitator.invite.show")}<span class="visually-hidden"> ${name}</span>
      </button>
      <button type="button" class="button quiet" onClick=${revoke}>
        ${t("facilitator.invite.revoke")}<span class="visually-hidden"> ${name}</span>
      </button>
    </div>
    ${shown && html`<${Link} desk=${desk} invitation=${invitation.id} />`}
  </li>`;
}

/** The link itself, which the server tells facilitators of this room alone. @param {{desk: Desk, invitation: string}} props */
function Link({ desk, invitation }) {
  const [found, setFound] = useState(/** @type {{link: string, qr: string} | null} */ (null));
  const [error, setError] = useState("");
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => {
    const { session, person } = desk.app.boot;
    ask(`/api/sessions/${session}/invite`, { person, invitation }).then((reply) =>
      reply.ok ? setFound(reply.value) : setError(reply.message || t("facilitator.error.offline")),
    );
  }, []);
  const copy = async () => {
    const copied = await copyField(field.current, found?.link ?? "");
    if (copied) desk.toast("done", t("facilitator.invite.copied"));
    else desk.toast("notice", t("facilitator.invite.copy_by_hand"));
  };
  return html`<div class="qr">${found && html`<img src=${found.qr} alt=${t("facilitator.invite.qr")} width="260" height="260" />`}</div>
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
    </div>`;
}
