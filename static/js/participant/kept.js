/** Own words that have no place on the screen as it is now, and must not be lost: drafts, what waits, what was refused. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { roomStyle } from "../lib/start.js";
import { Icon } from "../ui/parts.js";
import { CopyButton, Refused, State } from "./ownnotes.js";
import { notify } from "./status.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("./drafts.js").Drafts} Drafts */

/** @param {{app: App, drafts: Drafts, current: string | undefined}} props */
export function Kept({ app, drafts, current }) {
  const { store, commands, boot } = app;
  const shownAbove = (/** @type {unknown} */ noteId) => {
    const note = store.one("own_note", String(noteId));
    return note !== undefined && note.activity === current && store.one("activity", current)?.plan.type === "writing";
  };
  const words = commands.entries.value.filter(
    ({ command }) =>
      (command.type === "AddNote" && command.activity_id !== current) ||
      (command.type === "EditNote" && !shownAbove(command.note_id)),
  );
  const begun = drafts
    .all()
    .filter(([key]) => key !== current && !(key.startsWith("edit-") && shownAbove(key.slice(5))));
  if (words.length + begun.length === 0) return null;
  return html`<section class="kept" aria-labelledby="kept-heading" style=${roomStyle(boot.room)}>
    <h2 id="kept-heading">${t("phone.kept.title")}</h2>
    <ul class="cards">
      ${words.map(
        (entry) => html`<li key=${entry.id}>
          ${entry.state === "refused" ? html`<${Refused} app=${app} entry=${entry} />` : html`<${Waiting} app=${app} entry=${entry} />`}
        </li>`,
      )}
      ${begun.map(([key, draft]) => html`<li key=${key}><${Begun} text=${draft.text} onDiscard=${() => discard(drafts, key, draft)} /></li>`)}
    </ul>
  </section>`;
}

/** @param {Drafts} drafts @param {string} key @param {import("./drafts.js").Draft} draft */
function discard(drafts, key, draft) {
  drafts.write(key, { text: "" });
  notify({ text: t("phone.note.discarded"), action: t("phone.undo"), run: () => drafts.write(key, draft) });
}

/** @param {{app: App, entry: import("../lib/commands.js").Entry}} props */
function Waiting({ app, entry }) {
  return html`<div class="note own-note waiting">
    <p class="text" lang=${entry.command.language}>${entry.command.text}</p>
    <p class="by"><span class="state"><${State} app=${app} state="waiting" /></span></p>
  </div>`;
}

/** @param {{text: string, onDiscard: () => void}} props */
function Begun({ text, onDiscard }) {
  return html`<div class="note own-note waiting">
    <p class="text">${text}</p>
    <p class="by"><span class="state"><${Icon} name="pencil" /> ${t("phone.kept.begun")}</span></p>
    <div class="edit-actions">
      <${CopyButton} text=${text} />
      <button class="button quiet" onClick=${onDiscard}>${t("phone.note.discard")}</button>
    </div>
  </div>`;
}
