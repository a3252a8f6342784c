/** `/join`: who comes in, and where. The room of the scanned code is chosen already; a name is never asked twice. */

import { ask } from "../lib/ask.js";
import { html, useEffect, useRef, useSignal } from "../lib/html.js";
import { language, pick, t } from "../lib/i18n.js";
import { Frame, Sentence } from "./parts.js";

/** @typedef {import("../lib/types.js").Text} Text */
/** @typedef {{id: string, name: Text, mark: string, mark_by_language: Text,
 *   colours: import("../lib/types.js").Colours}} DoorRoom */
/** @typedef {{title: Text, subtitle: Text, day: string, rooms: DoorRoom[], room: string,
 *   again: {url: string, name: string, room: string} | null, name_chars: number}} Door */
/** @typedef {{ticket: import("./ticket.js").Ticket, door: Door}} Props */

const NEAR_THE_LIMIT = 10;

/** @param {Props} props */
export function JoinPage({ ticket, door }) {
  const anew = useSignal(false);
  const below = useRef(/** @type {HTMLElement | null} */ (null));
  const first = useRef(true);
  // What was pressed is gone: the keyboard goes on at the first thing that came instead.
  useEffect(() => {
    if (!first.current) /** @type {HTMLElement | null} */ (below.current?.querySelector("a, input"))?.focus();
    first.current = false;
  }, [anew.value]);
  return html`<${Frame}>
    <h1>${pick(door.title)}</h1>
    ${pick(door.subtitle) && html`<p class="day">${pick(door.subtitle)}</p>`}
    ${door.day && html`<p class="day">${dayInWords(door.day)}</p>`}
    <div ref=${below}>${
      door.again && !anew.value
        ? html`<${Again} door=${door} onElse=${() => (anew.value = true)} />`
        : html`<${Form} ticket=${ticket} door=${door} onBack=${door.again && (() => (anew.value = false))} />`
    }</div>
  <//>`;
}

/** "Samstag, 24. Juli", with the year unless it is this one. @param {string} day ISO date */
function dayInWords(day) {
  /** @type {Intl.DateTimeFormatOptions} */
  const shown = { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" };
  if (!day.startsWith(`${new Date().getFullYear()}-`)) shown.year = "numeric";
  const locale = language.value === "en" ? "en-GB" : language.value;
  return new Intl.DateTimeFormat(locale, shown).format(new Date(`${day}T12:00:00Z`));
}

/** @param {{door: Door, onElse: () => void}} props */
function Again({ door, onElse }) {
  const again = /** @type {NonNullable<Door["again"]>} */ (door.again);
  const room = door.rooms.find((found) => found.id === again.room);
  return html`<section class="again">
    <p class="welcome">${t("pages.join.again.title")}</p>
    <a class="button primary large" href=${again.url}>
      ${room && html`<${RoomMark} room=${room} />`}
      ${again.name ? t("pages.join.again.as", { name: again.name }) : t("pages.join.again.nameless")}
    </a>
    <button type="button" class="button large" onClick=${onElse}>${t("pages.join.again.else")}</button>
  </section>`;
}

/** @param {Props & {onBack: (() => void) | null}} props */
function Form({ ticket, door, onBack }) {
  const room = useSignal(door.room || (door.rooms.length === 1 ? door.rooms[0].id : ""));
  const name = useSignal("");
  const problem = useSignal(/** @type {(() => string) | null} */ (null));
  const busy = useSignal(false);
  const rooms = useRef(/** @type {HTMLElement | null} */ (null));

  /** @param {string} id */
  function choose(id) {
    room.value = id;
    problem.value = null;
  }

  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    if (busy.value) return;
    if (!room.value) {
      problem.value = () => t("pages.join.choose_room");
      rooms.current?.querySelector("input")?.focus();
      return;
    }
    busy.value = true;
    problem.value = null;
    const entry = { ...ticket, room: room.value, name: name.value, anew: door.again !== null };
    const reply = await ask("/api/enter", entry);
    if (reply.ok) {
      if (door.again) await forgetWhoWasHere(door.again.url);
      return location.replace(reply.value.url);
    }
    busy.value = false;
    problem.value = () => reply.message || t("pages.join.offline");
  }

  return html`<form onSubmit=${submit} noValidate>
    <fieldset class="rooms" ref=${rooms}>
      <legend class=${door.room ? "visually-hidden" : ""}>${t("pages.join.room")}</legend>
      ${door.rooms.map((found) => html`<${RoomChoice} key=${found.id} room=${found} chosen=${room} onChoose=${choose} />`)}
    </fieldset>
    <${NameField} name=${name} limit=${door.name_chars} />
    ${problem.value && html`<${Sentence} id="problem" text=${problem.value()} />`}
    <button class="button primary large" aria-disabled=${busy.value}>${t(busy.value ? "pages.join.wait" : "pages.join.go")}</button>
    ${onBack && html`<button type="button" class="button quiet" onClick=${onBack}>${t("pages.join.again.back")}</button>`}
  </form>`;
}

/** Someone else has this device now. @param {string} url the other one's page */
async function forgetWhoWasHere(url) {
  const person = /** @type {string} */ (url.split("/").at(-1));
  await import("../lib/forget.js").then(({ forget }) => forget(person)).catch(() => undefined);
}

/** @param {{room: DoorRoom, chosen: import("../lib/html.js").Signal<string>, onChoose: (id: string) => void}} props */
function RoomChoice({ room, chosen, onChoose }) {
  const isChosen = chosen.value === room.id;
  return html`<label class="room-choice ${isChosen ? "chosen" : ""}" style=${colours(room)}>
    <input class="visually-hidden" type="radio" name="room" value=${room.id} checked=${isChosen}
      onChange=${() => onChoose(room.id)} />
    <${RoomMark} room=${room} />
    <span class="name">${pick(room.name)}</span>
    <span class="here" aria-hidden="true">${t("pages.join.here")}</span>
  </label>`;
}

/** @param {{room: DoorRoom}} props */
function RoomMark({ room }) {
  const mark = room.mark_by_language[language.value] ?? room.mark;
  return html`<span class="mark" style=${colours(room)} aria-hidden="true">${mark}</span>`;
}

/** @param {DoorRoom} room */
function colours(room) {
  return {
    "--room-strong": room.colours.strong,
    "--room-tint": room.colours.tint,
    "--room-ink": room.colours.ink,
  };
}

/** @param {{name: import("../lib/html.js").Signal<string>, limit: number}} props */
function NameField({ name, limit }) {
  const near = name.value.length > limit - NEAR_THE_LIMIT;
  return html`<div class="name-field">
    <label for="name">${t("pages.join.name")} <span class="optional">${t("pages.join.optional")}</span></label>
    <input class="field" id="name" value=${name.value} maxlength=${limit} autocomplete="given-name" enterkeyhint="go"
      placeholder=${t("pages.join.name_hint")} aria-describedby="name-limit"
      onInput=${(/** @type {any} */ event) => (name.value = event.target.value)} />
    <p class=${near ? "muted" : "visually-hidden"} id="name-limit">${t("pages.join.name_limit", { limit })}</p>
  </div>`;
}
