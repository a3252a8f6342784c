/** What every face does first: read what the shell handed over, load the language, open the line. */

import { guess } from "./clock.js";
import { Commands } from "./commands.js";
import { effect } from "./html.js";
import { language, rememberLanguage, setLanguage } from "./i18n.js";
import { Socket } from "./socket.js";
import { Store } from "./store.js";

/** @typedef {import("./types.js").Boot} Boot */
/** @typedef {{boot: Boot, store: Store, socket: Socket, commands: Commands}} App */

/** @returns {Promise<App>} */
export async function start() {
  const boot = /** @type {Boot} */ (JSON.parse(document.getElementById("boot")?.textContent ?? "{}"));
  const store = new Store();
  guess(boot.server_at);
  store.begin(boot.epoch, boot.snapshots);
  const socket = new Socket(boot.socket, store, () => language.peek());
  socket.limits.value = boot.limits;
  const commands = new Commands(socket, boot.person);
  socket.open();
  await setLanguage(boot.language, boot.catalogues);
  effect(() => colourRooms(store));
  return { boot, store, socket, commands };
}

/** Rooms' colours as custom properties, so that stylesheets need to know no room. @param {Store} store */
function colourRooms(store) {
  const root = document.documentElement.style;
  for (const room of store.all("room").values()) {
    for (const [name, value] of Object.entries(room.plan.colours)) root.setProperty(`--room-${room.id}-${name}`, value);
  }
}

/**
 * The style that makes an element and all in it a room's: its marks, tints and bars.
 * @param {string | null | undefined} roomId
 */
export function roomStyle(roomId) {
  if (!roomId) return {};
  return {
    "--room-strong": `var(--room-${roomId}-strong)`,
    "--room-tint": `var(--room-${roomId}-tint)`,
    "--room-ink": `var(--room-${roomId}-ink)`,
  };
}

/**
 * The language chosen on this device, told to the server and remembered with it.
 * @param {App} app
 * @param {string} code
 */
export async function chooseLanguage({ socket }, code) {
  await setLanguage(code);
  rememberLanguage(code);
  socket.send({ type: "language", language: code });
}
