/** What the room's wall shows, by its kind. A kind whose object is gone falls back to what the step itself has to say. */

import { html } from "../lib/html.js";
import { currentStep, roundsOf, wallOf } from "../lib/session.js";
import { boardOfStep } from "../lib/windows.js";
import { Agenda } from "./agenda.js";
import { BoardWall, ColumnWall, GroupWall } from "./boards.js";
import { Controls } from "./controls.js";
import { useTimeUp } from "./head.js";
import { Join } from "./join.js";
import { airOf, Live } from "./live.js";
import { Black, Break, Connecting, Instruction, isShownOut, Message, Stopped, TimerAlone } from "./plain.js";
import { StillOnAir } from "./still-on-air.js";
import { NoResults, Progress, Results } from "./voting.js";
import { read } from "./words.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Wall} WallOrder */
/** @typedef {import("./station.js").Station} Station */

/** Walls on which the end of a timer has nothing to say: what was to be done is done, or has not begun. */
const CALM = ["black", "results", "join", "agenda"];

/** @param {App} app @param {WallOrder} order */
function isCalm({ store }, { kind, target }) {
  return CALM.includes(kind) || (kind === "progress" && store.one("round", target)?.status === "closed");
}

/** @param {{app: App, station: Station}} props */
export function Wall({ app, station }) {
  const { store, boot } = app;
  const up = useTimeUp(app);
  if (!store.ready.value || isShownOut(app))
    return html`<div class="wall of-join"><${Connecting} app=${app} /><${Controls} app=${app} station=${station} /></div>`;
  const order = wallOf(store, boot.room);
  const over = up && !isCalm(app, order) ? "over" : "";
  const stopped = app.socket.status.value === "stopped" && order.kind !== "black";
  return html`<div class="wall of-${order.kind} ${over}">
    ${viewOf(app, order, station)}
    ${!(order.kind === "live" && airOf(app, station)) && html`<${StillOnAir} app=${app} />`}
    ${stopped && html`<aside><${Stopped} app=${app} /></aside>`}
    <${Controls} app=${app} station=${station} />
  </div>`;
}

/** @param {App} app @param {WallOrder} order @param {Station} station */
function viewOf(app, order, station) {
  const step = currentStep(app.store, app.boot.room);
  switch (order.kind) {
    case "join":
      return html`<${Join} app=${app} />`;
    case "agenda":
      return html`<${Agenda} app=${app} />`;
    case "timer":
      return html`<${TimerAlone} app=${app} title=${read(app, step?.plan.title)} />`;
    case "message":
      return html`<${Message} app=${app} text=${order.text} />`;
    case "black":
      return html`<${Black} />`;
    case "live":
      return html`<${Live} app=${app} station=${station} />`;
    case "progress":
    case "results":
      return voteOf(app, order) ?? stepView(app);
    case "board":
    case "column":
    case "group":
      return boardView(app, order) ?? stepView(app);
    default:
      return stepView(app);
  }
}

/** @param {App} app @param {WallOrder} order */
function boardView(app, { kind, target }) {
  const { store } = app;
  const group = kind === "group" ? store.one("group", target) : undefined;
  if (group) return html`<${GroupWall} app=${app} group=${group} />`;
  const board = (kind === "board" && store.one("board", target)) || boardOfStep(store, app.boot.room);
  if (kind === "column") {
    const all = [board, ...store.all("board").values()].filter((one) => one !== undefined);
    for (const one of all) {
      const column = one.columns.find(({ id }) => id === target);
      if (column) return html`<${ColumnWall} app=${app} board=${one} column=${column} />`;
    }
  }
  return board && html`<${BoardWall} app=${app} board=${board} />`;
}

/** @param {App} app @param {WallOrder} order */
function voteOf(app, { kind, target }) {
  const { store, boot } = app;
  const step = store.one("stage", boot.room)?.activity;
  const round = store.one("round", target) ?? (step ? roundsOf(store, step).at(-1) : undefined);
  if (!round) return null;
  if (kind === "results") return html`<${round.tally ? Results : NoResults} app=${app} round=${round} />`;
  return html`<${Progress} app=${app} round=${round} />`;
}

/** @param {App} app */
function stepView(app) {
  const step = currentStep(app.store, app.boot.room);
  if (!step) return html`<${Join} app=${app} />`;
  if (step.plan.type === "break") return html`<${Break} app=${app} step=${step} />`;
  return html`<${Instruction} app=${app} step=${step} />`;
}
