/** What several screens are made of: the heading, "I am done", a column's chips. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";
import { isDone } from "./own.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Activity} Activity */

/**
 * The screen's heading takes the focus when what had it is gone. A hint need not begin by saying the heading again.
 * @param {{text: string, hint?: string}} props
 */
export function Heading({ text, hint = "" }) {
  const more = hint.startsWith(text) ? hint.slice(text.length).trim() : hint;
  return html`<h1 id="heading" tabindex="-1">${text}</h1>
    ${more && html`<p class="hint">${more}</p>`}`;
}

/** @param {{app: App, step: Activity}} props */
export function DoneRow({ app, step }) {
  const done = isDone(app, step.id);
  const toggle = () => {
    app.commands.give({ type: "SetDone", activity_id: step.id, done: !isDone(app, step.id) }, { kept: true });
  };
  return html`<div class="done-row ${done ? "done" : ""}">
    ${done && html`<p><${Icon} name="circle-check" /> ${t("phone.done.is")}</p>`}
    <button class="button ${done ? "" : "done-button"}" onClick=${toggle}>${t(done ? "phone.done.undo" : "phone.done.say")}</button>
  </div>`;
}
