/** What every face does first: read what the shell handed over, load the language, open the line. */

import { guess } from "./clock.js";
import { Commands } from "./commands.js";
import { effect, signal } from "./html.js";
import { language, rememberLanguage, setLanguage } from "./i18n.js";
import { Pocket } from "./pocket.js";
import { Socket } from "./socket.js";
import { Store } from "./store.js";

/** @typedef {import("./types.js").Boot} Boot */
/**
 * `asOf`: when what is shown was true (server time, ms), on a page opened without network; null once the line stands.
 * @typedef {{boot: Boot, store: Store, socket: Socket, commands: Commands,
 *   asOf: import("./html.js").Signal<number | null>}} App
 */

/** The first screen has the line to itself for so long; not all phones of a hall ask again in the same second. */
const BREATH = 4_000;
const SPREAD = 8_000;

/** @returns {Promise<App>} */
export async function start() {
  const boot = /** @type {Boot} */ (JSON.parse(document.getElementById("boot")?.textContent ?? "{}"));
  const store = new Store();
  const pocket = new Pocket(boot.person);
  // A shell from the cache has nothing to show: what this device saw last stands in for it.
  const seen = boot.snapshots.length > 0 ? undefined : await pocket.seen().catch(() => undefined);
  const { epoch, server_at, snapshots } = seen ?? boot;
  if (snapshots.length > 0) {
    guess(server_at, seen?.device_at);
    store.begin(epoch, snapshots);
  }
  const socket = new Socket(boot.socket, store, () => language.peek());
  socket.limits.value = boot.limits;
  const commands = new Commands(socket, pocket);
  const app = { boot, store, socket, commands, asOf: signal(seen ? server_at : null) };
  watchLine(app);
  socket.open();
  await setLanguage(seen?.language ?? boot.language, boot.catalogues);
  effect(() => colourRooms(store));
  return app;
}

/** @param {App} app */
function watchLine(app) {
  const { boot, socket, asOf } = app;
  let isKept = false;
  effect(() => {
    const reason = socket.reason.value;
    if (socket.status.value === "stopped") shell(({ stopped }) => stopped(boot, reason));
    if (socket.status.value !== "live") return;
    asOf.value = null;
    if (!isKept) setTimeout(() => shell(({ keepShell }) => keepShell(app)), BREATH + SPREAD * Math.random());
    isKept = true;
  });
}

/** Without it everything works but opening without network. @param {(part: typeof import("./shell.js")) => unknown} use */
function shell(use) {
  import("./shell.js").then(use).catch(() => undefined);
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
