/** Who is here: the people of one's own room, renamed or removed where needed. */

import { html, useEffect, useRef, useState } from "../lib/html.js";
import { clockTime, t } from "../lib/i18n.js";
import { roomStyle } from "../lib/start.js";
import { Icon, Mark } from "../ui/parts.js";
import { Box } from "./box.js";
import { roomName } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Person} Person */

/** @param {{desk: Desk}} props */
export function PeopleDialog({ desk }) {
  const { store, room } = desk;
  const zone = store.one("room", room)?.plan.time_zone ?? "UTC";
  const [query, setQuery] = useState("");
  const presence = store.presence.value?.people ?? {};
  const ever = [...store.all("person").values()]
    .filter((person) => person.room === room && person.role !== "projector" && person.role !== "camera")
    .sort((a, b) => a.joined_at - b.joined_at || (a.id < b.id ? -1 : 1));
  const people = ever.filter((person) => !person.removed);
  const removed = ever.filter((person) => person.removed && !person.erased);
  // By their place among all who ever came, so that a number stays whose it is.
  const unnamed = (/** @type {Person} */ person) =>
    t("facilitator.people.unnamed", { n: ever.indexOf(person) + 1, time: clockTime(person.joined_at, zone) });
  const wanted = query.trim().toLocaleLowerCase();
  const shown = people.filter((person) => person.name.toLocaleLowerCase().includes(wanted));
  const here = people.filter((person) => presence[person.id]?.connected).length;
  return html`<${Box} desk=${desk} title=${t("facilitator.people.title")} class="wide">
    <p class="people-sum" style=${roomStyle(room)}>
      <${Mark} app=${desk.app} room=${room} />
      ${t("facilitator.people.sum", { room: roomName(store, room), n: people.length, here })}
    </p>
    <label class="search">
      <${Icon} name="search" />
      <input
        type="search"
        aria-label=${t("facilitator.people.filter")}
        placeholder=${t("facilitator.people.filter")}
        value=${query}
        onInput=${(/** @type {Event} */ event) => setQuery(/** @type {HTMLInputElement} */ (event.currentTarget).value)}
      />
    </label>
    <ul class="people">
      ${shown.map((person) => html`<${Row} key=${person.id} desk=${desk} person=${person} name=${person.name || unnamed(person)} seen=${presence[person.id]} />`)}
      ${shown.length === 0 && html`<li class="muted">${t("facilitator.people.nobody")}</li>`}
    </ul>
    ${
      removed.length > 0 &&
      html`<details class="removed-people">
        <summary>${t("facilitator.people.were_removed", { n: removed.length })}</summary>
        <ul class="people">
          ${removed.map((person) => html`<${RemovedRow} key=${person.id} desk=${desk} person=${person} name=${person.name || unnamed(person)} />`)}
        </ul>
      </details>`
    }
    <p class="muted">${t("facilitator.people.other_rooms")}</p>
  <//>`;
}

/** @param {{desk: Desk, person: Person, name: string, seen: {connected: boolean, last_seen_at: number | null} | undefined}} props */
function Row({ desk, person, name, seen }) {
  const [state, setState] = useState(/** @type {"" | "name" | "remove" | "erase"} */ (""));
  const self = person.id === desk.app.boot.person;
  if (state === "name") return html`<${Rename} desk=${desk} person=${person} onDone=${() => setState("")} />`;
  if (state === "remove")
    return html`<${Remove} desk=${desk} person=${person} name=${name} onDone=${() => setState("")} onErase=${() => setState("erase")} />`;
  if (state === "erase")
    return html`<${Erase} desk=${desk} person=${person} name=${name} onDone=${() => setState("")} />`;
  return html`<li>
    <span class="person">
      <span class="presence ${seen?.connected ? "here" : ""}" aria-hidden="true"></span>
      <span>
        <strong class=${person.name ? "" : "untitled"}>${name}</strong>
        ${person.role !== "participant" && html` <span class="role">${t(`facilitator.people.${person.role}`)}</span>`}
        ${cameBy(person) && html` <span class="role">${cameBy(person)}</span>`}
        <span class="muted">${lastSeen(desk, seen)}</span>
      </span>
    </span>
    <button type="button" class="button quiet icon-only" aria-label=${t("facilitator.people.rename", { name })} onClick=${() => setState("name")}>
      <${Icon} name="pencil" />
    </button>
    ${
      self
        ? html`<span class="role">${t("facilitator.people.you")}</span>`
        : html`<button
            type="button"
            class="button quiet icon-only"
            aria-label=${t("facilitator.people.remove", { name })}
            onClick=${() => setState("remove")}
          >
            <${Icon} name="user-x" />
          </button>`
    }
  </li>`;
}

/** Somebody who was shown out may still wish to be forgotten. @param {{desk: Desk, person: Person, name: string}} props */
function RemovedRow({ desk, person, name }) {
  const [erasing, setErasing] = useState(false);
  if (erasing) return html`<${Erase} desk=${desk} person=${person} name=${name} onDone=${() => setErasing(false)} />`;
  return html`<li>
    <span class="person"><span>${name}</span></span>
    <button type="button" class="button quiet" aria-label=${t("facilitator.people.erase_name", { name })} onClick=${() => setErasing(true)}>
      ${t("facilitator.people.erase")}
    </button>
  </li>`;
}

/** By which door somebody with rights came: whoever has a standing link can come in by it again. @param {Person} person */
function cameBy({ role, came_by }) {
  if (role === "participant") return "";
  if (came_by === "link")
    return t(role === "facilitator" ? "facilitator.people.by_link" : "facilitator.people.by_their_link");
  return came_by === "invitation" ? t("facilitator.people.by_invitation") : "";
}

/** @param {Desk} desk @param {{connected: boolean, last_seen_at: number | null} | undefined} seen */
function lastSeen({ store, room }, seen) {
  if (seen?.connected) return t("facilitator.people.here");
  if (!seen?.last_seen_at) return t("facilitator.people.away");
  return t("facilitator.people.seen", {
    time: clockTime(seen.last_seen_at, store.one("room", room)?.plan.time_zone ?? "UTC"),
  });
}

/** @param {{desk: Desk, person: Person, onDone: () => void}} props */
function Rename({ desk, person, onDone }) {
  const [name, setName] = useState(person.name);
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => field.current?.select(), []);
  const limit = desk.app.socket.limits.value?.name_chars ?? 40;
  const set = (/** @type {string} */ words) => ({ type: "SetName", name: words, person_id: person.id });
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (await desk.act(set(name.trim()), { done: t("facilitator.people.renamed"), undo: [set(person.name)] })) onDone();
  };
  return html`<li>
    <form class="rename" onSubmit=${save}>
      <input
        class="field"
        aria-label=${t("facilitator.people.name")}
        maxlength=${limit}
        value=${name}
        ref=${field}
        onInput=${(/** @type {Event} */ event) => setName(/** @type {HTMLInputElement} */ (event.currentTarget).value)}
      />
      <button type="button" class="button quiet" onClick=${onDone}>${t("facilitator.cancel")}</button>
      <button type="submit" class="button primary">${t("facilitator.save")}</button>
    </form>
  </li>`;
}

/** @param {{desk: Desk, person: Person, name: string, onDone: () => void, onErase: () => void}} props */
function Remove({ desk, person, name, onDone, onErase }) {
  const remove = () =>
    desk.act({ type: "RemovePerson", person_id: person.id }, { done: t("facilitator.people.removed", { name }) });
  return html`<li class="remove">
    <span>
      ${t(person.name ? "facilitator.people.remove_sure" : "facilitator.people.remove_sure_unnamed", { name })}
      ${person.role !== "participant" && html` ${t(`facilitator.people.remove_${person.role}`)}`}
    </span>
    <button type="button" class="button quiet" onClick=${onDone}>${t("facilitator.cancel")}</button>
    <button type="button" class="button stop" onClick=${remove}>${t("facilitator.people.remove_yes")}</button>
    <button type="button" class="button quiet erase-instead" onClick=${onErase}>${t("facilitator.people.erase_instead")}</button>
  </li>`;
}

/** At a person's own wish, and for good. @param {{desk: Desk, person: Person, name: string, onDone: () => void}} props */
function Erase({ desk, person, name, onDone }) {
  const [notes, setNotes] = useState(false);
  const erase = () =>
    desk.act({ type: "ErasePerson", person_id: person.id, notes }, { done: t("facilitator.people.erased", { name }) });
  return html`<li class="remove">
    <span>${t("facilitator.people.erase_sure", { name })}</span>
    <label class="check erase-notes">
      <input type="checkbox" checked=${notes} onChange=${() => setNotes(!notes)} />
      ${t("facilitator.people.erase_notes")}
    </label>
    <button type="button" class="button quiet" onClick=${onDone}>${t("facilitator.cancel")}</button>
    <button type="button" class="button stop" onClick=${erase}>${t("facilitator.people.erase_yes")}</button>
  </li>`;
}
