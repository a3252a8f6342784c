/** The server told us to stay away: why, and where one can go from here. */

import { html, useEffect } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Heading } from "./frame.js";

/** @typedef {import("../lib/start.js").App} App */

const SIGN_IN = 4200;
const REMOVED = 4201;
const SESSION_GONE = 4205;
const ERASED = 4206;
const SESSION_DELETED = 4208;

/** Catalogue ids of heading and hint by close code. @type {Record<number, [string, string]>} */
const WHY = {
  [SIGN_IN]: ["phone.stopped.sign_in", "phone.stopped.sign_in_hint"],
  [REMOVED]: ["phone.stopped.removed", "phone.stopped.removed_hint"],
  [SESSION_GONE]: ["common.archived", "common.archived_hint"],
  [ERASED]: ["phone.stopped.erased", "phone.stopped.erased_hint"],
  [SESSION_DELETED]: ["common.deleted", "common.deleted_hint"],
};

/** @param {{app: App}} props */
export function Stopped({ app }) {
  const me = app.store.one("me", "me");
  const reason = app.socket.reason.value;
  // What the server said outlives what the store has of it: that is forgotten.
  const code = reason in WHY ? reason : app.store.ready.value && !me ? ERASED : me?.removed ? REMOVED : reason;
  useEffect(() => {
    if (reason === ERASED || reason === SESSION_DELETED)
      import("./forget.js").then(({ forgetPerson }) => forgetPerson(app));
  }, [reason]);
  const why = WHY[code];
  const [title, hint] = why ?? ["phone.stopped.other", "phone.stopped.other_hint"];
  return html`<div class="quiet-screen">
    <${Heading} text=${t(title)} hint=${t(hint)} />
    ${why && code !== REMOVED && html`<a class="button primary big" href="/">${t("phone.stopped.to_door")}</a>`}
    ${!why && html`<button class="button primary big" onClick=${() => location.reload()}>${t("phone.stopped.reload")}</button>`}
  </div>`;
}
