/** What this device has of a person goes at their own wish: what they see of it, what lies here, and the cookie. */

import { forget } from "../lib/forget.js";
import { Drafts } from "./drafts.js";

/** @typedef {import("../lib/start.js").App} App */

/** @param {App} app */
export async function forgetWords(app) {
  new Drafts(app.boot.person).clear();
  app.commands.forget();
  await forget(app.boot.person);
}

/** After the server has erased the person, or their whole session: nothing here says any more who it was. @param {App} app */
export async function forgetPerson(app) {
  app.store.forget();
  await forgetWords(app);
  await leave(app);
}

/** @param {App} app @returns {Promise<boolean>} whether the server has taken the cookie back; its answer leads to the door */
export async function leave({ boot }) {
  const address = `/s/${boot.session}/${boot.person}/leave`;
  const answer = await fetch(address, { method: "POST", redirect: "manual" }).catch(() => null);
  return answer?.type === "opaqueredirect";
}
