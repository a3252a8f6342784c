/** One's own notes of this step: what has arrived, what waits, what was refused; each can be changed and taken back. */

import { html, useLayoutEffect, useRef, useSignal } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { phoneStep } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { Icon } from "../ui/parts.js";
import { ownCards } from "./own.js";
import { notify, say } from "./status.js";
import { lengthOf, shortly } from "./texts.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Activity} Activity */
/** @typedef {import("../lib/types.js").Board} Board */
/** @typedef {import("./drafts.js").Drafts} Drafts */
/** @typedef {import("./own.js").OwnCard} OwnCard */

/** @param {{app: App, step: Activity, board: Board, drafts: Drafts}} props */
export function OwnNotes({ app, step, board, drafts }) {
  const cards = ownCards(app, step.id);
  if (cards.length === 0) return null;
  const waiting = cards.filter((card) => card.waiting).length;
  const live = app.socket.status.value === "live";
  const sent = cards.filter((card) => !card.waiting && !card.refused && card.status !== "withdrawn").length;
  const summary = [
    t("phone.own.sent", { n: sent }),
    waiting > 0 && t(`phone.own.${live ? "sending" : "waiting"}`, { n: waiting }),
  ];
  return html`<section class="own" aria-labelledby="own-heading" style=${roomStyle(app.boot.room)}>
    <div class="section-head">
      <h2 id="own-heading">${t("phone.own.title")}</h2>
      <p>${summary.filter(Boolean).join(" · ")}</p>
    </div>
    ${waiting > 0 && !live && app.asOf.value === null && html`<${Waits} app=${app} />`}
    <ul class="cards">
      ${cards.map((card) => html`<${Card} key=${card.id} app=${app} card=${card} board=${board} drafts=${drafts} />`)}
    </ul>
  </section>`;
}

/** How long what waits will be there: the device may have refused to take it. @param {{app: App}} props */
function Waits({ app }) {
  return html`<p class="waits">${t(`phone.own.${app.commands.lasting.value ? "lasting" : "fleeting"}`)}</p>`;
}

/** @param {{app: App, card: OwnCard, board: Board, drafts: Drafts}} props */
function Card({ app, card, board, drafts }) {
  const editing = useSignal(drafts.read(`edit-${card.id}`).text !== "");
  const columns = board.columns.length > 1 && board.columns.find((column) => column.id === card.column);
  if (card.refused) return html`<li><${Refused} app=${app} entry=${card.refused} /></li>`;
  if (card.status === "withdrawn") return html`<li><${Withdrawn} app=${app} card=${card} /></li>`;
  if (editing.value && card.status === "active" && !board.locked) {
    return html`<li><${Edit} app=${app} card=${card} drafts=${drafts} onClose=${() => (editing.value = false)} /></li>`;
  }
  const state = card.status === "archived" ? "archived" : card.waiting ? "waiting" : "arrived";
  return html`<li class="note own-note ${state}">
    <p class="text" lang=${card.language}>${card.text}</p>
    <p class="by">
      <span class="state"><${State} app=${app} state=${state} /></span>
      ${columns && html`<span>${pick(columns.title)}</span>`}
      ${
        state !== "archived" &&
        !board.locked &&
        html`<button class="link" onClick=${() => (editing.value = true)}>
        ${t("phone.own.edit")}<span class="visually-hidden">: ${shortly(card.text)}</span>
      </button>`
      }
    </p>
  </li>`;
}

/** @param {{app: App, state: "archived"|"waiting"|"arrived"}} props */
export function State({ app, state }) {
  const icon = { archived: "archive", waiting: "refresh-cw", arrived: "check" }[state];
  const line = state !== "waiting" ? state : app.socket.status.value === "live" ? "waiting_short" : "waiting_long";
  return html`<${Icon} name=${icon} /> ${t(`phone.own.${line}`)}`;
}

/** @param {{app: App, card: OwnCard, drafts: Drafts, onClose: () => void}} props */
function Edit({ app, card, drafts, onClose }) {
  const box = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const over = useSignal(0);
  const key = `edit-${card.id}`;
  const most = app.socket.limits.value?.note_chars ?? 500;
  // Before it is seen: what somebody quick has typed by then must not be written over.
  useLayoutEffect(() => {
    if (!box.current) return;
    const draft = drafts.read(key).text;
    box.current.value = draft || card.text;
    if (!draft) box.current.focus();
  }, []);
  const close = () => {
    drafts.write(key, { text: "" });
    onClose();
    // The link it was opened with is back in the next frame.
    const item = box.current?.closest("li");
    requestAnimationFrame(() => item?.querySelector("button")?.focus());
  };
  const onInput = () => {
    const text = box.current?.value ?? "";
    over.value = lengthOf(text) - most;
    drafts.write(key, { text: text === card.text ? "" : text });
  };
  const save = () => {
    const text = box.current?.value.trim() ?? "";
    if (over.value > 0 || text === "") return box.current?.focus();
    if (text !== card.text) app.commands.give({ type: "EditNote", note_id: card.id, text }, { kept: true });
    close();
  };
  const withdraw = () => {
    app.commands.give({ type: "WithdrawNote", note_id: card.id }, { kept: true });
    const undo = () => app.commands.give({ type: "RestoreNote", note_id: card.id }, { kept: true });
    notify({ text: t("phone.own.withdrawn_notice"), action: t("phone.undo"), run: undo });
    close();
  };
  return html`<div class="note edit">
    <textarea class="field" rows="3" ref=${box} aria-label=${t("phone.own.edit_label")} onInput=${onInput}></textarea>
    ${over.value > 0 && html`<p class="error">${t("phone.write.long", { n: over.value })}</p>`}
    <div class="edit-actions">
      <button class="button primary" onClick=${save}>${t("phone.own.save")}</button>
      <button class="button" onClick=${close}>${t("phone.cancel")}</button>
      <button class="button stop" onClick=${withdraw}>${t("phone.own.withdraw")}</button>
    </div>
  </div>`;
}

/** @param {{app: App, card: OwnCard}} props */
function Withdrawn({ app, card }) {
  const restore = () => app.commands.give({ type: "RestoreNote", note_id: card.id }, { kept: true });
  return html`<div class="withdrawn">
    <p><span lang=${card.language}>${shortly(card.text)}</span> <span>${t("phone.own.withdrawn")}</span></p>
    <button class="link" onClick=${restore}>
      ${t("phone.own.restore")}<span class="visually-hidden">: ${shortly(card.text)}</span>
    </button>
  </div>`;
}

/**
 * A note the server would not take: why, and the text, which is nobody's but the writer's to throw away.
 * @param {{app: App, entry: import("../lib/commands.js").Entry}} props
 */
export function Refused({ app, entry }) {
  const text = String(entry.command.text ?? "");
  const written = app.store.one("own_note", String(entry.command.note_id))?.activity;
  const current = phoneStep(app.store, app.boot.room)?.id === (entry.command.activity_id ?? written);
  const again = () => {
    app.commands.dismiss(entry.id);
    app.commands.give(entry.command, { kept: true });
  };
  return html`<div class="note refused">
    <p class="text" lang=${entry.command.language}>${text}</p>
    <p class="error"><${Icon} name="circle-alert" /> ${t("phone.note.refused")} ${entry.message}</p>
    <div class="edit-actions">
      ${current && html`<button class="button" onClick=${again}>${t("phone.note.again")}</button>`}
      <${CopyButton} text=${text} />
      <button class="button quiet" onClick=${() => app.commands.dismiss(entry.id)}>${t("phone.note.discard")}</button>
    </div>
  </div>`;
}

/** @param {{text: string}} props */
export function CopyButton({ text }) {
  const copy = async () => {
    await copyText(text);
    say(t("phone.note.copied"));
  };
  return html`<button class="button" onClick=${copy}><${Icon} name="copy" /> ${t("phone.note.copy")}</button>`;
}

/** @param {string} text */
async function copyText(text) {
  // Only a secure page has the clipboard; elsewhere it takes what is selected.
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const box = document.createElement("textarea");
  box.value = text;
  document.body.append(box);
  box.select();
  document.execCommand("copy");
  box.remove();
  before?.focus();
}
