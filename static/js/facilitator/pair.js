/** Pairing a projector: it shows eight characters, the facilitator types them here. */

import { html } from "../lib/html.js";
import { clockTime, t } from "../lib/i18n.js";
import { PairCode, usePairing } from "../ui/pair-code.js";
import { Box } from "./box.js";
import { Renew } from "./renew.js";
import { roomName } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** @param {{desk: Desk}} props */
export function PairDialog({ desk }) {
  const pairing = usePairing(desk.app.boot, t("facilitator.error.offline"), ({ room }) => {
    desk.toast("done", t("facilitator.pair.done", { room: roomName(desk.store, room) }));
    desk.close();
  });
  const address = `${location.host}/pair`;
  const actions = html`<span class="spread"></span><button
    type="submit"
    form="pair-form"
    class="button primary"
    aria-disabled=${pairing.ready ? undefined : "true"}
    title=${pairing.ready ? undefined : t("facilitator.pair.length")}
  >
    ${t("facilitator.pair.button")}
  </button>`;
  return html`<${Box} desk=${desk} title=${t("facilitator.pair.title")} actions=${actions}>
    <p>${t("facilitator.pair.open")}</p>
    <p class="join-address">${address}</p>
    <p>${t("facilitator.pair.why", { room: roomName(desk.store, desk.room) })}</p>
    <form id="pair-form" onSubmit=${pairing.submit}><${PairCode} pairing=${pairing} label=${t("facilitator.pair.code")} /></form>
    <${Walls} desk=${desk} />
    <${Renew} desk=${desk} purpose="projector" />
  <//>`;
}

/** The machines that are a wall of this room now, each to be taken off it. @param {{desk: Desk}} props */
function Walls({ desk }) {
  const { store, room } = desk;
  const zone = store.one("room", room)?.plan.time_zone ?? "UTC";
  const here = store.presence.value?.people ?? {};
  const walls = [...store.all("person").values()]
    .filter(
      (person) =>
        person.room === room && (person.role === "projector" || person.role === "camera") && here[person.id]?.connected,
    )
    .sort((a, b) => a.joined_at - b.joined_at);
  if (walls.length === 0) return null;
  const remove = (/** @type {string} */ person_id) =>
    desk.act({ type: "RemovePerson", person_id }, { done: t("facilitator.pair.removed") });
  return html`<ul class="invitations" aria-label=${t("facilitator.pair.walls")}>
    ${walls.map(
      (wall) => html`<li key=${wall.id} class="invitation">
        <span class="invitation-of">${t(`facilitator.pair.${wall.role === "camera" ? "camera_since" : "since"}`, { time: clockTime(wall.joined_at, zone) })}</span>
        <button type="button" class="button quiet" onClick=${() => remove(wall.id)}>${t("facilitator.pair.remove")}</button>
      </li>`,
    )}
  </ul>`;
}
