/** What this device has kept of a person goes: drafts, what waited to be sent, and the cookie. */

import { Drafts } from "./drafts.js";

/** @typedef {import("../lib/start.js").App} App */

/** @param {App} app */
export async function forgetWords(app) {
  new Drafts(app.boot.person).clear();
  await app.commands.forget();
}

/** After the server has erased the person: nothing here says any more who it was. @param {App} app */
export async function forgetPerson(app) {
  await forgetWords(app);
  await fetch(leaveAddress(app), { method: "POST", redirect: "manual" });
}

/** @param {App} app */
export function leaveAddress({ boot }) {
  return `/s/${boot.session}/${boot.person}/leave`;
}
