/** What a person began to write, kept on the device until sent or thrown away: no reload, step or timer takes it. */

import { signal } from "../lib/html.js";

/** @typedef {{text: string, column?: string}} Draft */

/** Counted up when a list of drafts may have changed; typing a letter does not. */
const changes = signal(0);
/** For private mode and full stores. @type {Map<string, string>} */
const memory = new Map();

export class Drafts {
  /** @param {string} person */
  constructor(person) {
    this.prefix = `tcl-draft-${person}-`;
  }

  /** @param {string} key an activity's id, or "edit-" and a note's @returns {Draft} */
  read(key) {
    const name = this.prefix + key;
    try {
      return JSON.parse(memory.get(name) ?? localStorage.getItem(name) ?? '{"text":""}');
    } catch {
      return { text: "" };
    }
  }

  /** @param {string} key @param {Draft} draft */
  write(key, draft) {
    const name = this.prefix + key;
    const before = this.read(key).text;
    try {
      if (draft.text || draft.column) localStorage.setItem(name, JSON.stringify(draft));
      else localStorage.removeItem(name);
      memory.delete(name);
    } catch {
      memory.set(name, JSON.stringify(draft));
    }
    if (!before !== !draft.text) changes.value += 1;
  }

  /** The device may forget this person; what they see they keep, while this page is open. */
  hold() {
    for (const [key, draft] of this.all()) memory.set(this.prefix + key, JSON.stringify(draft));
  }

  /** All of them, those with no text yet as well. */
  clear() {
    for (const name of this.names()) {
      memory.delete(name);
      localStorage.removeItem(name);
    }
    changes.value += 1;
  }

  /** @returns {string[]} */
  names() {
    /** @type {string[]} */
    let stored = [];
    try {
      stored = Object.keys(localStorage);
    } catch {
      // No storage at all: what is in memory is all there is.
    }
    return [...new Set([...memory.keys(), ...stored])].filter((name) => name.startsWith(this.prefix));
  }

  /** Drafts with a text, by key. @returns {[string, Draft][]} */
  all() {
    changes.value; // Reading it subscribes.
    return this.names()
      .map(
        (name) =>
          /** @type {[string, Draft]} */ ([name.slice(this.prefix.length), this.read(name.slice(this.prefix.length))]),
      )
      .filter(([, draft]) => draft.text.trim() !== "");
  }
}
