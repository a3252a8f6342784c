/** When somebody leaves, is removed, or their session is deleted, nothing of them stays on the device. */

import { Pocket } from "./pocket.js";

/** The cache of a person's page; sw.js knows the name too. @param {string} person */
export function shelfOf(person) {
  return `tcl-shell-${person}`;
}

/** @param {string} person */
export async function forget(person) {
  await Promise.allSettled([emptyShelf(person), new Pocket(person).empty(), throwDraftsAway(person)]);
}

/** @param {string} person */
async function emptyShelf(person) {
  // Only secure pages have caches.
  if (globalThis.caches) await caches.delete(shelfOf(person));
}

/** @param {string} person */
async function throwDraftsAway(person) {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(`tcl-draft-${person}-`)) localStorage.removeItem(name);
  }
}
