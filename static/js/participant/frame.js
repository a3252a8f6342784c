/** What several screens are made of: the heading, "I am done", a column's chips. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";
import { isDone } from "./own.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Activity} Activity */

/** The screen's heading takes the focus when what had it is gone. @param {{text: string, hint?: string}} props */
export function Heading({ text, hint }) {
  return html`<h1 id="heading" tabindex="-1">${text}</h1>
    ${hint && hint !== text && html`<p class="hint">${hint}</p>`}`;
}

/** @param {{app: App, step: Activity}} props */
export function DoneRow({ app, step }) {
  const done = isDone(app, step.id);
  const toggle = () => {
    app.commands.give({ type: "SetDone", activity_id: step.id, done: !isDone(app, step.id) }, { kept: true });
  };
  return html`<div class="done-row ${done ? "done" : ""}">
    ${done && html`<p><${Icon} name="circle-check" /> ${t("phone.done.is")}</p>`}
    <button class="button" onClick=${toggle}>${t(done ? "phone.done.undo" : "phone.done.say")}</button>
  </div>`;
}
