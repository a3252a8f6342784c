/** What this screen knows beside the store, and the one way to give a command from it. */

import { newId } from "../lib/commands.js";
import { computed, signal } from "../lib/html.js";
import { t } from "../lib/i18n.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Command} Command */
/** @typedef {{text: string, commands: Command[]}} Undo  commands that take an act back, in this order */
/** @typedef {{id: number, kind: "done"|"error"|"notice"|"reminder"|"offline", text: string, undo: Undo | null, at: number, holds: () => boolean}} Toast  `at`: when it came; `holds`: whether it is still true */
/** @typedef {{component: Function, props: Record<string, any>, since: number}} Shown  `since`: the last toast before it */
/** @typedef {{anchor: HTMLElement, label: string, content: () => import("../lib/html.js").VNode}} OpenMenu */

const TOASTS = 3;
const UNDO_STEPS = 50;
/** Ids made for each press: two presses of one act differ in nothing else. */
const OWN_IDS = ["group_id", "note_id", "round_id", "invitation_id"];
const MAKING = ["GroupNotes", "AddNote", "StartRound", "InviteFacilitator"];

export class Desk {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.store = app.store;
    /** The facilitator's own room. */
    this.room = app.boot.room;
    /** What the middle shows: a board by id, "step", or null to follow the room's step. @type {import("../lib/html.js").Signal<string | null>} */
    this.view = signal(null);
    this.search = signal("");
    /** @type {import("../lib/html.js").Signal<Set<string>>} notes ticked on the board */
    this.selected = signal(new Set());
    /** @type {import("../lib/html.js").Signal<string | null>} the card or group that is the board's one tab stop */
    this.focused = signal(null);
    this.dragging = signal(false);
    /** @type {import("../lib/html.js").Signal<Shown | null>} */
    this.dialog = signal(null);
    /** @type {import("../lib/html.js").Signal<OpenMenu | null>} */
    this.menu = signal(null);
    /** @type {import("../lib/html.js").Signal<"agenda"|"board"|"hall">} what a narrow screen shows */
    this.tab = signal("board");
    /** @type {import("../lib/html.js").Signal<Toast[]>} */
    this.toasts = signal([]);
    /** What the one live region says. */
    this.said = signal("");
    /** @type {import("../lib/html.js").Signal<Undo[]>} */
    this.history = signal([]);
    /** Steps this person opened just now: of these no notice is needed. @type {Set<string>} */
    this.ownSteps = new Set();
    this.toastCount = 0;
    /** Acts that are not answered yet, in words to compare them by. @type {Set<string>} */
    this.underWay = new Set();
    /** Dots of the latest closed round of each item, by item and room. */
    this.dots = computed(() => this.latestTallies());
  }

  /**
   * Give a command; a refusal is shown with the server's sentence, an undoable act with an "undo" toast. Without a line
   * nothing is given: who presses must know at once.
   * @param {Command | Command[]} commands given together, in this order
   * @param {{done?: string, undo?: Command[]}} [options] `done`: the sentence that says what happened
   * @returns {Promise<boolean>} whether all of them were done
   */
  async act(commands, { done, undo } = {}) {
    const given = [commands].flat();
    const act = inWords(given);
    if (this.underWay.has(act)) return false;
    if (!this.reachable()) return false;
    this.underWay.add(act);
    const answers = await Promise.all(given.map((command) => this.app.commands.give(command)));
    this.underWay.delete(act);
    const refused = answers.find((answer) => !answer.ok);
    if (refused && !refused.ok) {
      if (refused.code === "offline") this.toast("offline", t("facilitator.error.offline"));
      else this.toast("error", refused.message);
      return false;
    }
    const entry = undo ? { text: done ?? "", commands: undo } : null;
    if (entry) this.history.value = [...this.history.peek(), entry].slice(-UNDO_STEPS);
    if (done) this.toast("done", done, entry);
    return true;
  }

  /** Whether an act can reach the server; else it is said that it cannot. While the page opens, acts wait for the line. */
  reachable() {
    const status = this.app.socket.status.peek();
    if (status === "live" || status === "connecting") return true;
    this.toast("offline", t(status === "stopped" ? "facilitator.error.stopped" : "facilitator.error.offline"));
    return false;
  }

  /** Take back the given act, or the last one. @param {Undo} [entry] */
  async undo(entry = this.history.peek().at(-1)) {
    if (!entry) {
      this.say(t("facilitator.undo.nothing"));
      return;
    }
    // What cannot be taken back now can be later.
    if (!this.reachable()) return;
    this.history.value = this.history.peek().filter((other) => other !== entry);
    this.toasts.value = this.toasts.peek().filter((toast) => toast.undo !== entry);
    await this.act(entry.commands, { done: t("facilitator.undo.done", { what: entry.text }) });
  }

  /**
   * @param {Toast["kind"]} kind
   * @param {string} text
   * @param {Undo | null} [undo]
   * @param {() => boolean} [holds] shown only as long as it does
   */
  toast(kind, text, undo = null, holds = () => true) {
    this.toastCount += 1;
    // Not a pile: the same sentence again is the newer one alone, and the latest notice makes those before it old news.
    const isOld = (/** @type {Toast} */ toast) => toast.text === text || (kind === "notice" && toast.kind === kind);
    const others = this.toasts.peek().filter((toast) => !isOld(toast));
    this.toasts.value = [...others, { id: this.toastCount, kind, text, undo, at: Date.now(), holds }].slice(-TOASTS);
    this.say(text);
  }

  /** The line is back: that there was none is no news any more. */
  dismissOffline() {
    this.toasts.value = this.toasts.peek().filter((toast) => toast.kind !== "offline");
  }

  /** @param {number} id */
  dismiss(id) {
    this.toasts.value = this.toasts.peek().filter((toast) => toast.id !== id);
  }

  /** Say something to a screen reader. @param {string} text */
  say(text) {
    // The same sentence twice must be a change, or it is not read again.
    this.said.value = this.said.peek() === text ? `${text}\u00a0` : text;
  }

  /** Open a dialog. @param {Function} component @param {Record<string, any>} [props] */
  show(component, props = {}) {
    this.menu.value = null;
    this.dialog.value = { component, props, since: this.toastCount };
  }

  close() {
    this.dialog.value = null;
  }

  /** @param {string} id @param {boolean} [on] */
  select(id, on) {
    const next = new Set(this.selected.peek());
    if (on ?? !next.has(id)) next.add(id);
    else next.delete(id);
    this.selected.value = next;
  }

  unselect() {
    this.selected.value = new Set();
  }

  /** @returns {Record<string, Record<string, number>>} */
  latestTallies() {
    /** @type {Record<string, import("../lib/types.js").Round>} */
    const latest = {};
    for (const round of this.store.all("round").values()) {
      const known = latest[round.board];
      if (round.tally && (!known || round.opened_at > known.opened_at)) latest[round.board] = round;
    }
    return Object.assign({}, ...Object.values(latest).map((round) => round.tally));
  }
}

/** An act to compare with others; only +1 and −1 minute mean more when given twice. @param {Command[]} commands */
function inWords(commands) {
  return JSON.stringify(
    commands.map((command) => {
      if (command.type === "ExtendTimer") return newId();
      if (!MAKING.includes(command.type)) return command;
      return Object.entries(command).filter(([name]) => !OWN_IDS.includes(name));
    }),
  );
}
