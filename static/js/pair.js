/** The machine at a hall's projector: show a code, ask until a facilitator has typed it, then become that hall's wall. */

import { ask } from "./lib/ask.js";

const POLL_MS = 2000;

const shown = /** @type {HTMLElement} */ (document.getElementById("code"));
let device = "";

async function turn() {
  const reply = await (device ? ask("/api/pair/poll", { device }) : ask("/api/pair/start", {}));
  showOffline(!reply.ok);
  if (!reply.ok) {
    // An answer that is a no (the session was deleted meanwhile, say): begin anew.
    if (reply.code) device = "";
    return;
  }
  if (!device) {
    device = reply.value.device;
    shown.textContent = reply.value.code;
  } else if (reply.value.state === "paired") {
    location.replace(reply.value.url);
  } else if (reply.value.state === "expired") {
    device = "";
    await turn();
  }
}

/** @param {boolean} offline */
function showOffline(offline) {
  for (const text of document.querySelectorAll(".waiting")) /** @type {HTMLElement} */ (text).hidden = offline;
  for (const text of document.querySelectorAll(".offline")) /** @type {HTMLElement} */ (text).hidden = !offline;
}

async function keepAsking() {
  await turn();
  setTimeout(keepAsking, POLL_MS);
}

keepAsking();
