/**
 * One attempt at a connection between two stations (W3C WebRTC). Made warm, with a place for sound and one for the picture and
 * nothing on them; "go" only puts the tracks there. The server names who offers: when both did, one call in six hung for ever.
 */

import { signal } from "./html.js";

/**
 * @typedef {{description?: RTCSessionDescriptionInit | null, candidate?: RTCIceCandidateInit | null}} Said
 * @typedef {{audio: MediaStreamTrack | null, video: MediaStreamTrack | null}} Tracks
 */

const KINDS = /** @type {const} */ (["audio", "video"]);

export class Peer {
  /** @param {{offers: boolean, servers: RTCIceServer[], say: (said: Said) => void}} options */
  constructor({ offers, servers, say }) {
    this.say = say;
    /** What comes from the other hall. */
    this.stream = new MediaStream();
    /** @type {import("./html.js").Signal<RTCPeerConnectionState>} */
    this.state = signal("new");
    this.pc = new RTCPeerConnection({ iceServers: servers, bundlePolicy: "max-bundle" });
    /** @type {Partial<Record<"audio"|"video", RTCRtpTransceiver>>} */
    this.places = {};
    /** @type {Tracks} */
    this.tracks = { audio: null, video: null };
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
    }
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
    if (description) {
      await this.pc.setRemoteDescription(description);
      if (description.type !== "offer") return;
      await this.pc.setLocalDescription();
      this.tell();
    } else if (candidate) await this.pc.addIceCandidate(candidate);
  }

  /** How many packets of picture and sound have come so far. */
  async received() {
    let packets = 0;
    for (const report of (await this.pc.getStats()).values()) {
      if (report.type === "inbound-rtp") packets += report.packetsReceived ?? 0;
    }
    return packets;
  }

  close() {
    this.pc.onconnectionstatechange = null;
    this.pc.close();
    this.state.value = "closed";
  }
}
