/** The camera's own page: what it sends, to whom, and whether that works. Nobody looks at it for long. */

import { html } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { isRecorded } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { DevicePicker } from "../ui/devices.js";
import { Icon, Mark } from "../ui/parts.js";
import { Recorded } from "../ui/recorded.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("./sender.js").Sender} Sender */

/** @param {{app: App, sender: Sender}} props */
export function CameraPage({ app, sender }) {
  const { room } = app.boot;
  const hall = pick(app.store.one("room", room)?.plan.name);
  return html`<main class="station-panel camera" style=${roomStyle(room)}>
    <h1><${Mark} app=${app} room=${room} />${t("camera.title", { hall })}</h1>
    <${State} app=${app} sender=${sender} />
    ${isRecorded(app) && html`<${Recorded} />`}
    <p>${t("camera.text")}</p>
    ${!sender.replaced.value && html`<${DevicePicker} devices=${sender.devices} />`}
  </main>`;
}

/** @param {App} app @param {Sender} sender */
function stateOf({ socket, store, boot }, sender) {
  if (socket.status.value === "stopped") return "stopped";
  if (sender.replaced.value) return "replaced";
  if (!sender.connected.value) return socket.status.value === "live" ? "waiting" : "offline";
  return onAir({ store, boot }) ? "live" : "connected";
}

/** @param {Pick<App, "store" | "boot">} app */
function onAir({ store, boot }) {
  return [...store.all("link").values()].find(({ status, rooms }) => status === "live" && rooms.includes(boot.room));
}

/** What the other hall does not get, though this device sends it. @param {App} app */
function offOf(app) {
  const link = onAir(app);
  const off = /** @type {const} */ (["paused", "muted"]).filter((list) => link?.[list].includes(app.boot.room));
  return off.map((list) => t(`common.hall.${list}`)).join(", ");
}

/** @param {{app: App, sender: Sender}} props */
function State({ app, sender }) {
  const state = stateOf(app, sender);
  const well = state === "connected" || state === "live";
  return html`<p class="camera-state ${well ? "connected" : ""}" role="status">
      ${state === "live" ? html`<strong class="badge">LIVE</strong>` : html`<${Icon} name=${well ? "circle-check" : "circle-alert"} />`}
      ${(state === "live" && offOf(app)) || t(`camera.${state}`)}
    </p>
    ${state === "replaced" && html`<p><button type="button" class="button primary" onClick=${() => sender.begin()}>${t("camera.here")}</button></p>`}
    ${state === "stopped" && html`<p><a class="button" href="/pair">${t("camera.pair")}</a></p>`}`;
}
