/** Voting: dots on what lies on the board, by large plus and minus; what remains is always in view. */

import { byRank } from "../lib/board.js";
import { html, useSignal } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { nameless, rooms, roundsOf } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { Icon } from "../ui/parts.js";
import { DoneRow, Heading } from "./frame.js";
import { ownDots } from "./own.js";
import { NoteBody } from "./reading.js";
import { Results } from "./results.js";
import { say } from "./status.js";
import { twoLines } from "./texts.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Activity} Activity */
/** @typedef {import("../lib/types.js").Round} Round */
/** @typedef {import("../lib/types.js").RoundItem} RoundItem */

/** More dots than these are told by their number alone. */
const DRAWN = 12;

/** @param {{app: App, step: Activity}} props */
export function Voting({ app, step }) {
  const round = roundsOf(app.store, step.id).at(-1);
  if (round?.status === "open") return html`<${OpenRound} key=${round.id} app=${app} step=${step} round=${round} />`;
  if (round?.shown && round.tally) {
    return html`<${Heading} text=${t("phone.results.title")} /><${Results} app=${app} round=${round} />`;
  }
  return html`<div class="quiet-screen">
    <${Heading} text=${pick(step.plan.title)} hint=${pick(step.plan.instruction)} />
    <p class="panel"><${Icon} name=${round ? "check-check" : "clock"} /> ${t(round ? "phone.vote.closed" : "phone.vote.not_yet")}</p>
  </div>`;
}

/** @param {{app: App, step: Activity, round: Round}} props */
function OpenRound({ app, step, round }) {
  const dots = ownDots(app, round.id);
  const left = round.dots - sum(dots);
  const shape = app.store.one("room", app.boot.room)?.plan.dot ?? "round";
  return html`<div style=${roomStyle(app.boot.room)} class="vote">
    <${Heading} text=${t("phone.vote.title", { n: round.dots })} />
    ${round.number > 1 && html`<p class="eyebrow">${t("phone.vote.round", { number: round.number })}</p>`}
    <div class="budget">
      ${
        round.dots <= DRAWN &&
        html`<span class="budget-dots" aria-hidden="true">
        ${Array.from({ length: round.dots }, (_, place) => html`<span class="vote-dot ${shape} ${place < round.dots - left ? "used" : ""}"></span>`)}
      </span>`
      }
      <p class="budget-left">${t("phone.vote.left", { n: left })}</p>
    </div>
    ${round.max_per_item < round.dots && html`<p class="hint">${t("phone.vote.most", { n: round.max_per_item })}</p>`}
    <ul class="items">
      ${round.items.map((item) => html`<${Item} key=${item.id} app=${app} round=${round} item=${item} mine=${dots[item.id] ?? 0} left=${left} />`)}
    </ul>
    <p class="secret"><${Icon} name="lock" /> <span>${t("phone.vote.secret")}</span></p>
    <${DoneRow} app=${app} step=${step} />
    <${Finished} app=${app} round=${round} />
  </div>`;
}

/** @param {Record<string, number>} dots */
function sum(dots) {
  return Object.values(dots).reduce((a, b) => a + b, 0);
}

/**
 * One dot more or less, from what is true at the moment of the tap: several quick ones each count.
 * @param {App} app @param {Round} round @param {RoundItem} item @param {1|-1} change
 */
function place(app, round, item, change) {
  const dots = ownDots(app, round.id);
  const now = (dots[item.id] ?? 0) + change;
  if (now < 0) return;
  const left = round.dots - sum(dots) - change;
  if (change > 0 && left < 0) return say(t("phone.vote.none_left"), "dots");
  if (change > 0 && now > round.max_per_item) return say(t("phone.vote.most", { n: round.max_per_item }), "dots");
  app.commands.give({ type: "PlaceDots", round_id: round.id, item_id: item.id, dots: now }, { kept: true });
  say(`${t("phone.vote.here", { n: now })} ${t("phone.vote.left", { n: left })}`, "dots");
}

/** @param {{app: App, round: Round, item: RoundItem, mine: number, left: number}} props */
function Item({ app, round, item, mine, left }) {
  const [first, second] = twoLines(app, item.title, item.translation);
  const name = first?.text ?? t(nameless(item, "phone.group.untitled"));
  const full = left <= 0 || mine >= round.max_per_item;
  const notes = notesOf(app, item);
  const open = useSignal(false);
  return html`<li class="item">
    <div class="item-text">
      <p class="item-title" lang=${first?.lang}>${name}</p>
      ${second && html`<p class="item-more" lang=${second.lang}>${second.text}</p>`}
      ${
        notes.length > 0 &&
        html`<button
          class="button quiet disclose"
          aria-expanded=${open.value}
          aria-label=${`${t("phone.notes", { n: notes.length })}: ${name}`}
          onClick=${() => (open.value = !open.value)}
        >${t("phone.notes", { n: notes.length })} <${Icon} name="chevron-down" /></button>`
      }
    </div>
    <div class="stepper" role="group" aria-label=${name}>
      <button
        class="button step-button"
        aria-label=${t("phone.vote.less", { title: name })}
        aria-disabled=${mine === 0}
        onClick=${() => place(app, round, item, -1)}
      ><${Icon} name="minus" /></button>
      <span class="digits step-count">${mine}</span>
      <button
        class="button step-button"
        aria-label=${t("phone.vote.more", { title: name })}
        aria-disabled=${full}
        onClick=${() => place(app, round, item, 1)}
      ><${Icon} name="plus" /></button>
    </div>
    ${
      open.value &&
      html`<ul class="item-notes">
        ${notes.map((note) => html`<li key=${note.id} class="note" style=${roomStyle(note.room)}><${NoteBody} app=${app} note=${note} /></li>`)}
      </ul>`
    }
  </li>`;
}

/** What lies in a group: its title alone may say nothing in the reader's language. @param {App} app @param {RoundItem} item */
function notesOf(app, item) {
  if (item.kind !== "group") return [];
  const notes = [...app.store.all("note").values()].filter((note) => note.group === item.id && !note.archived);
  return notes.sort(byRank);
}

/** How far the rooms are: how many have finished, never with what. @param {{app: App, round: Round}} props */
function Finished({ app, round }) {
  const finished = app.store.one("progress", round.id)?.finished;
  if (!finished) return null;
  const told = rooms(app.store)
    .filter((room) => room.id in finished)
    .map((room) => `${pick(room.plan.name)} ${finished[room.id]}`);
  return html`<p class="finished muted">${t("phone.vote.finished")} ${told.join(" · ")}</p>`;
}
