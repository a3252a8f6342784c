/** A counted round: by room and together, ties as ties; shown, hidden, put on the wall, repeated. */

import { html, useState } from "../lib/html.js";
import { inOrder, language, pick, t } from "../lib/i18n.js";
import { nameless, results, rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { Icon, Mark } from "../ui/parts.js";
import { inWords } from "./voting.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Round} Round */
/** @typedef {ReturnType<typeof results>[number]} Row */

const FIRST = 12;
const FRONT = 3;

/** What a second round is about: those that share the first place, else the first three places. @param {Row[]} rows */
function front(rows) {
  const leading = rows.filter((row) => row.place === 1 && row.sum > 0);
  return leading.length > 1 ? leading : rows.filter((row) => row.place <= FRONT && row.sum > 0);
}

/** @param {{desk: Desk, round: Round, open: Round | undefined, onRepeat: (items: string[]) => void}} props */
export function Results({ desk, round, open, onRepeat }) {
  const [all, setAll] = useState(false);
  const { store } = desk;
  const rows = results(round);
  const most = Math.max(1, ...rows.map((row) => row.sum));
  const voters = round.voters ?? {};
  const counted = rooms(store).filter((room) => round.rooms.includes(room.id));
  const shown = all ? rows : rows.slice(0, FIRST);
  return html`<section class="panel results" aria-label=${t("facilitator.round", { n: round.number })}>
    <h3>${t("facilitator.results.title", { n: round.number })}</h3>
    <p class="muted">${inWords(round)}</p>
    <ul class="voters">
      ${counted.map(
        (room) => html`<li key=${room.id} style=${roomStyle(room.id)}>
          <${Mark} app=${desk.app} room=${room.id} />${pick(room.plan.name)}: ${t("facilitator.results.voters", { n: voters[room.id] ?? 0 })}
        </li>`,
      )}
    </ul>
    <${Acts} desk=${desk} round=${round} open=${open} rows=${rows} onRepeat=${onRepeat} />
    <ol class="result-list">
      ${shown.map((row) => html`<${ResultRow} key=${row.item.id} desk=${desk} row=${row} most=${most} counted=${counted} />`)}
    </ol>
    ${
      rows.length > FIRST &&
      html`<button type="button" class="button" aria-expanded=${String(all)} onClick=${() => setAll(!all)}>
        ${t(all ? "facilitator.results.fewer" : "facilitator.results.all", { n: rows.length })}
      </button>`
    }
  </section>`;
}

/** @param {{desk: Desk, round: Round, open: Round | undefined, rows: Row[], onRepeat: (items: string[]) => void}} props */
function Acts({ desk, round, open, rows, onRepeat }) {
  const { room } = desk;
  const wall = desk.store.one("stage", room)?.wall;
  const onWall = wall?.kind === "results" && wall.target === round.id;
  const show = () =>
    desk.act(
      { type: "ShowRound", round_id: round.id, shown: !round.shown },
      { done: t(round.shown ? "facilitator.results.hidden_now" : "facilitator.results.shown_now") },
    );
  const toWall = () =>
    desk.act(
      { type: "SetWall", room, kind: onWall ? "auto" : "results", target: onWall ? null : round.id },
      { done: t("facilitator.wall.set") },
    );
  const reason = open && t("facilitator.voting.still_open");
  const again = (/** @type {string[]} */ items) => (reason ? desk.toast("notice", reason) : onRepeat(items));
  const leading = front(rows);
  return html`<div class="form-acts">
    <button type="button" class="button ${round.shown ? "" : "go"}" aria-pressed=${String(round.shown)} onClick=${show}>
      <${Icon} name=${round.shown ? "eye-off" : "eye"} />${t(round.shown ? "facilitator.results.hide" : "facilitator.results.show")}
    </button>
    <button type="button" class="button" aria-pressed=${String(onWall)} onClick=${toWall}>
      <${Icon} name="presentation" />${t(onWall ? "facilitator.results.off_wall" : "facilitator.results.on_wall")}
    </button>
    <button type="button" class="button" aria-disabled=${reason ? "true" : undefined} title=${reason} onClick=${() => again([])}>
      <${Icon} name="refresh-cw" />${t("facilitator.results.again")}
    </button>
    ${
      leading.length > 1 &&
      html`<button
        type="button"
        class="button"
        aria-disabled=${reason ? "true" : undefined}
        title=${reason}
        onClick=${() => again(leading.map((row) => row.item.id))}
      >
        <${Icon} name="vote" />${t("facilitator.results.again_front", { n: leading.length })}
      </button>`
    }
  </div>`;
}

/** @param {{desk: Desk, row: Row, most: number, counted: import("../lib/types.js").Room[]}} props */
function ResultRow({ desk, row, most, counted }) {
  const { item, byRoom, sum, place, tied } = row;
  const [title, also] = inOrder(language.value, item.title, item.translation);
  const carried = counted.length > 1 && counted.every((room) => (byRoom[room.id] ?? 0) > 0);
  return html`<li class="result ${sum === 0 ? "none" : ""}">
    <span class="place digits">${sum > 0 ? `${place}.` : ""}</span>
    <div class="result-what">
      <p class="result-title">${title || t(nameless(item, "facilitator.group.untitled"))}</p>
      ${also && html`<p class="muted">${also}</p>`}
      <p class="result-tags">
        ${tied && sum > 0 && html`<span class="tag">${t("facilitator.results.tied")}</span>`}
        ${carried && html`<span class="tag both">${t("facilitator.results.carried")}</span>`}
      </p>
    </div>
    <div class="result-bars">
      ${counted.map(
        (room) => html`<span key=${room.id} class="result-bar" style=${roomStyle(room.id)}>
          <${Mark} app=${desk.app} room=${room.id} />
          <span class="bar" aria-hidden="true"><span style=${{ width: `${((byRoom[room.id] ?? 0) / most) * 100}%` }}></span></span>
          <span class="digits light">${byRoom[room.id] ?? 0}</span>
        </span>`,
      )}
    </div>
    <strong class="sum digits" aria-label=${t("facilitator.dots", { n: sum })}>${sum}</strong>
  </li>`;
}
