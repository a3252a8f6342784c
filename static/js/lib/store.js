/** What the server told us: entities by kind and id, each kind one signal. Knows nothing of sockets or screens. */

import { batch, signal } from "./html.js";

/** @typedef {import("./types.js").Kinds} Kinds */
/** @typedef {import("./types.js").Entity} Entity */
/** @typedef {import("./types.js").Presence} Presence */

export class Store {
  constructor() {
    /** @type {Map<string, import("./html.js").Signal<Map<string, any>>>} */
    this.kinds = new Map();
    /** Which stream holds which keys, for snapshots. @type {Map<string, Map<string, Set<string>>>} */
    this.held = new Map();
    /** Last number of each stream, and the epoch they were numbered in. @type {Record<string, number>} */
    this.numbers = {};
    /** @type {string | null} */
    this.epoch = null;
    /** Whether every stream has had its first snapshot. */
    this.ready = signal(false);
    /** @type {import("./html.js").Signal<Presence | null>} */
    this.presence = signal(null);
  }

  /**
   * All entities of a kind, by id. Reading it inside a component subscribes to the kind.
   * @template {keyof Kinds} K
   * @param {K} kind
   * @returns {Map<string, Kinds[K]>}
   */
  all(kind) {
    return this.signalOf(kind).value;
  }

  /**
   * One entity.
   * @template {keyof Kinds} K
   * @param {K} kind
   * @param {string | null | undefined} id
   * @returns {Kinds[K] | undefined}
   */
  one(kind, id) {
    return id == null ? undefined : this.all(kind).get(id);
  }

  /** @param {string} kind */
  signalOf(kind) {
    let found = this.kinds.get(kind);
    if (!found) {
      found = signal(new Map());
      this.kinds.set(kind, found);
    }
    return found;
  }

  /**
   * What the page brought along: the screen stands before the line does, and the line goes on from there.
   * @param {string} epoch
   * @param {{stream: string, n: number, entities: Record<string, Entity>}[]} snapshots
   */
  begin(epoch, snapshots) {
    for (const snapshot of snapshots) this.restart(snapshot);
    this.epoch = epoch;
    this.ready.value = true;
  }

  /** All that is held, as `begin` takes it; null while only some of it has begun anew. */
  snapshots() {
    const streams = [...this.held.keys()];
    if (!streams.every((stream) => stream in this.numbers)) return null;
    return streams.map((stream) => ({ stream, n: this.numbers[stream], entities: this.entitiesOf(stream) }));
  }

  /** @param {string} stream @returns {Record<string, Entity>} */
  entitiesOf(stream) {
    /** @type {Record<string, Entity>} */
    const entities = {};
    for (const [kind, ids] of this.held.get(stream) ?? []) {
      for (const id of ids) entities[`${kind}:${id}`] = this.signalOf(kind).peek().get(id);
    }
    return entities;
  }

  /** Nothing of it is held any more, and nothing is told of as it was. */
  forget() {
    batch(() => {
      for (const kind of this.kinds.values()) kind.value = new Map();
    });
    this.held.clear();
    this.epoch = null;
  }

  /**
   * A whole stream anew: what it held before and is not in it now is gone.
   * @param {{stream: string, n: number, entities: Record<string, Entity>}} snapshot
   */
  restart({ stream, n, entities }) {
    /** @type {string[]} */
    const gone = [];
    for (const [kind, ids] of this.held.get(stream) ?? []) {
      for (const id of ids) if (!(`${kind}:${id}` in entities)) gone.push(`${kind}:${id}`);
    }
    this.change(stream, entities, gone);
    this.numbers[stream] = n;
  }

  /**
   * The next patch of a stream. False: it does not follow what we have.
   * @param {{stream: string, n: number, set: Record<string, Entity>, gone: string[]}} patch
   */
  patch({ stream, n, set, gone }) {
    if (this.numbers[stream] === undefined) return false;
    if (n <= this.numbers[stream]) return true;
    if (n !== this.numbers[stream] + 1) return false;
    this.change(stream, set, gone);
    this.numbers[stream] = n;
    return true;
  }

  /**
   * @param {string} stream
   * @param {Record<string, Entity>} set
   * @param {string[]} gone
   */
  change(stream, set, gone) {
    let held = this.held.get(stream);
    if (!held) {
      held = new Map();
      this.held.set(stream, held);
    }
    /** @type {Map<string, Map<string, any>>} */
    const fresh = new Map();
    const writable = (/** @type {string} */ kind) => {
      let map = fresh.get(kind);
      if (!map) {
        map = new Map(this.signalOf(kind).peek());
        fresh.set(kind, map);
      }
      return map;
    };
    for (const [key, entity] of Object.entries(set)) {
      const [kind, id] = split(key);
      writable(kind).set(id, entity);
      let ids = held.get(kind);
      if (!ids) {
        ids = new Set();
        held.set(kind, ids);
      }
      ids.add(id);
    }
    for (const key of gone) {
      const [kind, id] = split(key);
      writable(kind).delete(id);
      held.get(kind)?.delete(id);
    }
    batch(() => {
      for (const [kind, map] of fresh) this.signalOf(kind).value = map;
    });
  }
}

/** @param {string} key */
function split(key) {
  const colon = key.indexOf(":");
  return [key.slice(0, colon), key.slice(colon + 1)];
}
