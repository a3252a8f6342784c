/**
 * The lower steps of a link: whether the way stands, and whether it carries a picture. One that does not hold takes the sound with it,
 * so the server is told before that, and leaves it out on either side; it also says from when on it may be tried again.
 */

import { serverNow } from "../lib/clock.js";

/**
 * @typedef {import("./station.js").Station} Station
 * @typedef {import("../lib/types.js").Link} Link
 * @typedef {{packets: number, lost: number, picture: number}} Counted  since the beginning; `picture`: bit/s that are left for ours
 */

const LOOK_EVERY = 1_000;
/** So many weak seconds of the last ten: a lift or a microwave oven is over by then. */
const OF = 10;
const WEAK = 7;
/** Browsers repair a tenth; from here on a picture stands more than it moves, and words break up. */
const LOST = 0.15;
/** Below, what a browser still sends is no picture that anybody recognises. Nought: it does not say. */
const STARVED = 60_000;
/** A browser that sent sound alone for a while takes so long until it believes that the way carries more. */
const BELIEVES_AFTER = 20_000;
/** In so many seconds on end nothing was weak: worth a try. */
const CALM = 5;

export class Ladder {
  /** @param {import("../lib/start.js").App} app @param {Station} station */
  constructor(app, station) {
    this.app = app;
    this.station = station;
    /** @type {import("../lib/peer.js").Peer | import("../lib/whip.js").MediaLine | null} */
    this.peer = null;
    /** @type {Counted | null} */
    this.before = null;
    /** Whether each of the last seconds was weak, by the room whose picture it is. @type {Record<string, boolean[]>} */
    this.seconds = {};
    /** When our picture was last held back. */
    this.heldAt = 0;
    this.busy = false;
    setInterval(() => this.look(), LOOK_EVERY);
  }

  async look() {
    const link = this.station.onAir();
    const peer = this.station.peer.peek();
    if (peer !== this.peer) [this.peer, this.before, this.seconds] = [peer, null, {}];
    if (!link || !peer || this.busy) return;
    this.busy = true;
    try {
      const sends = link.way === "relay" ? this.station.publishing.line.peek() : peer;
      const now = counted(await peer.stats(), (await sends?.stats()) ?? new Map());
      if (peer === this.peer) this.judge(link, now);
    } finally {
      this.busy = false;
    }
  }

  /** @param {Link} link @param {Counted} now */
  judge(link, now) {
    const { room } = this.app.boot;
    const other = link.rooms.find((one) => one !== room) ?? "";
    const { before } = this;
    this.before = now;
    const connected = this.peer?.state.peek() === "connected";
    if (connected && !link.came.includes(room) && (now.packets > 0 || !this.station.expects(link))) {
      this.give(link, { type: "TellConnected", generation: link.generation });
    }
    if (!before) return;
    const came = now.packets - before.packets;
    // Where nothing comes at all the way is gone, and that is the watchdog's; nor does what was lost meanwhile say anything.
    if (came <= 0) this.seconds = {};
    if (came <= 0 || !connected) return;
    const lost = Math.max(0, now.lost - before.lost);
    this.note(link, other, lost > LOST * (lost + came));
    if (link.held_back[room]) this.heldAt = Date.now();
    const believes = Date.now() - this.heldAt > BELIEVES_AFTER;
    this.note(link, room, believes && now.picture > 0 && now.picture < STARVED);
    const calm = this.seconds[other].length >= CALM && !this.seconds[other].slice(-CALM).includes(true);
    if (serverNow() >= (link.held_back[other] ?? Number.POSITIVE_INFINITY) && calm) {
      this.give(link, { type: "TryPicture", room: other });
    }
  }

  /** A second of that room's picture. @param {Link} link @param {string} room @param {boolean} weak */
  note(link, room, weak) {
    const seconds = [...(this.seconds[room] ?? []), weak].slice(-OF);
    this.seconds[room] = seconds;
    const sent = this.app.store.one("station", room)?.camera && !link.paused.includes(room) && !link.held_back[room];
    if (!sent || seconds.filter(Boolean).length < WEAK) return;
    this.seconds[room] = [];
    this.give(link, { type: "HoldBack", room });
  }

  /** @param {Link} link @param {{type: string, room?: string, generation?: number}} command */
  give({ activity }, command) {
    this.app.commands.give({ activity_id: activity, ...command });
  }
}

/** @param {RTCStatsReport} comes @param {RTCStatsReport | Map<string, any>} goes @returns {Counted} */
function counted(comes, goes) {
  const found = { packets: 0, lost: 0, picture: 0 };
  for (const one of comes.values()) {
    if (one.type !== "inbound-rtp") continue;
    found.packets += one.packetsReceived ?? 0;
    found.lost += one.packetsLost ?? 0;
  }
  for (const one of goes.values()) {
    if (one.type === "outbound-rtp" && one.kind === "video") found.picture += one.targetBitrate ?? 0;
  }
  return found;
}
