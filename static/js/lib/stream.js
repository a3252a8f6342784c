/**
 * The way round where no WebSocket gets through: a stream of events in, a POST for each message out. It looks like a
 * WebSocket to lib/socket.js, which alone decides when to use it. Not an EventSource: that comes back by its own rules, says
 * no hello and hides why a stream ended.
 */

import { newId } from "./commands.js";

const OPEN = 1;
const CLOSED = 3;
const LOST = 1006;
/** The server writes something every 10 s, if only a comment. */
const SILENT_AFTER = 25_000;
const ANSWER_WITHIN = 15_000;
const PROBE_WITHIN = 5_000;
/** An answer by POST may overtake on its way what it is about; screens are made for the other order. */
const ANSWER_BEHIND = 60;

export class Stream {
  /**
   * @param {string} path of the WebSocket endpoint; the addresses of the way round are like it
   * @param {() => string} language
   */
  constructor(path, language) {
    const place = path.replace("/ws/", "");
    const line = `line=${newId()}`;
    this.events = `/events/${place}?${line}`;
    this.out = () => `/api/send/${place}?${line}&language=${language()}`;
    this.readyState = OPEN;
    this.begun = false;
    this.cut = new AbortController();
    /** @type {Promise<void>} */
    this.turn = Promise.resolve();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.silence = undefined;
    /** @type {() => void} */
    this.onopen = () => {};
    /** @type {(event: {data: string}) => void} */
    this.onmessage = () => {};
    /** @type {(event: {code: number}) => void} */
    this.onclose = () => {};
    queueMicrotask(() => this.readyState === OPEN && this.onopen());
  }

  /** The first message is hello, and opens the stream. @param {string} text */
  send(text) {
    if (!this.begun) {
      this.begun = true;
      this.listen(text);
    } else if (text.startsWith('{"type":"ping"')) this.post(text);
    // Commands stay in order. A ping waits for none of them: it measures the way, and tells that it is open.
    else this.turn = this.turn.then(() => this.post(text));
  }

  close() {
    this.readyState = CLOSED;
    clearTimeout(this.silence);
    this.cut.abort();
  }

  /** @param {string} hello */
  async listen(hello) {
    let code = LOST;
    try {
      const answer = await fetch(this.events, { ...letter(hello), signal: this.cut.signal });
      const reader = events(answer).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        this.heard();
        const lines = (rest + value).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) code = this.tell(line) ?? code;
      }
    } catch {
      // Cut, by either side or on the way.
    }
    this.end(code);
  }

  /** @param {string} line @returns {number | undefined} the code of a goodbye */
  tell(line) {
    if (this.readyState !== OPEN || !line.startsWith("data: ")) return undefined;
    const data = line.slice(6);
    this.onmessage({ data });
    return data.startsWith('{"type":"bye"') ? JSON.parse(data).code : undefined;
  }

  heard() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.end(LOST), SILENT_AFTER);
  }

  /** What is not answered is said again by who said it. @param {string} text */
  async post(text) {
    if (this.readyState !== OPEN) return;
    // With it everything on its way is given up: a browser has six connections to a server, and none to spare.
    const late = setTimeout(() => this.end(LOST), ANSWER_WITHIN);
    try {
      const answer = await fetch(this.out(), { ...letter(text), signal: this.cut.signal });
      if (answer.status === 204) return;
      const data = await answer.text();
      const { type, code } = JSON.parse(data);
      if (type === "bye") this.end(code);
      else if (type === "pong") this.onmessage({ data });
      else if (type) setTimeout(() => this.onmessage({ data }), ANSWER_BEHIND);
    } catch {
      // The stream's own silence, or an unanswered ping, tells what that means.
    } finally {
      clearTimeout(late);
    }
  }

  /** @param {number} code */
  end(code) {
    if (this.readyState === CLOSED) return;
    this.close();
    this.onclose({ code });
  }
}

/**
 * Whether the server answers a POST now.
 * @param {string} path of the WebSocket endpoint
 */
export async function answersPosts(path) {
  const patience = new AbortController();
  const late = setTimeout(() => patience.abort(), PROBE_WITHIN);
  const ping = letter(JSON.stringify({ type: "ping", at: Date.now() }));
  const address = `/api/send/${path.replace("/ws/", "")}`;
  const answer = await fetch(address, { ...ping, signal: patience.signal }).catch(() => null);
  clearTimeout(late);
  return answer?.ok ?? false;
}

/** @param {string} body @returns {RequestInit} */
function letter(body) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body, cache: "no-store" };
}

/** @param {Response} answer @returns {ReadableStream<string>} */
function events(answer) {
  if (!answer.body || !answer.headers.get("Content-Type")?.startsWith("text/event-stream"))
    throw new Error("no stream");
  return answer.body.pipeThrough(new TextDecoderStream());
}
