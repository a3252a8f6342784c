/**
 * The line to the server: opens, says hello, resumes, notices silence, comes back by itself. Knows nothing of the screen.
 *
 * status: "connecting" (never been live) · "live" · "reconnecting" · "offline" (the device says so) · "stopped" (the
 * server told us to stay away; `reason` is the close code).
 */

import { forget, guess, observe } from "./clock.js";
import { signal } from "./html.js";
import { Way } from "./way.js";

const PROTOCOL = 1;
const PING_EVERY = 10_000;
const PONG_WITHIN = 6_000;
/** Opening, and the first snapshot: on the thinnest line a full board takes this long, and nothing else gets through. */
const SNAPSHOT_WITHIN = 40_000;
const OPEN_WITHIN = 10_000;
/** After waking: a line that does not answer so soon is taken for dead. */
const WAKE_WITHIN = 2_000;
const FIRST_RETRY = 250;
const LAST_RETRY = 8_000;
/** On the way round: how often a WebSocket is tried again. */
const STRAIGHT_EVERY = 3 * 60_000;
const AT_ONCE = 4000;
const FRESH_START = 4100;
const STAY_AWAY = 4200;
const SESSION_GONE = 4205;
const GONE_RETRY = 15_000;

/** @typedef {import("./types.js").Limits} Limits */

export class Socket {
  /**
   * @param {string} path of the WebSocket endpoint
   * @param {import("./store.js").Store} store
   * @param {() => string} language
   */
  constructor(path, store, language) {
    this.way = new Way(path, language);
    this.store = store;
    this.language = language;
    /** @type {import("./html.js").Signal<"connecting"|"live"|"reconnecting"|"offline"|"stopped">} */
    this.status = signal("connecting");
    this.reason = signal(0);
    /** @type {import("./html.js").Signal<Limits | null>} */
    this.limits = signal(null);
    /** @type {((message: any) => void)[]} answers to commands */
    this.onAnswer = [];
    /** @type {(() => void)[]} called whenever the line is live again */
    this.onLive = [];
    /** @type {WebSocket | import("./stream.js").Stream | null} */
    this.ws = null;
    this.greeted = false;
    /** Who asked whether the server answers. @type {(answered: boolean) => void} */
    this.settle = () => {};
    this.tries = 0;
    /** @type {Set<string>} */
    this.awaited = new Set();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.retry = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.deadline = undefined;
    setInterval(() => this.deadline === undefined && this.ping(PONG_WITHIN), PING_EVERY);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.wake());
    addEventListener("pageshow", (event) => event.persisted && this.wake());
    setInterval(() => this.tryStraight(), STRAIGHT_EVERY);
    addEventListener("online", () => {
      this.wake();
      this.tryStraight();
    });
    addEventListener("offline", () => this.lost());
  }

  open() {
    clearTimeout(this.retry);
    if (this.status.peek() === "stopped" && this.reason.peek() !== SESSION_GONE) return;
    if (!this.way.prepared) {
      this.way.prepare().then(
        () => this.open(),
        () => this.closed(0),
      );
      return;
    }
    this.greeted = false;
    const ws = this.way.connect();
    ws.onopen = () => {
      this.hello(ws);
      this.expect(SNAPSHOT_WITHIN);
    };
    this.follow(ws);
    this.awaited = new Set(["hello"]);
    this.expect(OPEN_WITHIN);
  }

  /** From now on this is the line. @param {WebSocket | import("./stream.js").Stream} ws */
  follow(ws) {
    this.drop();
    this.ws = ws;
    ws.onmessage = (/** @type {{data: string}} */ event) => this.ws === ws && this.receive(JSON.parse(event.data));
    ws.onclose = (/** @type {{code: number}} */ event) => this.ws === ws && this.closed(event.code);
  }

  /** @param {WebSocket | import("./stream.js").Stream} ws */
  hello(ws) {
    const resume = this.store.epoch ? { epoch: this.store.epoch, streams: this.store.numbers } : null;
    ws.send(JSON.stringify({ type: "hello", protocol: PROTOCOL, language: this.language(), resume }));
  }

  /** Going round still: a WebSocket that opens and answers by now becomes the line; until then nothing changes. */
  tryStraight() {
    if (!this.way.round || this.status.peek() === "stopped") return;
    const ws = this.way.straight();
    ws.onopen = () => this.hello(ws);
    ws.onmessage = (event) => {
      this.follow(ws);
      this.receive(JSON.parse(event.data));
    };
    setTimeout(() => this.ws !== ws && ws.close(), OPEN_WITHIN);
  }

  /** @param {object} message @returns {boolean} whether it went out */
  send(message) {
    if (this.ws?.readyState !== WebSocket.OPEN) return false;
    this.ws.send(JSON.stringify(message));
    return true;
  }

  /** @param {any} message */
  receive(message) {
    switch (message.type) {
      case "welcome":
        this.greeted = true;
        if (this.ws) this.way.worked(this.ws);
        this.awaited = new Set(message.streams);
        if (this.store.epoch !== message.epoch) this.store.numbers = {};
        this.store.epoch = message.epoch;
        this.limits.value = message.limits;
        guess(message.server_at);
        for (const stream of message.streams) if (stream in this.store.numbers) this.awaited.delete(stream);
        this.becomeLive();
        break;
      case "snapshot":
        this.store.restart(message);
        this.awaited.delete(message.stream);
        this.becomeLive();
        break;
      case "patch":
        if (!this.store.patch(message)) this.open();
        break;
      case "pong":
        this.relax();
        this.settle(true);
        observe(message.at, message.server_at);
        break;
      case "presence":
        this.store.presence.value = message;
        break;
      default:
        for (const listener of this.onAnswer) listener(message);
    }
  }

  becomeLive() {
    if (this.awaited.size > 0) return;
    this.tries = 0;
    this.store.ready.value = true;
    // What was missed may still be on its way, and the answer comes behind it.
    this.ping(SNAPSHOT_WITHIN);
    this.status.value = "live";
    for (const listener of this.onLive) listener();
  }

  /** @param {number} within ms the answer must come in */
  ping(within) {
    if (this.awaited.size === 0 && this.send({ type: "ping", at: Date.now() })) this.expect(within);
  }

  /** Whether the server answers now; asked past the line's own patience. @param {number} within ms @returns {Promise<boolean>} */
  answers(within) {
    return new Promise((resolve) => {
      if (this.status.peek() !== "live" || !this.send({ type: "ping", at: Date.now() })) return resolve(false);
      const timer = setTimeout(() => this.settle(false), within);
      this.settle = (answered) => {
        clearTimeout(timer);
        this.settle = () => {};
        resolve(answered);
      };
    });
  }

  /** Somebody knows that the line is dead, and cannot wait for the next try. */
  hurry() {
    if (this.status.peek() === "stopped") return;
    if (this.status.peek() === "live") this.status.value = "reconnecting";
    this.tries = 0;
    this.open();
  }

  /** @param {number} within */
  expect(within) {
    this.relax();
    this.deadline = setTimeout(() => this.closed(0), within);
  }

  relax() {
    clearTimeout(this.deadline);
    this.deadline = undefined;
  }

  /** The page is looked at again: the line may be dead although it says it is open. */
  wake() {
    if (this.status.peek() === "stopped") return;
    forget();
    this.tries = 0;
    // The way round has two halves, and a ping tells of one alone.
    if (!this.way.round && this.ws?.readyState === WebSocket.OPEN && this.awaited.size === 0) this.ping(WAKE_WITHIN);
    else this.open();
  }

  /** The device itself says it has no network; a dead line would say nothing for long. */
  lost() {
    if (this.status.peek() === "stopped") return;
    this.status.value = "offline";
    this.drop();
    // Some devices never say that they are online again.
    this.retryIn(LAST_RETRY);
  }

  /** @param {number} code */
  closed(code) {
    this.drop();
    if (!this.greeted && code < AT_ONCE) this.way.failed();
    if (code >= AT_ONCE && code < FRESH_START) {
      this.open();
      return;
    }
    if (code >= STAY_AWAY && code < 5000) {
      this.reason.value = code;
      this.status.value = "stopped";
      // An archived workshop may be brought back; a wall nobody touches then comes back by itself.
      if (code === SESSION_GONE) this.retryIn(GONE_RETRY);
      return;
    }
    if (code >= FRESH_START && code < STAY_AWAY) this.store.epoch = null;
    if (!navigator.onLine) this.status.value = "offline";
    else if (this.status.peek() !== "connecting") this.status.value = "reconnecting";
    const wait = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** this.tries) * (0.5 + Math.random());
    this.tries += 1;
    this.retryIn(wait);
  }

  /** @param {number} wait ms */
  retryIn(wait) {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.open(), wait);
  }

  drop() {
    this.relax();
    const ws = this.ws;
    this.ws = null;
    if (ws && ws.readyState <= WebSocket.OPEN) ws.close();
  }
}
