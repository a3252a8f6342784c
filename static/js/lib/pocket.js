/**
 * What one person has on this device, in IndexedDB: kept commands until they are settled, by when they were given in
 * whichever tab, and what the page showed last. A database does what it is asked in turn, but may refuse (private mode, a
 * full disk); whoever asks still has it all in memory.
 */

/** @typedef {import("./commands.js").Entry} Entry */
/**
 * What a page showed last. `server_at` and `device_at` are the same instant on both clocks.
 * @typedef {{server_at: number, device_at: number, language: string, epoch: string,
 *   snapshots: import("./types.js").Boot["snapshots"]}} Seen
 */

const NAME = "twin-city-lab";
const VERSION = 1;
/** Some browsers never answer the first question after they were opened. */
const PATIENCE = 3_000;

/** @type {Promise<IDBDatabase> | null} */
let opened = null;
/** People who left while this page was open: it keeps nothing of them any more. @type {Set<string>} */
const gone = new Set();

/** @returns {Promise<IDBDatabase>} */
function database() {
  opened ??= /** @type {Promise<IDBDatabase>} */ (
    new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error("no answer")), PATIENCE);
      const request = indexedDB.open(NAME, VERSION);
      request.onupgradeneeded = () => {
        const commands = request.result.createObjectStore("commands", { keyPath: "id" });
        commands.createIndex("person", "person");
        request.result.createObjectStore("seen", { keyPath: "person" });
      };
      request.onsuccess = () => {
        const found = request.result;
        // A later release wants to change it, or the browser threw it away: the next question opens it anew.
        found.onversionchange = () => {
          found.close();
          opened = null;
        };
        found.onclose = () => {
          opened = null;
        };
        resolve(found);
      };
      request.onerror = () => reject(request.error);
    })
  ).catch((error) => {
    opened = null;
    throw error;
  });
  return opened;
}

/**
 * One transaction; resolves, with what `work` asked for, once it is on the device.
 * @template T
 * @param {string} name of the object store
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T> | void} work
 * @returns {Promise<T | undefined>}
 */
async function within(name, mode, work) {
  const transaction = (await database()).transaction(name, mode);
  return new Promise((resolve, reject) => {
    const request = work(transaction.objectStore(name));
    // Without it a page that is reloaded this very moment takes back what it has just written.
    if (mode === "readwrite") transaction.commit?.();
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

export class Pocket {
  /** @param {string} person */
  constructor(person) {
    this.person = person;
    this.leftKey = `tcl-commands-${person}`;
  }

  /** @returns {Promise<Entry[]>} oldest first */
  async load() {
    const left = await this.moveIn();
    const found = await within("commands", "readonly", (store) => store.index("person").getAll(this.person));
    return [...left, ...(found ?? [])].sort((a, b) => a.at - b.at);
  }

  /** Put in what is new or has changed. @param {Entry[]} entries */
  keep(entries) {
    return this.write("commands", (store) => {
      for (const entry of entries) store.put({ ...entry, person: this.person });
    });
  }

  /** @param {string} id */
  drop(id) {
    return within("commands", "readwrite", (store) => {
      store.delete(id);
    });
  }

  /** @param {Seen} seen */
  see(seen) {
    return this.write("seen", (store) => {
      store.put({ ...seen, person: this.person });
    });
  }

  /** @returns {Promise<Seen | undefined>} */
  seen() {
    return within("seen", "readonly", (store) => store.get(this.person));
  }

  /** Everything of this person, for good. */
  async empty() {
    gone.add(this.person);
    await within("seen", "readwrite", (store) => {
      store.delete(this.person);
    });
    const ids = await within("commands", "readonly", (store) => store.index("person").getAllKeys(this.person));
    await within("commands", "readwrite", (store) => {
      for (const id of ids ?? []) store.delete(id);
    });
    localStorage.removeItem(this.leftKey);
  }

  /** @param {string} name @param {(store: IDBObjectStore) => void} work */
  async write(name, work) {
    if (gone.has(this.person)) throw new Error("gone");
    await within(name, "readwrite", work);
  }

  /**
   * The page goes this moment, and the database has not answered: local storage is done at once.
   * @param {Entry[]} entries
   */
  leaveBehind(entries) {
    if (entries.length === 0 || gone.has(this.person)) return;
    try {
      localStorage.setItem(this.leftKey, JSON.stringify([...this.left(), ...entries]));
    } catch {
      // It refuses too; the page was told so.
    }
  }

  /** @returns {Entry[]} */
  left() {
    return JSON.parse(localStorage.getItem(this.leftKey) ?? "[]");
  }

  /** What was left behind, by a page or by an earlier release. @returns {Promise<Entry[]>} what finds no room here */
  async moveIn() {
    const left = this.left().map((entry, place) => ({ ...entry, at: entry.at ?? place }));
    if (left.length === 0) return [];
    try {
      await this.keep(left);
    } catch {
      return left;
    }
    localStorage.removeItem(this.leftKey);
    return [];
  }
}
