/** Pairing a projector: it shows eight characters, the facilitator types them here. */

import { ask } from "../lib/ask.js";
import { html, useState } from "../lib/html.js";
import { clockTime, t } from "../lib/i18n.js";
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
