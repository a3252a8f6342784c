/**
 * What one person has on this device, in IndexedDB: kept commands until they are settled, in the order they were given
 * in whichever tab. Asked in that order too, since a database does what it is asked in turn. Every question may fail
 * (private mode, a full disk); whoever asks still has it all in memory.
 */

/** @typedef {import("./commands.js").Entry} Entry */

const NAME = "twin-city-lab";
const VERSION = 1;
/** Some browsers never answer the first question after they were opened. */
const PATIENCE = 3_000;

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

/** @returns {Promise<IDBDatabase>} */
function database() {
  opened ??= /** @type {Promise<IDBDatabase>} */ (
    new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error("no answer")), PATIENCE);
      const request = indexedDB.open(NAME, VERSION);
      request.onupgradeneeded = () => {
        const commands = request.result.createObjectStore("commands", { autoIncrement: true });
        commands.createIndex("id", "id", { unique: true });
        commands.createIndex("person", "person");
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
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

export class Pocket {
  /** @param {string} person */
  constructor(person) {
    this.person = person;
  }

  /** @returns {Promise<Entry[]>} oldest first */
  async load() {
    const left = await this.moveIn();
    const found = await within("commands", "readonly", (store) => store.index("person").getAll(this.person));
    return [...left, ...(found ?? [])];
  }

  /** Put in what is new, and what has changed where it lay. @param {Entry[]} entries oldest first */
  keep(entries) {
    return within("commands", "readwrite", (store) => {
      for (const entry of entries) {
        const place = store.index("id").getKey(entry.id);
        place.onsuccess = () => store.put({ ...entry, person: this.person }, place.result);
      }
    });
  }

  /** @param {string} id */
  drop(id) {
    return within("commands", "readwrite", (store) => {
      const place = store.index("id").getKey(id);
      place.onsuccess = () => place.result !== undefined && store.delete(place.result);
    });
  }

  /** All of this person's. */
  empty() {
    return within("commands", "readwrite", (store) => {
      const places = store.index("person").getAllKeys(this.person);
      places.onsuccess = () => {
        for (const place of places.result) store.delete(place);
      };
    });
  }

  /** Once: what an earlier release kept in local storage. @returns {Promise<Entry[]>} what found no room here */
  async moveIn() {
    const key = `tcl-commands-${this.person}`;
    const found = localStorage.getItem(key);
    if (found === null) return [];
    const left = JSON.parse(found);
    try {
      await this.keep(left);
    } catch {
      return left;
    }
    localStorage.removeItem(key);
    return [];
  }
}
