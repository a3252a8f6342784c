/** What is one's own: take it along as a file, or have it deleted. */

import { html, useSignal } from "../lib/html.js";
import { t } from "../lib/i18n.js";

/** @typedef {import("../lib/start.js").App} App */

/** @param {{app: App, onDelete: () => void}} props */
export function Mine({ app, onDelete }) {
  const file = `/s/${app.boot.session}/${app.boot.person}/mine`;
  return html`<details class="stored">
    <summary>${t("phone.mine.title")}</summary>
    <p>${t("phone.mine.stored")} <a href="/privacy" target="_blank">${t("phone.mine.more")}</a></p>
    <p>
      ${t("phone.mine.take")}${" "}
      <a href=${`${file}.html`} download>${t("phone.mine.take_html")}</a>${" · "}
      <a href=${`${file}.json`} download>JSON</a>
    </p>
    <button type="button" class="button" onClick=${onDelete}>${t("phone.mine.delete")}</button>
  </details>`;
}

/** In the place of all the rest: two clear choices, what happens, and that it is for good. @param {{app: App, onStay: () => void}} props */
export function Delete({ app, onStay }) {
  const notes = useSignal(false);
  const message = useSignal("");
  const busy = useSignal(false);
  const erase = async (/** @type {Event} */ event) => {
    event.preventDefault();
    busy.value = true;
    const answer = await app.commands.give({ type: "ErasePerson", person_id: app.boot.person, notes: notes.value });
    // Done, it closes the line, and the whole screen says so.
    busy.value = false;
    if (!answer.ok) message.value = answer.message || t("phone.refused");
  };
  return html`<form class="delete-mine" onSubmit=${erase}>
    <fieldset class="choices">
      <legend class="visually-hidden">${t("phone.mine.what")}</legend>
      ${[false, true].map(
        (all) => html`<label class="choice" key=${all}>
          <input type="radio" name="mine" checked=${notes.value === all} onChange=${() => (notes.value = all)} />
          <span>${t(all ? "phone.mine.all" : "phone.mine.name")} <span class="choice-more">${t(all ? "phone.mine.all_hint" : "phone.mine.name_hint")}</span></span>
        </label>`,
      )}
    </fieldset>
    <p>${t("phone.mine.for_good")}</p>
    <p role="alert">${message.value}</p>
    <div class="edit-actions">
      <button class="button stop" disabled=${busy.value}>${t("phone.mine.delete_now")}</button>
      <button type="button" class="button" onClick=${onStay}>${t("phone.mine.keep")}</button>
    </div>
  </form>`;
}
