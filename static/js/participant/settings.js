/** Oneself: name, language, where one sits, what is kept about one, and the way out. */

import { html, useEffect, useRef, useSignal } from "../lib/html.js";
import { LANGUAGE_NAMES, LANGUAGES, language, pick, t } from "../lib/i18n.js";
import { chooseLanguage, roomStyle } from "../lib/start.js";
import { Dialog, Icon, Mark } from "../ui/parts.js";
import { forgetWords, leave } from "./forget.js";
import { Delete, Mine } from "./mine.js";
import { say } from "./status.js";

/** @typedef {import("../lib/start.js").App} App */

/** @param {{app: App, me: import("../lib/types.js").Me, onClose: () => void}} props */
export function Settings({ app, me, onClose }) {
  const deleting = useSignal(false);
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (deleting.value) heading.current?.focus();
  }, [deleting.value]);
  return html`<${Dialog} class="sheet" label=${t("phone.settings.title")} onClose=${onClose}>
    <div class="sheet-head">
      <h2 tabindex="-1" ref=${heading}>${t(deleting.value ? "phone.mine.what" : "phone.settings.title")}</h2>
      <button class="button quiet icon-only" aria-label=${t("phone.close")} onClick=${onClose}><${Icon} name="x" /></button>
    </div>
    ${
      deleting.value
        ? html`<${Delete} app=${app} onStay=${() => (deleting.value = false)} />`
        : html`<${Everything} app=${app} me=${me} onDelete=${() => (deleting.value = true)} />`
    }
  <//>`;
}

/** @param {{app: App, me: import("../lib/types.js").Me, onDelete: () => void}} props */
function Everything({ app, me, onDelete }) {
  const leaving = useSignal(false);
  const room = app.store.one("room", me.room);
  return html`<${Name} app=${app} name=${me.name} />
    <fieldset class="languages">
      <legend>${t("phone.settings.language")}</legend>
      <div class="language-row">
        ${LANGUAGES.map(
          (code) => html`<label class="chip" key=${code}>
            <input type="radio" name="language" checked=${language.value === code} onChange=${() => chooseLanguage(app, code)} />
            <span class="chip-face" lang=${code}>${LANGUAGE_NAMES[/** @type {"de"} */ (code)]}</span>
          </label>`,
        )}
      </div>
    </fieldset>
    <p class="seat" style=${roomStyle(me.room)}>
      <${Mark} app=${app} room=${me.room} /> ${t("phone.settings.room", { room: pick(room?.plan.name) })}
    </p>
    <${Mine} app=${app} onDelete=${onDelete} />
    ${
      leaving.value
        ? html`<${Leave} app=${app} onStay=${() => (leaving.value = false)} />`
        : html`<button class="button quiet leave" onClick=${() => (leaving.value = true)}>
          <${Icon} name="log-out" /> ${t("phone.settings.leave")}
        </button>`
    }`;
}

/** @param {{app: App, name: string}} props */
function Name({ app, name }) {
  const typed = useSignal(name);
  const message = useSignal("");
  const most = app.socket.limits.value?.name_chars ?? 40;
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const answer = await app.commands.give({ type: "SetName", name: typed.value });
    message.value = answer.ok ? t("phone.settings.saved") : answer.message || t("phone.refused");
    say(message.value, "name");
  };
  return html`<form onSubmit=${save}>
    <label class="label" for="own-name">${t("phone.settings.name")}</label>
    <div class="name-row">
      <input
        id="own-name"
        class="field"
        autocomplete="given-name"
        maxlength=${most}
        value=${typed.value}
        aria-describedby="name-hint"
        onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => (typed.value = event.currentTarget.value)}
      />
      <button class="button primary">${t("phone.settings.save")}</button>
    </div>
    <p id="name-hint" class="muted">${message.value || t("phone.settings.name_hint")}</p>
  </form>`;
}

/** @param {{app: App, onStay: () => void}} props */
function Leave({ app, onStay }) {
  const failed = useSignal(false);
  const unsent = app.commands.entries.value.filter((entry) => entry.kept).length;
  const leaveNow = async (/** @type {Event} */ event) => {
    event.preventDefault();
    // Whoever the server did not let go is not forgotten here either.
    failed.value = !(await leave(app));
    if (failed.value) return;
    await forgetWords(app);
    location.replace("/");
  };
  return html`<form class="leave-form" onSubmit=${leaveNow}>
    <p>${t("phone.settings.leave_hint")}</p>
    ${unsent > 0 && html`<p class="warn"><${Icon} name="triangle-alert" /> ${t("phone.settings.leave_unsent", { n: unsent })}</p>`}
    ${failed.value && html`<p class="error" role="alert">${t("phone.offline_act")}</p>`}
    <div class="edit-actions">
      <button class="button stop">${t("phone.settings.leave_now")}</button>
      <button type="button" class="button" onClick=${onStay}>${t("phone.settings.stay")}</button>
    </div>
  </form>`;
}
