/** The header: what and when this is, both rooms with their clocks and phones, the way in for people, language, more. */

import { tick } from "../lib/clock.js";
import { html, useComputed } from "../lib/html.js";
import { clockTime, dateInWords, LANGUAGE_NAMES, LANGUAGES, language, pick, t } from "../lib/i18n.js";
import { agenda, currentStep, isRecorded, plannedStart, rooms } from "../lib/session.js";
import { chooseLanguage, roomStyle } from "../lib/start.js";
import { Icon, LineState, Mark } from "../ui/parts.js";
import { Recorded } from "../ui/recorded.js";
import { InviteDialog, InviteInterpreterDialog } from "./invite.js";
import { JoinDialog } from "./join.js";
import { KeysDialog } from "./keys.js";
import { MenuItem, openMenu } from "./menu.js";
import { PairDialog } from "./pair.js";
import { PeopleDialog } from "./people.js";
import { StartDialog } from "./start-session.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** @param {{desk: Desk}} props */
export function Header({ desk }) {
  const { app, store } = desk;
  const session = store.one("session", "session");
  const title = [pick(session?.title), pick(session?.subtitle)].filter(Boolean).join(" · ");
  return html`<header class="top">
    <div class="top-title">
      <h1>${title}</h1>
      ${isRecorded(app) ? html`<${Recorded} />` : html`<span class="muted"><${Day} desk=${desk} /></span>`}
    </div>
    <${LineState} app=${app} silent=${true} />
    <div class="top-rooms">${rooms(store).map((room) => html`<${RoomPill} key=${room.id} desk=${desk} room=${room} />`)}</div>
    <button type="button" class="button" aria-label=${t("facilitator.join.show")} onClick=${() => desk.show(JoinDialog)}>
      <span class="wide-only">${t("facilitator.join.show")}</span><span class="narrow-only"><${Icon} name="qr-code" /></span>
    </button>
    <${LanguageChoice} desk=${desk} />
    <${More} desk=${desk} />
  </header>`;
}

/** @param {{desk: Desk}} props */
function Day({ desk }) {
  const { store, room } = desk;
  const session = store.one("session", "session");
  const step = currentStep(store, room) ?? agenda(store, room)[0];
  const zone = store.one("room", room)?.plan.time_zone;
  if (!step || !zone) return null;
  const words = dateInWords(plannedStart(store, step), zone);
  // Russian begins a weekday small, a line does not.
  const date = words.charAt(0).toLocaleUpperCase() + words.slice(1);
  return (session?.days ?? 1) > 1 ? `${date} · ${t("facilitator.day", { day: step.plan.day })}` : date;
}

/** @param {{desk: Desk, room: import("../lib/types.js").Room}} props */
function RoomPill({ desk, room }) {
  const clock = useComputed(() => clockTime(tick.value, room.plan.time_zone));
  const presence = desk.store.presence.value;
  const phones = presence?.phones[room.id] ?? 0;
  const team = presence ? t("facilitator.team", { n: presence.facilitators[room.id] ?? 0 }) : undefined;
  return html`<span class="room-pill" style=${roomStyle(room.id)} title=${team}>
    <${Mark} app=${desk.app} room=${room.id} />
    <strong>${pick(room.plan.name)}</strong>
    <span class="digits">${clock.value}</span>
    <span class="phones">· ${t("facilitator.phones", { n: phones })}</span>
  </span>`;
}

/** @param {{desk: Desk}} props */
function LanguageChoice({ desk }) {
  const onChange = (/** @type {Event} */ event) =>
    chooseLanguage(desk.app, /** @type {HTMLSelectElement} */ (event.currentTarget).value);
  return html`<span class="button language">
    <span aria-hidden="true">${language.value.toUpperCase()}</span><${Icon} name="chevron-down" />
    <select aria-label=${t("facilitator.language")} value=${language.value} onChange=${onChange}>
      ${LANGUAGES.map(
        (code) => html`<option key=${code} value=${code} lang=${code}>
          ${LANGUAGE_NAMES[/** @type {keyof typeof LANGUAGE_NAMES} */ (code)]}
        </option>`,
      )}
    </select>
  </span>`;
}

/** @param {{desk: Desk}} props */
function More({ desk }) {
  const entries = /** @type {const} */ ([
    ["users", "facilitator.people.title", PeopleDialog],
    ["user-plus", "facilitator.invite.title", InviteDialog],
    ["headphones", "facilitator.interpreters.title", InviteInterpreterDialog],
    ["presentation", "facilitator.pair.title", PairDialog],
    ["calendar", "facilitator.start.title", StartDialog],
    ["info", "facilitator.keys.title", KeysDialog],
  ]);
  const interpreted = [...desk.store.all("activity").values()].some(({ plan }) => plan.channels?.length);
  const content = () =>
    html`${entries
      .filter(([, , dialog]) => interpreted || dialog !== InviteInterpreterDialog)
      .map(
        ([icon, text, dialog]) =>
          html`<${MenuItem} key=${text} desk=${desk} icon=${icon} text=${t(text)} onChoose=${() => desk.show(dialog)} />`,
      )}
      <${MenuItem} desk=${desk} icon="lock" text=${t("facilitator.privacy")} onChoose=${() => open("/privacy", "_blank")} />`;
  return html`<button
    type="button"
    class="button icon-only"
    aria-label=${t("facilitator.more")}
    aria-haspopup="dialog"
    onClick=${(/** @type {MouseEvent} */ event) =>
      openMenu(desk, /** @type {HTMLElement} */ (event.currentTarget), t("facilitator.more"), content)}
  >
    <${Icon} name="ellipsis" />
  </button>`;
}
