/** The projector in a hall: shows what the room's facilitators put on it, by itself, for hours. Nobody touches it. */

import { effect, html, render } from "./lib/html.js";
import { language, loadCatalogue, setLanguage } from "./lib/i18n.js";
import { start } from "./lib/start.js";
import { listenForUnlock, ringAtTheEnd, stayAwake, watchForPeople } from "./projector/hall.js";
import { Station } from "./projector/station.js";
import { Wall } from "./projector/wall.js";

/** @typedef {import("./lib/start.js").App} App */

const TRY_AGAIN_AFTER = 5_000;

/** The wall's language is its facilitator's choice; the page's own holds only until that is known. @param {App} app */
function followLanguage({ store, boot, socket }) {
  effect(() => {
    const chosen = store.one("stage", boot.room)?.language;
    if (!chosen || chosen === language.peek()) return;
    setLanguage(chosen).then(() => socket.send({ type: "language", language: chosen }));
  });
}

/** Nobody is there to reload a page that could not start; reloading while the server is away would lose it for good. */
async function reloadWhenPossible() {
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (answer?.ok) location.reload();
  else setTimeout(reloadWhenPossible, TRY_AGAIN_AFTER);
}

async function main() {
  const app = await start();
  // Every sentence is shown in several languages, so all catalogues are needed before the first one.
  await Promise.all(Object.keys(app.boot.catalogues).map(loadCatalogue));
  followLanguage(app);
  listenForUnlock();
  ringAtTheEnd(app);
  stayAwake();
  watchForPeople();
  const station = new Station(app);
  render(html`<${Wall} app=${app} station=${station} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
}

main().catch(() => setTimeout(reloadWhenPossible, TRY_AGAIN_AFTER));
