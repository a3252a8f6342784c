/** What the camera says to its wall: each attempt at a connection is made here, with a number higher than the one before. */

import { serverNow } from "../lib/clock.js";
import { Devices } from "../lib/devices.js";
import { computed, effect, signal, untracked } from "../lib/html.js";
import { iceServers } from "../lib/ice.js";
import { Peer } from "../lib/peer.js";

/** @typedef {import("../lib/peer.js").Said} Said */

export class Sender {
  /** @param {import("../lib/start.js").App} app */
  constructor(app) {
    this.app = app;
    this.devices = new Devices(`tcl-devices-${app.boot.session}`);
    /** @type {import("../lib/html.js").Signal<Peer | null>} */
    this.peer = signal(null);
    this.connected = computed(() => this.peer.value?.state.value === "connected");
    /** Another page of this device is the camera now. */
    this.replaced = signal(false);
    this.attempt = 0;
    app.socket.onAnswer.push((message) => message.type === "whispered" && this.hear(message));
    app.socket.onLive.push(() => !this.connected.peek() && !this.replaced.peek() && this.begin());
    effect(() => this.send(this.devices.stream.value));
  }

  async begin() {
    this.replaced.value = false;
    this.close();
    // A page loaded anew must count higher than the one before; the server's clock does.
    this.attempt = Math.max(this.attempt + 1, Math.floor(serverNow()));
    const { attempt } = this;
    const servers = await iceServers(this.app);
    if (attempt !== this.attempt) return;
    const peer = new Peer({ offers: true, servers, say: (said) => this.say(said) });
    peer.send(tracksOf(this.devices.stream.peek()));
    this.peer.value = peer;
  }

  /** @param {Said} said */
  say(said) {
    const { video, audio } = tracksOf(this.devices.stream.peek());
    const has = { camera: video !== null, microphone: audio !== null };
    this.app.socket.send({ type: "whisper", attempt: this.attempt, has, ...said });
  }

  /** @param {{attempt: number} & Said} said 0 asks for a new attempt */
  hear(said) {
    if (this.replaced.peek()) return;
    if (said.attempt > this.attempt) this.giveWay();
    else if (said.attempt === 0) this.begin();
    else if (said.attempt === this.attempt) this.peer.peek()?.hear(said);
  }

  giveWay() {
    this.replaced.value = true;
    this.close();
    this.devices.release();
  }

  /** @param {MediaStream | null} stream */
  send(stream) {
    untracked(() => {
      const peer = this.peer.peek();
      peer?.send(tracksOf(stream));
      if (peer) this.say({});
    });
  }

  close() {
    this.peer.peek()?.close();
    this.peer.value = null;
  }
}

/** @param {MediaStream | null} stream @returns {import("../lib/peer.js").Tracks} */
function tracksOf(stream) {
  return { audio: stream?.getAudioTracks()[0] ?? null, video: stream?.getVideoTracks()[0] ?? null };
}
