/**
 * Commands on their way: each has an id of its own and is sent until answered, so a lost line never doubles or loses one.
 *
 * A *kept* command (what a person wrote or voted) waits as long as it takes, survives a reload, and when refused stays with
 * its reason until dismissed. Kept ones go one by one, the next when the one before is answered: an edit never overtakes
 * its note, and a full pocket of notes never runs into the server's limit. Others (a facilitator's acts) go at once and make
 * sense only now: without a line they fail after a moment.
 */

import { signal } from "./html.js";

/** @typedef {import("./types.js").Command} Command */
/** @typedef {import("./types.js").Answer} Answer */
/**
 * @typedef {object} Entry
 * @property {string} id
 * @property {Command} command
 * @property {"waiting"|"refused"} state
 * @property {boolean} kept
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
   * @param {string} person whose commands these are: the key of what is kept on the device
   */
  constructor(socket, person) {
    this.socket = socket;
    this.storageKey = `tcl-commands-${person}`;
    /** @type {import("./html.js").Signal<Entry[]>} what is not settled yet, oldest first */
    this.entries = signal(this.load());
    /** @type {Map<string, (answer: Answer) => void>} */
    this.waiting = new Map();
    /** Every kept command this page has known: what else lies on the device is another tab's. @type {Set<string>} */
    this.known = new Set(this.entries.peek().map((entry) => entry.id));
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.again = undefined;
    socket.onAnswer.push((message) => this.answered(message));
    socket.onLive.push(() => this.sendAll());
  }

  /**
   * Give a command; resolves when the server has kept or refused it (kept ones may take long).
   * @param {Command} command
   * @param {{kept?: boolean}} [options]
   * @returns {Promise<Answer>}
   */
  give(command, { kept = false } = {}) {
    const entry = /** @type {Entry} */ ({ id: newId(), command, state: "waiting", kept });
    const first = this.nextKept() === undefined;
    this.update([...this.entries.peek(), entry]);
    if (!kept) {
      setTimeout(() => this.giveUp(entry.id), GIVE_UP_AFTER);
      this.transmit(entry);
    } else if (first) this.sendKept();
    return new Promise((resolve) => this.waiting.set(entry.id, resolve));
  }

  /** Put away a refused command. @param {string} id */
  dismiss(id) {
    this.update(this.entries.peek().filter((entry) => entry.id !== id));
  }

  /** The line is back: everything that waits, and the kept ones from the first on. */
  sendAll() {
    for (const entry of this.entries.peek()) if (!entry.kept && entry.state === "waiting") this.transmit(entry);
    this.sendKept();
  }

  nextKept() {
    return this.entries.peek().find((entry) => entry.kept && entry.state === "waiting");
  }

  sendKept() {
    const entry = this.nextKept();
    if (!entry || !this.transmit(entry)) return;
    this.sendKeptIn(AGAIN_AFTER);
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

  /**
   * @param {string} id
   * @param {Answer} answer
   */
  settle(id, answer) {
    const entry = this.entries.peek().find((other) => other.id === id);
    if (!entry) return;
    if (answer.ok || !entry.kept) this.dismiss(id);
    else {
      const refused = { ...entry, state: /** @type {const} */ ("refused"), code: answer.code, message: answer.message };
      this.update(this.entries.peek().map((other) => (other.id === id ? refused : other)));
    }
    this.waiting.get(id)?.(answer);
    this.waiting.delete(id);
    if (entry.kept) this.sendKeptIn(PACE);
  }

  /** @param {Entry[]} entries */
  update(entries) {
    this.entries.value = entries;
    const kept = entries.filter((entry) => entry.kept);
    for (const entry of kept) this.known.add(entry.id);
    const others = this.load().filter((entry) => !this.known.has(entry.id));
    try {
      localStorage.setItem(this.storageKey, JSON.stringify([...others, ...kept]));
    } catch {
      // Private mode or a full store: it still waits in this page.
    }
  }

  /** @returns {Entry[]} */
  load() {
    try {
      return JSON.parse(localStorage.getItem(this.storageKey) ?? "[]");
    } catch {
      return [];
    }
  }
}
