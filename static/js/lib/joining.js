/** The code and the QR code of a room as they hold now: a renewed link makes those that the page brought along old. */

import { ask } from "./ask.js";
import { signal } from "./html.js";

/** @typedef {import("./start.js").App} App */
/** @typedef {import("./types.js").Renewals} Renewals */

const ASK_AGAIN_MS = 3000;

/** Codes by how often they were renewed; "" while one is asked for. @type {Map<number, import("./html.js").Signal<string>>} */
const codes = new Map();

/** The code, in two groups. @param {App} app */
export function joinCode(app) {
  const now = renewals(app.store.all("renewals").values());
  let code = codes.get(now);
  if (!code) {
    const brought = app.boot.snapshots.flatMap(({ entities }) => Object.values(entities));
    const then = renewals(brought.filter((entity) => entity.kind === "renewals"));
    code = signal(now === then ? app.boot.join_code : "");
    codes.set(now, code);
    if (now !== then) load(app, code);
  }
  return code.value;
}

/** The address of the picture. @param {App} app */
export function joinQr(app) {
  const renewed = app.store.one("renewals", app.boot.room)?.participant;
  return renewed ? `${app.boot.join_qr}?${renewed}` : app.boot.join_qr;
}

/** The typed code leads into every room, so each room's renewal renews it. @param {Iterable<Renewals>} rooms */
function renewals(rooms) {
  return [...rooms].reduce((sum, one) => sum + one.participant, 0);
}

/** @param {App} app @param {import("./html.js").Signal<string>} code */
async function load(app, code) {
  const { session, person } = app.boot;
  const reply = await ask(`/api/sessions/${session}/code`, { person });
  if (reply.ok) code.value = reply.value.code;
  else setTimeout(() => load(app, code), ASK_AGAIN_MS);
}
