/** Choosing what one's own room's projector shows, and in which language. */

import { html, useState } from "../lib/html.js";
import { inOrder, LANGUAGES, language, pick, t } from "../lib/i18n.js";
import { currentStep } from "../lib/session.js";
import { Icon } from "../ui/parts.js";
import { Box } from "./box.js";
import { Segments, TextField } from "./fields.js";
import { PairDialog } from "./pair.js";
import { characters, languageName, roomName } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").WallKind} WallKind */
/** @typedef {{kind: WallKind, target: string | null, text: string, reason?: string}} Choice */

const ICONS = {
  auto: "refresh-cw",
  board: "sticky-note",
  column: "columns-3",
  group: "group",
  progress: "vote",
  results: "check-check",
  timer: "timer",
  join: "qr-code",
  agenda: "list",
  message: "message-square",
  black: "moon",
  live: "video",
};

/** @param {Desk} desk @param {WallKind} kind @param {string | null} [target] @param {string} [text] */
function setWall(desk, kind, target = null, text = "") {
  return desk.act({ type: "SetWall", room: desk.room, kind, target, text }, { done: t("facilitator.wall.set") });
}

/** @param {{desk: Desk}} props */
export function WallDialog({ desk }) {
  const { store, room } = desk;
  const stage = store.one("stage", room);
  const name = roomName(store, room);
  if (!stage) return null;
  const setLanguage = (/** @type {string} */ code) =>
    desk.act({ type: "SetWallLanguage", room, language: code }, { done: t("facilitator.wall.set") });
  const actions = html`<button type="button" class="button quiet" onClick=${() => desk.show(PairDialog)}>
      <${Icon} name="presentation" />${t("facilitator.pair.title")}
    </button>
    <span class="spread"></span>
    <button type="button" class="button primary" onClick=${() => desk.close()}>${t("facilitator.finished")}</button>`;
  return html`<${Box} desk=${desk} title=${t("facilitator.wall.dialog", { room: name })} class="wide" actions=${actions}>
    <div class="wall-choices">
      ${choices(desk).map((choice) => html`<${WallChoice} key=${choice.kind + choice.target} desk=${desk} choice=${choice} />`)}
    </div>
    <${Message} desk=${desk} />
    <span class="label" aria-hidden="true">${t("facilitator.wall.language")}</span>
    <${Segments}
      label=${t("facilitator.wall.language")}
      value=${stage.language}
      options=${LANGUAGES.map((code) => ({ value: code, text: languageName(code) }))}
      onChange=${setLanguage}
    />
  <//>`;
}

/** @param {Desk} desk @returns {(Choice & {title: string})[]} */
function choices({ store, room }) {
  const step = currentStep(store, room);
  const boards = [...store.all("board").values()];
  const own = boards.find((board) => board.id === step?.plan.board) ?? boards[0];
  const groups = [...store.all("group").values()].filter((group) => group.board === own?.id && group.title);
  const rounds = [...store.all("round").values()].sort((a, b) => b.opened_at - a.opened_at);
  const roundName = (/** @type {import("../lib/types.js").Round} */ round) =>
    `${pick(store.one("activity", round.activity)?.plan.title)}, ${t("facilitator.round", { n: round.number })}`;
  const make = (/** @type {WallKind} */ kind, /** @type {string | null} */ target = null, title = "") => ({
    kind,
    target,
    text: "",
    title,
  });
  return [
    make("auto"),
    make("join"),
    make("agenda"),
    make("timer"),
    ...boards.map((board) => make("board", board.id, pick(board.title))),
    ...(own?.columns ?? []).map((column) => make("column", column.id, pick(column.title))),
    ...groups.map((group) => make("group", group.id, inOrder(language.value, group.title, group.translation)[0] ?? "")),
    ...rounds.map((round) => make(round.status === "open" ? "progress" : "results", round.id, roundName(round))),
    make("black"),
  ];
}

/** @param {{desk: Desk, choice: Choice & {title: string}}} props */
function WallChoice({ desk, choice }) {
  const { kind, target, title } = choice;
  const wall = desk.store.one("stage", desk.room)?.wall;
  const on = wall?.kind === kind && (wall.target ?? null) === target;
  const hidden = kind === "results" && desk.store.one("round", target)?.shown === false;
  return html`<button type="button" class="choice" aria-pressed=${String(on)} onClick=${() => setWall(desk, kind, target)}>
    <${Icon} name=${ICONS[kind]} />
    <span class="what">
      <strong>${t(`facilitator.wall.kind.${kind}`)}</strong>
      <span class="why">${title || t(`facilitator.wall.why.${kind}`)}</span>
      ${hidden && html`<span class="why warn">${t("facilitator.wall.makes_public")}</span>`}
    </span>
    ${on && html`<${Icon} name="check" />`}
  </button>`;
}

/** @param {{desk: Desk}} props */
function Message({ desk }) {
  const wall = desk.store.one("stage", desk.room)?.wall;
  const [text, setText] = useState(wall?.kind === "message" ? wall.text : "");
  const limit = desk.app.socket.limits.value?.message_chars ?? 280;
  const reason = text.trim() === "" || characters(text) > limit;
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!reason) setWall(desk, "message", null, text.trim());
  };
  return html`<form class="message-form" onSubmit=${send}>
    <${TextField} label=${t("facilitator.wall.message")} value=${text} limit=${limit} rows=${2} onInput=${setText} />
    <button type="submit" class="button" aria-disabled=${reason ? "true" : undefined} title=${reason ? t("facilitator.note.empty") : undefined}>
      <${Icon} name="send" />${t("facilitator.wall.show_message")}
    </button>
  </form>`;
}
