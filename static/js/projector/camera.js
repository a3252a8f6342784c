/**
 * Another device as this wall's camera and microphone: picture and sound come over a connection within the hall, and go on from
 * here as if the devices were this machine's own. So reloading either page costs the other hall no new connection.
 */

import { effect, signal, untracked } from "../lib/html.js";
import { iceServers } from "../lib/ice.js";
import { Peer } from "../lib/peer.js";

/** @typedef {import("../lib/peer.js").Said} Said */
/** @typedef {{camera: boolean, microphone: boolean}} Has */
/** @typedef {{attempt: number, has: Has | null} & Said} Signaled */

const LOOK_EVERY = 1_000;
/** Nothing came for so many looks: it is gone, and asked for again every so many. */
const SILENT = 3;
const NOTHING = { camera: false, microphone: false };

export class Camera {
  /** @param {import("../lib/start.js").App} app @param {() => boolean} isStation */
  constructor(app, isStation) {
    this.app = app;
    this.isStation = isStation;
    this.key = `tcl-camera-${app.boot.session}`;
    /** Whether it is used instead of this machine's own devices. */
    this.used = signal(localStorage.getItem(this.key) !== null);
    /** @type {import("../lib/html.js").Signal<MediaStream | null>} what it sends; null: not connected */
    this.stream = signal(null);
    this.trouble = signal("");
    this.attempt = 0;
    /** @type {Promise<Peer> | null} */
    this.peer = null;
    /** @type {Has} */
    this.has = NOTHING;
    this.packets = 0;
    this.silence = 0;
    app.socket.onAnswer.push((message) => message.type === "whispered" && this.hear(message));
    // The server passes on what a station says, and this page is one as soon as it has offered itself.
    effect(() => {
      const wanted = this.used.value && isStation();
      untracked(() => (wanted ? this.ask() : this.end()));
    });
    setInterval(() => this.look(), LOOK_EVERY);
  }

  /** Of a wall that is open twice one page is the station. */
  get wanted() {
    return this.used.peek() && untracked(this.isStation);
  }

  /** @param {boolean} used */
  use(used) {
    if (used) localStorage.setItem(this.key, "used");
    else localStorage.removeItem(this.key);
    this.used.value = used;
  }

  /** For a new attempt: only the camera makes one. */
  ask() {
    this.silence = 0;
    this.app.socket.send({ type: "whisper", attempt: 0 });
  }

  /** @param {Signaled} said */
  async hear(said) {
    if (!this.wanted || said.attempt < this.attempt) return;
    if (said.attempt > this.attempt) this.begin(said.attempt);
    if (said.has) this.has = said.has;
    const peer = await this.peer;
    if (!peer || said.attempt !== this.attempt) return;
    if (said.description || said.candidate) peer.hear(said);
    this.show(peer);
  }

  /** @param {number} attempt */
  begin(attempt) {
    this.close();
    this.attempt = attempt;
    const say = (/** @type {Said} */ said) => this.app.socket.send({ type: "whisper", attempt, ...said });
    this.peer = iceServers(this.app).then((servers) => {
      const peer = new Peer({ offers: false, servers, say });
      effect(() => this.show(peer, peer.state.value));
      return peer;
    });
  }

  /** @param {Peer} peer */
  show(peer, state = peer.state.peek()) {
    if (state !== "connected" || !this.wanted) return;
    const wanted = { video: this.has.camera, audio: this.has.microphone };
    const tracks = peer.stream.getTracks().filter(({ kind }) => wanted[/** @type {"audio"|"video"} */ (kind)]);
    const shown = this.stream.peek()?.getTracks() ?? null;
    if (shown?.length === tracks.length && tracks.every((track) => shown.includes(track))) return;
    this.packets = 0;
    this.stream.value = new MediaStream(tracks);
    this.trouble.value = tracks.length > 0 ? "" : "projector.station.camera_empty";
  }

  /** Whether it still sends, and asking for it while it does not. */
  async look() {
    if (!this.wanted) return;
    const packets = this.stream.peek()?.getTracks().length === 0 ? this.packets + 1 : await this.received();
    this.silence = packets > this.packets ? 0 : this.silence + 1;
    this.packets = packets;
    if (this.silence < SILENT) return;
    this.stream.value = null;
    this.trouble.value = "projector.station.camera_away";
    this.ask();
  }

  async received() {
    let packets = 0;
    for (const report of (await (await this.peer)?.stats())?.values() ?? [])
      if (report.type === "inbound-rtp") packets += report.packetsReceived ?? 0;
    return packets;
  }

  close() {
    this.peer?.then((peer) => peer.close());
    this.peer = null;
    this.packets = 0;
  }

  end() {
    this.close();
    this.stream.value = null;
    this.trouble.value = "";
    this.silence = 0;
  }
}
