/**
 * Which way the line goes: by WebSocket, or round it where a network lets none through although the server answers. Found
 * out by itself and remembered in this tab, so that a reload does not try in vain.
 */

const KEY = "tcl-way-round";
const REMEMBERED_FOR = 5 * 60_000;
/** Refused, each time while the server answered a POST: once may be a server that has just started. */
const ENOUGH = 2;

/** @typedef {import("./stream.js").Stream} Stream */

export class Way {
  /**
   * @param {string} path of the WebSocket endpoint
   * @param {() => string} language
   */
  constructor(path, language) {
    this.path = path;
    this.language = language;
    this.url = new URL(path, location.href.replace(/^http/, "ws")).href;
    this.refusals = Date.now() - remembered() < REMEMBERED_FOR ? ENOUGH : 0;
    /** Loaded when it is needed. @type {typeof import("./stream.js") | undefined} */
    this.other = undefined;
  }

  get round() {
    return this.refusals >= ENOUGH;
  }

  /** Before `connect`, where the way goes round. */
  async prepare() {
    this.other ??= await import("./stream.js");
  }

  get prepared() {
    return !this.round || this.other !== undefined;
  }

  /** @returns {WebSocket | Stream} */
  connect() {
    return this.round && this.other ? new this.other.Stream(this.path, this.language) : this.straight();
  }

  straight() {
    return new WebSocket(this.url);
  }

  /** The server answered on it. @param {WebSocket | Stream} line */
  worked(line) {
    this.refusals = line instanceof WebSocket ? 0 : ENOUGH;
    remember(this.round);
  }

  /** It closed before the server answered. Only what fails while the server is there speaks against this way. */
  async failed() {
    await this.prepare().catch(() => {});
    if (await this.other?.answersPosts(this.path)) this.refusals = this.round ? ENOUGH - 1 : this.refusals + 1;
    else if (!this.round) this.refusals = 0;
  }
}

function remembered() {
  try {
    return Number(sessionStorage.getItem(KEY));
  } catch {
    return 0;
  }
}

/** @param {boolean} round */
function remember(round) {
  try {
    if (round) sessionStorage.setItem(KEY, String(Date.now()));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Private mode: it is found out again after a reload.
  }
}
