/** Above all: the workshop, the line, both rooms' clocks, oneself, the language. */

import { tick } from "../lib/clock.js";
import { html, useComputed, useSignal } from "../lib/html.js";
import { clockTime, LANGUAGE_NAMES, LANGUAGES, language, pick, t } from "../lib/i18n.js";
import { isRecorded, rooms } from "../lib/session.js";
import { chooseLanguage, roomStyle } from "../lib/start.js";
import { Dialog, Icon, LineState, Mark } from "../ui/parts.js";
import { Recorded } from "../ui/recorded.js";

/** @typedef {import("./booth.js").Booth} Booth */

/** @param {{booth: Booth}} props */
export function Top({ booth: { app } }) {
  const asked = useSignal(false);
  const session = app.store.one("session", "session");
  const name = app.store.one("me", "me")?.name;
  const onChange = (/** @type {any} */ event) => chooseLanguage(app, event.currentTarget.value);
  return html`<header class="top">
    <div class="title">
      <h1>${t("interpreter.title")}</h1>
      <p class="muted">${[pick(session?.title), pick(session?.subtitle)].filter(Boolean).join(" · ")}</p>
    </div>
    <${LineState} app=${app} />
    ${isRecorded(app) && html`<${Recorded} /><span class="hint">${t("interpreter.not_recorded")}</span>`}
    <div class="clocks">${rooms(app.store).map((room) => html`<${RoomClock} key=${room.id} app=${app} room=${room} />`)}</div>
    <button type="button" class="button" onClick=${() => (asked.value = true)}>
      ${name || t("interpreter.name.set")}<${Icon} name="pencil" />
    </button>
    <span class="button language">
      <span aria-hidden="true">${language.value.toUpperCase()}</span><${Icon} name="chevron-down" />
      <select aria-label=${t("interpreter.language")} value=${language.value} onChange=${onChange}>
        ${LANGUAGES.map((code) => html`<option key=${code} value=${code} lang=${code}>${LANGUAGE_NAMES[/** @type {"de"} */ (code)]}</option>`)}
      </select>
    </span>
    ${asked.value && html`<${Name} app=${app} name=${name ?? ""} onClose=${() => (asked.value = false)} />`}
  </header>`;
}

/** @param {{app: import("../lib/start.js").App, room: import("../lib/types.js").Room}} props */
function RoomClock({ app, room }) {
  const clock = useComputed(() => clockTime(tick.value, room.plan.time_zone));
  return html`<span class="room-clock" style=${roomStyle(room.id)}>
    <${Mark} app=${app} room=${room.id} /> <span class="room-name">${pick(room.plan.name)}</span> <span class="digits">${clock}</span>
  </span>`;
}

/** @param {{app: import("../lib/start.js").App, name: string, onClose: () => void}} props */
function Name({ app, name, onClose }) {
  const typed = useSignal(name);
  const refused = useSignal("");
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const answer = await app.commands.give({ type: "SetName", name: typed.value });
    if (answer.ok) onClose();
    else refused.value = answer.message || t("interpreter.offline_act");
  };
  return html`<${Dialog} label=${t("interpreter.name.title")} onClose=${onClose}>
    <form class="name-form" onSubmit=${save}>
      <label class="label" for="own-name">${t("interpreter.name.title")}</label>
      <input
        id="own-name"
        class="field"
        autocomplete="name"
        maxlength=${app.socket.limits.value?.name_chars ?? 40}
        value=${typed.value}
        aria-describedby="name-hint"
        onInput=${(/** @type {any} */ event) => (typed.value = event.currentTarget.value)}
      />
      <p id="name-hint" class=${refused.value ? "error" : "muted"} role="status">${refused.value || t("interpreter.name.hint")}</p>
      <div class="acts">
        <a class="button quiet" href="/privacy" target="_blank">${t("interpreter.privacy")}</a>
        <button type="button" class="button" onClick=${onClose}>${t("interpreter.cancel")}</button>
        <button class="button primary">${t("interpreter.name.save")}</button>
      </div>
    </form>
  <//>`;
}
