/** Whether this phone's person is at home and not in a hall. This device knows it, and nobody else. */

import { signal } from "../lib/html.js";

const KEY = "tcl-at-home-";

/** @type {Map<string, import("../lib/html.js").Signal<boolean>>} by session */
const known = new Map();

/** @param {string} session */
export function atHome(session) {
  const found = known.get(session) ?? signal(remembered(session));
  known.set(session, found);
  return found;
}

/** @param {string} session */
function remembered(session) {
  try {
    return localStorage.getItem(KEY + session) !== null;
  } catch {
    return false;
  }
}

/** @param {string} session @param {boolean} home */
export function setAtHome(session, home) {
  atHome(session).value = home;
  try {
    if (home) localStorage.setItem(KEY + session, "1");
    else localStorage.removeItem(KEY + session);
  } catch {
    // A private window: it holds until the page is closed.
  }
}
