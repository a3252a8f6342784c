/**
 * One attempt at a connection between two stations (W3C WebRTC). Made warm, with a place for sound and one for the picture and
 * nothing on them; "go" only puts the tracks there. The server names who offers: when both did, one call in six hung for ever.
 */

import { signal } from "./html.js";

/**
 * @typedef {{description?: RTCSessionDescriptionInit | null, candidate?: RTCIceCandidateInit | null}} Said
 * @typedef {{audio: MediaStreamTrack | null, video: MediaStreamTrack | null}} Tracks
 */

/** A browser knocks at each of them; a machine with four networks and three ways through TURN says less than thirty. */
const MOST_CANDIDATES = 64;
const KINDS = /** @type {const} */ (["audio", "video"]);

export class Peer {
  /** @param {{offers: boolean, servers: RTCIceServer[], say: (said: Said) => void}} options */
  constructor({ offers, servers, say }) {
    this.say = say;
    this.offers = offers;
    /** What comes from the other hall. */
    this.stream = new MediaStream();
    /** @type {import("./html.js").Signal<RTCPeerConnectionState>} */
    this.state = signal("new");
    this.pc = new RTCPeerConnection({ iceServers: servers, bundlePolicy: "max-bundle" });
    /** @type {Partial<Record<"audio"|"video", RTCRtpTransceiver>>} */
    this.places = {};
    /** @type {Tracks} */
    this.tracks = { audio: null, video: null };
    this.candidates = 0;
    /** Messages are taken one by one: a candidate must not overtake its description. @type {Promise<void>} */
    this.turn = Promise.resolve();
    this.pc.onicecandidate = ({ candidate }) => this.say({ candidate: candidate?.toJSON() ?? { candidate: "" } });
    this.pc.onconnectionstatechange = () => {
      this.state.value = this.pc.connectionState;
    };
    this.pc.ontrack = ({ track, transceiver }) => {
      this.stream.addTrack(track);
      this.place(/** @type {"audio"|"video"} */ (track.kind), transceiver);
    };
    if (offers) {
      for (const kind of KINDS) this.place(kind, this.pc.addTransceiver(kind, { direction: "sendrecv" }));
      this.turn = this.offer();
    } else this.again();
  }

  /** What one says while the other has no line is lost. Whoever is new here, or back, asks for the offer or repeats it. */
  again() {
    if (this.pc.signalingState === "have-local-offer") this.tell();
    else if (!this.pc.remoteDescription && !this.offers) this.say({});
  }

  /** @param {"audio"|"video"} kind @param {RTCRtpTransceiver} transceiver */
  place(kind, transceiver) {
    transceiver.direction = "sendrecv";
    this.places[kind] = transceiver;
    transceiver.sender.replaceTrack(this.tracks[kind]);
  }

  async offer() {
    await this.pc.setLocalDescription();
    this.tell();
  }

  tell() {
    if (this.pc.localDescription) this.say({ description: this.pc.localDescription.toJSON() });
  }

  /** What this hall sends from now on; null: nothing of that kind. @param {Tracks} tracks */
  send(tracks) {
    this.tracks = tracks;
    for (const kind of KINDS) this.places[kind]?.sender.replaceTrack(tracks[kind]);
  }

  /** @param {Said} said */
  hear(said) {
    this.turn = this.turn.then(() => this.take(said)).catch(() => undefined);
  }

  /** @param {Said} said */
  async take({ description, candidate }) {
    if (this.pc.signalingState === "closed") return;
    if (description?.type === "offer") await this.answer(description);
    else if (description) {
      if (this.pc.signalingState === "have-local-offer") await this.pc.setRemoteDescription(description);
    } else if (!candidate) this.again();
    else if (this.candidates < MOST_CANDIDATES) {
      this.candidates += 1;
      await this.pc.addIceCandidate(candidate);
    }
  }

  /** An offer that is repeated has been answered; that is what was lost. @param {RTCSessionDescriptionInit} offer */
  async answer(offer) {
    if (!this.pc.remoteDescription) {
      await this.pc.setRemoteDescription(offer);
      await this.pc.setLocalDescription();
    }
    this.tell();
  }

  stats() {
    return this.pc.getStats();
  }

  close() {
    this.pc.onconnectionstatechange = null;
    this.pc.close();
    this.state.value = "closed";
  }
}
