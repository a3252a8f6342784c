/** Voting on the wall: how many have finished while it runs, and what came out once that may be seen. */

import { html } from "../lib/html.js";
import { inOrder, language, t, translate } from "../lib/i18n.js";
import { nameless, results, rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { Icon, Mark } from "../ui/parts.js";
import { Foot } from "./foot.js";
import { Head } from "./head.js";
import { RoomDot } from "./notes.js";
import { Paged } from "./paged.js";
import { InOne, Lines, ownName, read, say } from "./words.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Round} Round */
/** @typedef {import("../lib/types.js").Room} Room */
/** @typedef {ReturnType<typeof results>[number]} Row */

const FORMATS = [
  { places: 1, size: "size-l" },
  { places: 1, size: "size-m" },
  { places: 1, size: "size-s" },
];

/** @param {App} app @param {Round} round */
function roomsOf(app, round) {
  return rooms(app.store).filter((room) => round.rooms.includes(room.id));
}

/** @param {{app: App, round: Round}} props */
export function Progress({ app, round }) {
  if (round.status === "closed") return html`<${Closed} app=${app} round=${round} />`;
  const step = app.store.one("activity", round.activity);
  const finished = app.store.one("progress", round.id)?.finished ?? {};
  const present = app.store.presence.value?.phones ?? {};
  return html`<${Head} app=${app} lines=${read(app, step?.plan.title)} />
    <main class="progress">
      <p class="rule"><${Lines} lines=${rule(app, round)} /></p>
      <ul>
        ${roomsOf(app, round).map((room) => {
          const done = finished[room.id] ?? 0;
          return html`<${RoomProgress} key=${room.id} app=${app} room=${room} done=${done} of=${Math.max(done, present[room.id] ?? 0)} />`;
        })}
      </ul>
      <p class="promise"><${Icon} name="lock" /><${Lines} lines=${say(app, "projector.progress.secret")} /></p>
    </main>
    <${Foot} app=${app} />`;
}

/** Counted, and not shown yet. @param {{app: App, round: Round}} props */
function Closed({ app, round }) {
  const step = app.store.one("activity", round.activity);
  return html`<${Head} app=${app} lines=${read(app, step?.plan.title)} ended=${false} />
    <main class="plain"><p class="big"><${Lines} lines=${say(app, "projector.progress.closed")} /></p></main>
    <${Foot} app=${app} />`;
}

/** @param {App} app @param {Round} round */
function rule(app, { dots, max_per_item: most }) {
  return say(app, most < dots ? "projector.progress.rule" : "projector.progress.rule_free", { n: dots, most });
}

/** @param {{app: App, room: Room, done: number, of: number}} props */
function RoomProgress({ app, room, done, of }) {
  const lang = room.plan.language;
  const share = of > 0 ? (100 * done) / of : 0;
  const all = of > 0 && done === of;
  return html`<li style=${roomStyle(room.id)}>
    <p class="who"><${Mark} app=${app} room=${room.id} /><strong lang=${lang}>${ownName(room)}</strong></p>
    <div class="bar" aria-hidden="true"><span style=${{ width: `${share}%` }}></span></div>
    <p class="how-many" lang=${lang}>
      ${all && html`<${Icon} name="circle-check" />`}${translate(lang, "projector.progress.finished", { n: done, of })}
    </p>
  </li>`;
}

/** @param {{app: App, round: Round}} props */
export function Results({ app, round }) {
  const rows = results(round);
  const withDots = rows.filter((row) => row.sum > 0);
  const most = Math.max(1, ...rows.map((row) => row.sum));
  const pieces = withDots.map((row) => ({
    key: row.item.id,
    view: html`<${ResultRow} app=${app} round=${round} row=${row} most=${most} />`,
  }));
  const without = rows.length - withDots.length;
  if (without > 0) {
    const view = html`<p class="without"><${InOne} lines=${say(app, "projector.results.without", { n: without })} /></p>`;
    pieces.push({ key: "without", view });
  }
  const flow = { id: round.id, head: () => null, pieces: pieces.map((p) => ({ ...p, counted: p.key !== "without" })) };
  const voters = (/** @type {Room} */ room) =>
    round.voters?.[room.id] === undefined
      ? null
      : translate(room.plan.language, "projector.results.voters", { n: round.voters[room.id] });
  return html`<${Head} app=${app} lines=${say(app, "projector.results.title")} ended=${false} />
    <main class="results ${withDots.some((row) => row.tied) ? "ties" : ""}"><${Paged} key=${round.id} app=${app} flows=${[flow]} formats=${FORMATS} countable=${true} /></main>
    <${Foot} app=${app} kind="none" words=${voters} />`;
}

/** @param {{app: App, round: Round, row: Row, most: number}} props */
function ResultRow({ app, round, row, most }) {
  const { item, byRoom, sum, place, tied } = row;
  const [title, also] = inOrder(language.value, item.title, item.translation);
  return html`<article class="result">
    <div class="place"><span class="digits">${place}</span>${
      tied && html`<span class="tie">${t("projector.results.tie")}</span>`
    }</div>
    <div class="what">
      <h2>${title || html`<${InOne} lines=${say(app, nameless(item, "projector.board.unnamed"))} />`}</h2>
      ${also && html`<p class="also">${also}</p>`}
    </div>
    <div class="stack">
      <div class="stack-bars" style=${{ width: `${(100 * sum) / most}%` }}>
        ${roomsOf(app, round)
          .filter((room) => byRoom[room.id] > 0)
          .map(
            (
              room,
            ) => html`<span key=${room.id} class="part ${room.plan.dot}" style=${{ ...roomStyle(room.id), flexGrow: byRoom[room.id] }}
              ><${RoomDot} app=${app} room=${room.id} /><span class="visually-hidden" lang=${room.plan.language}>${ownName(room)} </span
              ><span class="digits">${byRoom[room.id]}</span></span
            >`,
          )}
      </div>
    </div>
    <p class="sum digits">${sum}</p>
  </article>`;
}

/** Asked for, but closed or not to be seen yet. @param {{app: App}} props */
export function NoResults({ app }) {
  return html`<${Head} app=${app} lines=${say(app, "projector.results.title")} ended=${false} />
    <main class="plain"><p class="big"><${Lines} lines=${say(app, "projector.results.soon")} /></p></main>
    <${Foot} app=${app} />`;
}
