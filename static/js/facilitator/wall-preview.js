/** One wall, small: what stands on it, in its own language. */

import { noteCount } from "../lib/board.js";
import { html, useEffect, useSignal } from "../lib/html.js";
import { inOrder, loadCatalogue, pick, translate } from "../lib/i18n.js";
import { joinCode } from "../lib/joining.js";
import { currentStep, nameless, nextStep, results, rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { boardOfStep, windowOf } from "../lib/windows.js";
import { Icon, TimerDigits } from "../ui/parts.js";
import { finished, ofHowMany } from "./participation.js";
import { LiveHalls, OnAirSmall } from "./wall-live.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Room} Room */
/** @typedef {import("../lib/types.js").Wall} Wall */

/** @param {{desk: Desk, room: Room, wall: Wall}} props */
export function Preview({ desk, room, wall }) {
  const { store } = desk;
  const code = store.one("stage", room.id)?.language ?? room.plan.language;
  const loaded = useSignal(0);
  useEffect(() => {
    loadCatalogue(code).then(() => {
      loaded.value += 1;
    });
  }, [code]);
  const timer = store.one("timer", room.id);
  if (wall.kind === "black") return html`<span class="preview shows-black"><${Icon} name="moon" /></span>`;
  const link = wall.kind === "live" && store.one("link", windowOf(store, room.id)?.id);
  if (link && link.status === "live") {
    const board = boardOfStep(store, room.id);
    return html`<${OnAirSmall} key=${loaded.value} desk=${desk} room=${room} link=${link} code=${code}
      cards=${board && html`<${MiniCards} desk=${desk} boardId=${board.id} />`} />`;
  }
  const big = wall.kind === "timer";
  return html`<span class="preview shows-${wall.kind}" lang=${code} key=${loaded.value}>
    <span class="preview-title">${titleOf(desk, room, wall, code)}</span>
    <span class="preview-body"><${Body} desk=${desk} room=${room} wall=${wall} code=${code} /></span>
    ${timer && html`<${TimerDigits} timer=${timer} class=${big ? "big" : ""} />`}
  </span>`;
}

/** @param {Desk} desk @param {Room} room @param {Wall} wall @param {string} code */
function titleOf({ store }, room, wall, code) {
  const step = currentStep(store, room.id);
  const boards = [...store.all("board").values()];
  switch (wall.kind) {
    case "board":
      return pick((store.one("board", wall.target ?? step?.plan.board) ?? boards[0])?.title, code);
    case "column":
      return pick(boards.flatMap((board) => board.columns).find((column) => column.id === wall.target)?.title, code);
    case "group": {
      const group = store.one("group", wall.target);
      return group ? (inOrder(code, group.title, group.translation)[0] ?? "") : "";
    }
    case "message":
      return wall.text;
    case "join":
      return pick(room.plan.welcome, code) || translate(code, "facilitator.wall.kind.join");
    case "live":
      return pick(windowOf(store, room.id)?.plan.title, code) || translate(code, "facilitator.wall.kind.live");
    case "agenda":
    case "timer":
      return translate(code, `facilitator.wall.kind.${wall.kind}`);
    case "progress":
    case "results":
      return (
        pick(store.one("activity", store.one("round", wall.target)?.activity)?.plan.title, code) ||
        pick(step?.plan.title, code)
      );
    default:
      return pick(step?.plan.title, code);
  }
}

/** @param {{desk: Desk, room: Room, wall: Wall, code: string}} props */
function Body({ desk, room, wall, code }) {
  const { store } = desk;
  const step = currentStep(store, room.id);
  if (wall.kind === "board") return html`<${MiniCards} desk=${desk} boardId=${wall.target ?? step?.plan.board} />`;
  if (wall.kind === "live") return html`<${LiveHalls} desk=${desk} room=${room} code=${code} />`;
  if (wall.kind === "join") return html`<span class="preview-code digits">${joinCode(desk.app)}</span>`;
  if (wall.kind === "results") {
    const round = store.one("round", wall.target);
    const top = round?.tally ? results(round).slice(0, 3) : [];
    return top.map(
      ({ item, sum }) =>
        html`<span key=${item.id} class="preview-line">${sum} · ${inOrder(code, item.title, item.translation)[0] || translate(code, nameless(item, "facilitator.group.untitled"))}</span>`,
    );
  }
  if (wall.kind === "progress") {
    const round = store.one("round", wall.target);
    if (round?.status === "closed") {
      const voted = Object.values(round.voters ?? {}).reduce((sum, one) => sum + one, 0);
      return html`<span class="preview-line">${translate(code, "facilitator.results.voters", { n: voted })}</span>`;
    }
    const counted = (round?.rooms ?? []).map((id) => ({ id, n: finished(store, round?.id ?? "", id) }));
    const n = counted.reduce((sum, one) => sum + one.n, 0);
    const of = counted.reduce((sum, one) => sum + ofHowMany(store, one.id, one.n), 0);
    return html`<span class="preview-line">${translate(code, "facilitator.part.done", { n, of })}</span>`;
  }
  if (wall.kind === "agenda") {
    const next = nextStep(store, room.id);
    return [step, next].map(
      (one) => one && html`<span key=${one.id} class="preview-line">${pick(one.plan.title, code)}</span>`,
    );
  }
  if (wall.kind === "auto" && step) return html`<span class="preview-line">${pick(step.plan.instruction, code)}</span>`;
  return null;
}

/** At most nine little cards, tinted in the rooms' shares of the board. @param {{desk: Desk, boardId: string | undefined}} props */
function MiniCards({ desk, boardId }) {
  const board = desk.store.one("board", boardId);
  if (!board) return null;
  if (board.hidden)
    return html`<span class="mini-numbers digits" aria-hidden="true">
      ${board.columns.map((column) => html`<span key=${column.id}>${noteCount(desk.store, board.id, column.id)}</span>`)}
    </span>`;
  const counts = rooms(desk.store).map((room) => ({ room, n: noteCount(desk.store, board.id, undefined, room.id) }));
  const all = counts.reduce((sum, { n }) => sum + n, 0);
  const shown = Math.min(9, all);
  const cards = counts.flatMap(({ room, n }) =>
    Array.from({ length: Math.round((n / Math.max(1, all)) * shown) }, () => room.id),
  );
  return html`<span class="mini-cards" aria-hidden="true">
    ${cards.slice(0, 9).map((room, at) => html`<span key=${at} style=${roomStyle(room)}></span>`)}
  </span>`;
}
