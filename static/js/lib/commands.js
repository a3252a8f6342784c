/**
 * Commands on their way: each has an id of its own and is sent until answered, so a lost line never doubles or loses one.
 *
 * A *kept* command (what a person wrote or voted) waits as long as it takes, survives a reload in the person's pocket
 * (pocket.js), and when refused stays with its reason until dismissed. All tabs of a person show the same ones; one of them
 * sends (turn.js). Kept ones go one by one, the next when the one before is answered: an edit never overtakes its note, and
 * a full pocket of notes never runs into the server's limit. Others (a facilitator's acts) go at once and make sense only
 * now: without a line they fail after a moment.
 */

import { effect, signal } from "./html.js";
import { Turn } from "./turn.js";

/** @typedef {import("./types.js").Command} Command */
/** @typedef {import("./types.js").Answer} Answer */
/**
 * @typedef {object} Entry
 * @property {string} id
 * @property {Command} command
 * @property {"waiting"|"refused"} state
 * @property {boolean} kept
 * @property {number} at when it was given, this device's clock, ms; always after those it can be about
 * @property {string} [code]
 * @property {string} [message]
 */

const GIVE_UP_AFTER = 8_000;
/** A kept command that is not answered on a live line is said again: it has the same id, so it counts once. */
const AGAIN_AFTER = 10_000;
/** Between two kept commands: stays below the ten a second the server takes from one line. */
const PACE = 110;
/** After "not saved" or "too fast". */
const AGAIN_SOON = 2_000;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

/** A new id for a command or for what it creates: 20 characters, about 103 bits. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(20)), (byte) => ALPHABET[byte % 36]).join("");
}

export class Commands {
  /**
   * @param {import("./socket.js").Socket} socket
   * @param {import("./pocket.js").Pocket} pocket of the person whose commands these are
   */
  constructor(socket, pocket) {
    const { person } = pocket;
    this.socket = socket;
    this.pocket = pocket;
    /** @type {import("./html.js").Signal<Entry[]>} what is not settled yet, oldest first */
    this.entries = signal([]);
    /** Whether all that waits is on the device too, and not in this page alone. */
    this.lasting = signal(true);
    /** @type {Map<string, (answer: Answer) => void>} */
    this.waiting = new Map();
    /** Ids of what is new or changed and not on the device yet. @type {Set<string>} */
    this.unsaved = new Set();
    /** What is over: whoever still finds it on the device comes too late. @type {Set<string>} */
    this.gone = new Set();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.again = undefined;
    this.turn = new Turn(`tcl-turn-${person}`, () => this.sendKept());
    this.tabs = globalThis.BroadcastChannel ? new BroadcastChannel(`tcl-commands-${person}`) : null;
    if (this.tabs) this.tabs.onmessage = ({ data }) => this.heard(data);
    this.loaded = false;
    this.saving = this.load();
    socket.onAnswer.push((message) => this.answered(message));
    socket.onLive.push(() => this.sendAll());
    addEventListener("pagehide", () => pocket.leaveBehind(this.unsavedEntries()));
    effect(() => {
      if (socket.status.value === "live") return;
      clearTimeout(this.again);
      this.turn.leave();
    });
  }

  async load() {
    try {
      const found = await this.pocket.load();
      const here = this.entries.peek();
      const older = found.filter(({ id }) => !this.gone.has(id) && !here.some((entry) => entry.id === id));
      this.entries.value = [...older, ...here];
    } catch {
      this.lasting.value = false;
    }
    this.loaded = true;
    this.sendKept();
  }

  /**
   * Give a command; resolves when the server has kept or refused it (kept ones may take long).
   * @param {Command} command
   * @param {{kept?: boolean}} [options]
   * @returns {Promise<Answer>}
   */
  give(command, { kept = false } = {}) {
    const at = Math.max(Date.now(), (this.entries.peek().at(-1)?.at ?? 0) + 1);
    const entry = /** @type {Entry} */ ({ id: newId(), command, state: "waiting", kept, at });
    const first = this.nextKept() === undefined;
    this.entries.value = [...this.entries.peek(), entry];
    if (!kept) {
      setTimeout(() => this.giveUp(entry.id), GIVE_UP_AFTER);
      this.transmit(entry);
    } else {
      this.save(entry.id);
      this.tabs?.postMessage({ entry });
      if (first) this.sendKept();
    }
    return new Promise((resolve) => this.waiting.set(entry.id, resolve));
  }

  /** Put away a refused command. @param {string} id */
  dismiss(id) {
    this.remove(id);
    this.tabs?.postMessage({ id });
  }

  /** The line is back: everything that waits, and the kept ones from the first on. */
  sendAll() {
    for (const entry of this.entries.peek()) if (!entry.kept && entry.state === "waiting") this.transmit(entry);
    this.turn.take();
    this.sendKept();
  }

  nextKept() {
    return this.entries.peek().find((entry) => entry.kept && entry.state === "waiting");
  }

  sendKept() {
    const entry = this.nextKept();
    if (!entry || !this.loaded || this.socket.status.peek() !== "live") return;
    clearTimeout(this.again);
    if (!this.turn.mine) this.again = setTimeout(() => this.turn.seize(), AGAIN_AFTER);
    else if (this.transmit(entry)) this.sendKeptIn(AGAIN_AFTER);
  }

  /** @param {number} delay */
  sendKeptIn(delay) {
    clearTimeout(this.again);
    this.again = setTimeout(() => this.sendKept(), delay);
  }

  /** @param {Entry} entry @returns {boolean} whether it went out */
  transmit(entry) {
    if (this.socket.status.peek() !== "live") return false;
    return this.socket.send({ type: "command", id: entry.id, command: entry.command });
  }

  /** @param {string} id */
  giveUp(id) {
    if (this.entries.peek().some((entry) => entry.id === id && entry.state === "waiting")) {
      this.settle(id, { ok: false, code: "offline", message: "", params: {} });
    }
  }

  /** @param {any} message */
  answered(message) {
    if (message.type === "ack") this.settle(message.id, { ok: true });
    else if ((message.type === "rejected" || message.type === "error") && message.id) {
      const { code, message: sentence, params = {} } = message;
      if (code === "not_saved") setTimeout(() => this.sendAll(), AGAIN_SOON);
      else this.settle(message.id, { ok: false, code, message: sentence, params });
    } else if (message.type === "error" && message.code === "too_fast") {
      // It does not say which message it turned away; what waits is all said again.
      setTimeout(() => this.sendAll(), AGAIN_SOON);
    }
  }

  /** What another tab of the same person has given, put away or been answered; or that the person has left. @param {any} told */
  heard({ entry, id, answer, left }) {
    if (left) this.pocket.empty().catch(() => undefined);
    else if (answer) this.settle(id, answer, true);
    else if (id) this.remove(id);
    else if (!this.gone.has(entry.id) && !this.entries.peek().some((other) => other.id === entry.id)) {
      const first = this.nextKept() === undefined;
      this.entries.value = [...this.entries.peek(), entry];
      // The tab that gave it may be gone before the device has it.
      this.save(entry.id);
      if (first) this.sendKept();
    }
  }

  /**
   * @param {string} id
   * @param {Answer} answer
   * @param {boolean} [elsewhere] by another tab, which has told all others and the device
   */
  settle(id, answer, elsewhere = false) {
    const entry = this.entries.peek().find((other) => other.id === id);
    if (!entry) return;
    if (!entry.kept) this.entries.value = this.entries.peek().filter((other) => other !== entry);
    else if (answer.ok) this.remove(id);
    else {
      const refused = { ...entry, state: /** @type {const} */ ("refused"), code: answer.code, message: answer.message };
      this.entries.value = this.entries.peek().map((other) => (other.id === id ? refused : other));
      if (!elsewhere) this.save(id);
    }
    this.waiting.get(id)?.(answer);
    this.waiting.delete(id);
    if (!entry.kept) return;
    if (!elsewhere) this.tabs?.postMessage({ id, answer });
    this.sendKeptIn(PACE);
  }

  /** A kept one is over. @param {string} id */
  remove(id) {
    this.entries.value = this.entries.peek().filter((entry) => entry.id !== id);
    this.unsaved.delete(id);
    this.gone.add(id);
    // One that stays behind is said again one day, and has been answered already.
    this.pocket.drop(id).catch(() => undefined);
  }

  /** Everything that waits or was refused is over, here and in other tabs. */
  forget() {
    for (const { id } of this.entries.peek()) this.dismiss(id);
  }

  /** @param {string} id */
  save(id) {
    this.unsaved.add(id);
    this.saving = this.saving.then(() => this.saveAll());
  }

  unsavedEntries() {
    return this.entries.peek().filter((entry) => this.unsaved.has(entry.id));
  }

  /** What the device would not take waits in this page, and is tried again with the next. */
  async saveAll() {
    const entries = this.unsavedEntries();
    if (entries.length === 0) return;
    try {
      await this.pocket.keep(entries);
      const now = this.entries.peek();
      // One that has changed meanwhile is not on the device as it is.
      for (const entry of entries) if (now.includes(entry)) this.unsaved.delete(entry.id);
      this.lasting.value = true;
    } catch {
      this.lasting.value = false;
    }
  }
}
