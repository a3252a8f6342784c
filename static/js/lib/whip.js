/**
 * A line to a media server: WHIP (RFC 9725) to publish a stream, WHEP to watch one. An offer by POST, the answer to it, DELETE when
 * done. There is nothing in it of our own server but the question for leave, so any that speaks the same will do.
 */

import { ask } from "./ask.js";
import { effect, signal } from "./html.js";

/** @typedef {import("./peer.js").Tracks} Tracks */
/** @typedef {{url: string, token: string}} Leave */
/** @typedef {{person: string, act: string, stream: string, page?: string}} Asking */

const KINDS = /** @type {const} */ (["audio", "video"]);
const BUNDLED = /** @type {const} */ ({ bundlePolicy: "max-bundle" });
/** More than our server keeps a watcher waiting for somebody to publish. */
const PATIENCE_MS = 15_000;
/** Nobody publishes yet: who watches looks again, less and less often, for there may be fifty of them. */
const AGAIN_AFTER = 500;
const SELDOMER = 1.3;
const AGAIN_AT_MOST = 4_000;
const BROKEN = ["disconnected", "failed", "closed"];

/** @param {string} session @param {string} activity @param {string} room */
export const hallStream = (session, activity, room) => `${session}.${activity}.hall.${room}`;

export class MediaLine {
  /**
   * @param {import("./types.js").Boot} boot @param {"publish"|"watch"} act @param {string} name of the stream
   * @param {readonly ("audio"|"video")[]} kinds @param {string} [page] which of the person's pages asks, where that matters
   */
  constructor({ session, person }, act, name, kinds = KINDS, page = undefined) {
    /** What comes, for who watches. */
    this.stream = new MediaStream();
    /** @type {import("./html.js").Signal<RTCPeerConnectionState>} "failed" also where the server refuses or is not there */
    this.state = signal("new");
    /** @type {Leave & {location: string} | null} what is to be told that it is over */
    this.open = null;
    this.pc = new RTCPeerConnection(BUNDLED);
    this.pc.onconnectionstatechange = () => {
      this.state.value = this.pc.connectionState;
    };
    const direction = act === "publish" ? "sendonly" : "recvonly";
    /** @type {Record<string, RTCRtpTransceiver>} */
    this.places = {};
    for (const kind of kinds) {
      this.places[kind] = this.pc.addTransceiver(kind, { direction });
      if (act === "watch") this.stream.addTrack(this.places[kind].receiver.track);
    }
    this.connect(`/api/sessions/${session}/media`, { person, act, stream: name, page }).catch(() => this.fail());
  }

  get closed() {
    return this.pc.signalingState === "closed";
  }

  /** @param {string} address @param {Asking} asking */
  async connect(address, asking) {
    const offer = await this.pc.createOffer();
    const answer = await this.answered(address, asking, offer.sdp ?? "");
    if (!answer) return;
    // Which servers to gather with is told in the answer, so nothing is gathered before it (RFC 9725, 4.6).
    this.pc.setConfiguration({ ...BUNDLED, iceServers: iceServers(answer.headers.get("Link") ?? "") });
    await this.pc.setLocalDescription(offer);
    await this.pc.setRemoteDescription({ type: "answer", sdp: await answer.text() });
  }

  /**
   * The server's answer; null when the line was closed meanwhile. Who watches waits for somebody to publish.
   * @param {string} address @param {Asking} asking @param {string} offer
   */
  async answered(address, asking, offer) {
    for (let wait = AGAIN_AFTER; !this.closed; wait = Math.min(wait * SELDOMER, AGAIN_AT_MOST)) {
      const leave = await ask(address, asking);
      if (!leave.ok) throw new Error(leave.code);
      if (this.closed) break;
      const answer = await post(leave.value, offer);
      if (answer.status === 201) this.open = { ...leave.value, location: answer.headers.get("Location") ?? "" };
      if (this.closed) this.tellEnd();
      else if (answer.status === 201) return answer;
      else if (answer.status !== 404 || asking.act !== "watch") throw new Error(String(answer.status));
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    return null;
  }

  /** What is published from now on; null: nothing of that kind. @param {Tracks} tracks */
  send(tracks) {
    for (const kind of KINDS) this.places[kind]?.sender.replaceTrack(tracks[kind]);
  }

  stats() {
    return this.pc.getStats();
  }

  /** How many watch what this publishes; null where the media server says nothing of that. */
  async viewers() {
    if (!this.open) return null;
    const answer = await fetch(`${this.address(this.open)}/viewers`);
    return answer.ok ? /** @type {number} */ ((await answer.json()).viewers) : null;
  }

  /**
   * Begin anew once this line has been broken for so long.
   * @param {number} wait ms @param {() => void} again @returns {() => void} no longer
   */
  whenBroken(wait, again) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let due;
    const stop = effect(() => {
      clearTimeout(due);
      if (BROKEN.includes(this.state.value)) due = setTimeout(again, wait);
    });
    return () => {
      clearTimeout(due);
      stop();
    };
  }

  fail() {
    if (!this.closed) this.state.value = "failed";
  }

  close() {
    this.pc.onconnectionstatechange = null;
    this.pc.close();
    this.state.value = "closed";
    this.tellEnd();
  }

  /** A server that is not told finds out by itself, half a minute later. */
  tellEnd() {
    if (!this.open) return;
    const [where, { token }] = [this.address(this.open), this.open];
    this.open = null;
    fetch(where, { method: "DELETE", headers: { Authorization: `Bearer ${token}` }, keepalive: true }).catch(
      () => undefined,
    );
  }

  /** Of the connection itself. @param {Leave & {location: string}} open */
  address({ url, location }) {
    return new URL(location, new URL(url, document.baseURI));
  }
}

/** @param {Leave} leave @param {string} offer */
function post({ url, token }, offer) {
  return fetch(url, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/sdp" },
    body: offer,
    signal: AbortSignal.timeout?.(PATIENCE_MS),
  });
}

/**
 * STUN and TURN servers of `Link: <turn:…>; rel="ice-server"; username="…"; credential="…"` (RFC 9725, 4.6).
 * @param {string} links @returns {RTCIceServer[]}
 */
export function iceServers(links) {
  return [...links.matchAll(/<([^>]+)>([^<]*)/g)]
    .filter(([, , rest]) => /rel="?ice-server/.test(rest))
    .map(([, urls, rest]) => {
      const told = (/** @type {string} */ name) => rest.match(new RegExp(`${name}="([^"]*)"`))?.[1];
      return { urls, username: told("username"), credential: told("credential") };
    });
}
