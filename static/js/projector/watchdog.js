/**
 * Looks whether anything still comes from the other hall. A new attempt brings the picture back in a second or two; a browser
 * that waits for the old one says after sixteen that it has failed. Two things may be dead, and only one of them is mended here:
 * nothing comes and the server answers: a new attempt. The server does not answer either: the network is away, and we wait.
 */

/**
 * @typedef {{stats: () => Promise<RTCStatsReport>, state: import("../lib/html.js").Signal<RTCPeerConnectionState>}} Heard
 *   the connection that is looked at
 */

const LOOK_EVERY = 250;
const SILENT_FOR = 1_000;
/** A fresh connection has this long until its first packet: through TURN over TCP, on a bad line, it is not quick. */
const FIRST_WITHIN = 6_000;
/** A browser that lost much waits for a whole picture longer than a new attempt takes. */
const PICTURE_WITHIN = 1_000;
const ANSWER_WITHIN = 1_500;
/** Between two attempts at the line to the server, while all is silent. */
const KNOCK_EVERY = 2_000;
/** Timers that were late by so much: the machine slept, and silence says nothing. */
const ASLEEP = 2_000;

export class Watchdog {
  /**
   * @param {import("../lib/socket.js").Socket} socket
   * @param {() => {heard: Heard, generation: number} | null} on what to look at; null: nothing is to come
   * @param {(generation: number) => void} restart
   */
  constructor(socket, on, restart) {
    this.socket = socket;
    this.on = on;
    this.restart = restart;
    this.generation = 0;
    /** The last generation that we asked to leave. */
    this.givenUp = 0;
    this.packets = 0;
    this.frames = 0;
    this.quietSince = 0;
    /** Packets come again after a silence, and the picture has until then to follow; 0: it has. */
    this.picturesBy = 0;
    this.lookedAt = Date.now();
    this.knockedAt = 0;
    this.busy = false;
    setInterval(() => this.look(), LOOK_EVERY);
  }

  async look() {
    const now = Date.now();
    const slept = now - this.lookedAt > ASLEEP;
    this.lookedAt = now;
    const found = this.on();
    if (!found || slept) this.quietSince = Math.max(this.quietSince, now);
    if (!found || this.busy) return;
    if (found.generation !== this.generation) {
      this.generation = found.generation;
      this.packets = 0;
      this.frames = 0;
      this.picturesBy = 0;
      this.quietSince = now + FIRST_WITHIN;
    }
    this.busy = true;
    try {
      await this.listen(found);
    } finally {
      this.busy = false;
    }
  }

  /** @param {{heard: Heard, generation: number}} found */
  async listen({ heard, generation }) {
    const { packets, frames } = await received(heard);
    const now = Date.now();
    const silent = now - this.quietSince > SILENT_FOR;
    if (packets !== this.packets) {
      if (silent && this.frames > 0) this.picturesBy = now + PICTURE_WITHIN;
      if (frames !== this.frames) this.picturesBy = 0;
      this.packets = packets;
      this.frames = frames;
      this.quietSince = now;
      if (this.picturesBy > 0 && now > this.picturesBy) await this.doubt(generation);
    } else if (silent || (heard.state.peek() === "failed" && generation !== this.givenUp)) await this.doubt(generation);
  }

  /** @param {number} generation */
  async doubt(generation) {
    if (await this.socket.answers(ANSWER_WITHIN)) {
      if (this.on()?.generation !== generation) return;
      this.quietSince = Date.now() + FIRST_WITHIN;
      this.picturesBy = 0;
      this.givenUp = generation;
      this.restart(generation);
    } else if (Date.now() - this.knockedAt > KNOCK_EVERY) {
      // A line that is dead may look open for long, and a browser's own patience grows with each try.
      this.knockedAt = Date.now();
      this.socket.hurry();
    }
  }
}

/** How many packets of picture and sound have come so far, and how many pictures that could be shown. @param {Heard} heard */
async function received(heard) {
  let packets = 0;
  let frames = 0;
  for (const report of (await heard.stats()).values()) {
    if (report.type !== "inbound-rtp") continue;
    packets += report.packetsReceived ?? 0;
    frames += report.framesDecoded ?? 0;
  }
  return { packets, frames };
}
