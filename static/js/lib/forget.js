/** When somebody leaves, is removed, or their session is deleted, nothing of them stays on the device. */

import { Pocket } from "./pocket.js";

/** The cache of a person's page; sw.js knows the name too. @param {string} person */
export function shelfOf(person) {
  return `tcl-shell-${person}`;
}

/** @param {string} person */
export async function forget(person) {
  tellOtherTabs(person);
  await Promise.allSettled([emptyShelf(person), new Pocket(person).empty(), throwDraftsAway(person)]);
}

/** They may be open still, and would go on keeping; commands.js listens. @param {string} person */
function tellOtherTabs(person) {
  if (!globalThis.BroadcastChannel) return;
  const tabs = new BroadcastChannel(`tcl-commands-${person}`);
  tabs.postMessage({ left: true });
  tabs.close();
}

/** The worker goes on with it, when this page is gone too. @param {string} person */
async function emptyShelf(person) {
  if (!globalThis.caches) return; // as on pages that are not secure
  navigator.serviceWorker?.controller?.postMessage({ gone: person });
  await caches.delete(shelfOf(person)).catch(() => false);
}

/** @param {string} person */
async function throwDraftsAway(person) {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(`tcl-draft-${person}-`)) localStorage.removeItem(name);
  }
}
