/** A group opened: its title in both languages, and dissolving it. */

import { html, useState } from "../lib/html.js";
import { language, t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";
import { Box } from "./box.js";
import { TextField } from "./fields.js";
import { dissolve } from "./group.js";
import { characters, languageName, otherLanguage } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** @param {{desk: Desk, id: string}} props */
export function GroupDialog({ desk, id }) {
  const group = desk.store.one("group", id);
  if (!group)
    return html`<${Box} desk=${desk} title=${t("facilitator.group.title")}><p>${t("facilitator.group.gone")}</p><//>`;
  return html`<${GroupForm} desk=${desk} group=${group} />`;
}

/** @param {{desk: Desk, group: import("../lib/types.js").Group}} props */
function GroupForm({ desk, group }) {
  const [title, setTitle] = useState(group.title);
  const [translation, setTranslation] = useState(group.translation);
  const limit = desk.app.socket.limits.value?.title_chars ?? 120;
  const reason =
    (title.trim() === "" && t("facilitator.group.needs_title")) ||
    (Math.max(characters(title), characters(translation)) > limit && t("facilitator.note.too_long"));
  const rename = (/** @type {string} */ words, /** @type {string} */ other) => ({
    type: "RenameGroup",
    group_id: group.id,
    title: words,
    translation: other,
  });
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (reason) return;
    // A group that had no title cannot get back to having none.
    const undo = group.title ? [rename(group.title, group.translation)] : undefined;
    const command = rename(title.trim(), translation.trim());
    if (await desk.act(command, { done: t("facilitator.group.renamed", { title: title.trim() }), undo })) desk.close();
  };
  const actions = html`<button
      type="button"
      class="button quiet"
      onClick=${() => {
        desk.close();
        dissolve(desk, group);
      }}
    >
      <${Icon} name="ungroup" />${t("facilitator.group.dissolve")}
    </button>
    <span class="spread"></span>
    <button type="submit" form="group-form" class="button primary" aria-disabled=${reason ? "true" : undefined} title=${reason || undefined}>
      ${t("facilitator.save")}
    </button>`;
  const other = otherLanguage(desk.store, language.value);
  return html`<${Box} desk=${desk} title=${t("facilitator.group.title")} actions=${actions}>
    <form id="group-form" onSubmit=${save}>
      <${TextField} label=${t("facilitator.group.name")} value=${title} limit=${limit} rows=${1} focus=${true} onInput=${setTitle} />
      <${TextField}
        label=${t("facilitator.group.name_translated")}
        hint=${languageName(other)}
        lang=${other}
        value=${translation}
        limit=${limit}
        rows=${1}
        onInput=${setTranslation}
      />
    </form>
  <//>`;
}
