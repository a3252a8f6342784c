/**
 * What a device keeps of a page so that it opens without network: its shell and all it has loaded, in a cache of this
 * person's own, from which sw.js serves; and in the pocket what the page showed last. Begins late, when the first screen
 * has long been there. Only secure pages have service workers: elsewhere nothing is kept.
 */

import { serverNow } from "./clock.js";
import { forget, shelfOf } from "./forget.js";
import { effect, untracked } from "./html.js";
import { language } from "./i18n.js";

/** @typedef {import("./start.js").App} App */

const SAVE_EVERY = 5_000;
/** After the network went in the midst of it. */
const AGAIN_AFTER = 60_000;
const REMOVED = 4201;
const ERASED = 4206;
const SESSION_DELETED = 4208;
/** Where this release's own files lie. */
const RELEASE = new URL("../../", import.meta.url).pathname;

/** @param {App} app */
export async function keepShell(app) {
  if (!navigator.serviceWorker || !globalThis.caches) return;
  await navigator.serviceWorker.register(workerAddress(), { scope: "/s/", updateViaCache: "none" });
  await navigator.serviceWorker.ready;
  rememberWhatIsShown(app);
  while (
    !(await fillShelf(app.boot).then(
      () => true,
      () => false,
    ))
  ) {
    await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER));
  }
}

/** The one address a script may be loaded from by its name, under Trusted Types. @returns {string} */
function workerAddress() {
  /** @type {any} not every browser has them */
  const types = /** @type {any} */ (globalThis).trustedTypes;
  const address = "/sw.js";
  return types ? types.createPolicy("tcl-sw", { createScriptURL: () => address }).createScriptURL(address) : address;
}

/** @param {import("./types.js").Boot} boot */
async function fillShelf({ person, catalogues, later, join_qr }) {
  const texts = [...Object.values(catalogues), ...Object.values(later)];
  const shell = await fetch(`${location.pathname}/shell`);
  const text = await shell.clone().text();
  // After an update the server's shell is of another release than this page: the next load keeps that one whole.
  if (!shell.ok || ![RELEASE, ...texts].every((part) => text.includes(part))) return;
  const shelf = await caches.open(shelfOf(person));
  const isLasting = (/** @type {string} */ path) => path.startsWith(RELEASE) || texts.includes(path);
  const fill = async (/** @type {string[]} */ paths) => {
    for (const path of new Set(paths)) {
      if (path === join_qr || (isLasting(path) && !(await shelf.match(path)))) await shelf.add(path);
    }
  };
  // Letters that no one has used here so far may be needed then.
  await document.fonts.load("1em Onest", "aя");
  // The way round is loaded when no other works, and then it may be too late to ask for it.
  await fill([...texts, `${RELEASE}js/lib/stream.js`, ...pathsOf(performance.getEntriesByType("resource"))]);
  await shelf.put(location.pathname, shell);
  const mine = (/** @type {string} */ path) => isLasting(path) || path === location.pathname || path === join_qr;
  for (const { url } of await shelf.keys()) if (!mine(new URL(url).pathname)) await shelf.delete(url);
  new PerformanceObserver((list) => {
    fill(pathsOf(list.getEntries())).catch(() => undefined);
  }).observe({ type: "resource" });
}

/** @param {PerformanceEntryList} entries */
function pathsOf(entries) {
  return entries.map(({ name }) => new URL(name).pathname);
}

/** Every few seconds while there is news, and when the page is left or the line lost. @param {App} app */
function rememberWhatIsShown({ commands, socket, store }) {
  let before = "";
  const save = () => {
    const now = `${store.epoch} ${JSON.stringify(store.numbers)}`;
    const snapshots = now !== before && store.snapshots();
    if (!snapshots || !store.epoch) return;
    before = now;
    const clocks = { server_at: serverNow(), device_at: Date.now() };
    commands.pocket.see({ ...clocks, language: language.peek(), epoch: store.epoch, snapshots }).catch(() => {
      before = "";
    });
  };
  const saveWhileLive = () => socket.status.peek() === "live" && save();
  setInterval(saveWhileLive, SAVE_EVERY);
  document.addEventListener("visibilitychange", () => {
    // It may be unchanged for an hour, and is of now all the same.
    before = "";
    saveWhileLive();
  });
  addEventListener("pagehide", saveWhileLive);
  effect(() => {
    socket.status.value;
    untracked(save);
  });
}

/** The server told this page to stay away: for good, or for now? @param {import("./types.js").Boot} boot @param {number} code */
export async function stopped(boot, code) {
  if (code === REMOVED || code === ERASED || code === SESSION_DELETED) await forget(boot.person);
}
