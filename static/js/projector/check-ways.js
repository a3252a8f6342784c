/** What a hall's network lets through: picture and sound to our server and back, and every way through TURN by itself. */

import { roundTripMs } from "./figures.js";

/**
 * @typedef {"direct"|"udp"|"tcp"|"tls"} Way
 * @typedef {{answered: boolean, picture: "good"|"poor"|"none"|"off", sound: "good"|"poor"|"silent"|"none"|"off",
 *   way: Way | null, up_kbit: number, round_trip_ms: number | null, loss_percent: number}} Heard
 * @typedef {{audio: MediaStreamTrack | null, video: MediaStreamTrack | null}} Tracks
 * @typedef {{stats: any[], at: number}} Look
 */

/** With every way blocked but the last, a browser needs some seconds to come to it. */
const CONNECT_WITHIN = 10_000;
/** What a check takes; sound comes back 2 s late, and the picture has found its size by then. */
const SETTLES_IN = 2_500;
const MEASURED_FOR = 2_500;
const WAY_WITHIN = 5_000;
/** What a TURN server answers to credentials that are none of its own; Firefox does not tell. */
const UNAUTHORIZED = 401;
const FEW_PICTURES = 8;
const MUCH_LOST = 5;
/** Of the sum of squares a second: a microphone that is switched off gives none. */
const SILENCE = 1e-8;

/**
 * One connection to our server, which sends back what it gets.
 * @param {Tracks} tracks @param {RTCIceServer[]} servers
 * @param {(offer: string) => Promise<string>} answerTo the server's answer; "" where it gives none
 * @param {(stream: MediaStream) => void} shows what comes back
 * @returns {Promise<Heard>}
 */
export async function echo(tracks, servers, answerTo, shows) {
  const pc = new RTCPeerConnection({ iceServers: servers, bundlePolicy: "max-bundle" });
  try {
    const stream = new MediaStream();
    pc.ontrack = ({ track }) => stream.addTrack(track);
    for (const kind of /** @type {const} */ (["audio", "video"])) {
      pc.addTransceiver(tracks[kind] ?? kind, { direction: "sendrecv" });
    }
    await pc.setLocalDescription();
    const sdp = await answerTo(pc.localDescription?.sdp ?? "");
    if (!sdp) return nothing(tracks, false);
    await pc.setRemoteDescription({ type: "answer", sdp });
    if (!(await connected(pc))) return nothing(tracks, true);
    shows(stream);
    await after(SETTLES_IN);
    const before = await look(pc);
    await after(MEASURED_FOR);
    return heard(tracks, before, await look(pc));
  } finally {
    pc.close();
  }
}

/** @param {Tracks} tracks @param {boolean} answered @returns {Heard} */
function nothing(tracks, answered) {
  const picture = tracks.video ? "none" : "off";
  const sound = tracks.audio ? "none" : "off";
  return { answered, picture, sound, way: null, up_kbit: 0, round_trip_ms: null, loss_percent: 0 };
}

/** @param {RTCPeerConnection} pc @returns {Promise<boolean>} */
function connected(pc) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), CONNECT_WITHIN);
    pc.onconnectionstatechange = () => {
      if (pc.connectionState !== "connected" && pc.connectionState !== "failed") return;
      clearTimeout(timer);
      resolve(pc.connectionState === "connected");
    };
  });
}

/** @param {number} ms */
function after(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** @param {RTCPeerConnection} pc @returns {Promise<Look>} */
async function look(pc) {
  return { stats: [...(await pc.getStats()).values()], at: performance.now() };
}

/** @param {Tracks} tracks @param {Look} before @param {Look} now @returns {Heard} */
function heard(tracks, before, now) {
  const more = (/** @type {string} */ type, /** @type {string} */ kind, /** @type {string} */ field) =>
    sum(now, type, kind, field) - sum(before, type, kind, field);
  const seconds = (now.at - before.at) / 1000;
  const lost = (/** @type {string} */ kind) => {
    const gone = Math.max(0, more("inbound-rtp", kind, "packetsLost"));
    return (100 * gone) / Math.max(1, gone + more("inbound-rtp", kind, "packetsReceived"));
  };
  const loss = Math.max(lost("audio"), lost("video"));
  const pair = pairOf(now.stats);
  const trip = roundTripMs(now.stats, pair);
  const sent = more("outbound-rtp", "audio", "bytesSent") + more("outbound-rtp", "video", "bytesSent");
  // What the line carries, where the browser says it: of a hall that sits still little is sent.
  const up = pair?.availableOutgoingBitrate ?? (8 * sent) / seconds;
  return {
    answered: true,
    picture: quality(tracks.video, more("inbound-rtp", "video", "framesDecoded"), FEW_PICTURES * seconds, loss),
    sound: soundOf(tracks.audio, more("inbound-rtp", "audio", "packetsReceived"), loss, now),
    way: wayOf(now.stats, pair),
    up_kbit: whole(up / 1000, 100_000),
    round_trip_ms: trip === null ? null : whole(trip, 60_000),
    loss_percent: whole(loss, 100),
  };
}

/** @param {number} value @param {number} most */
function whole(value, most) {
  return Math.min(most, Math.max(0, Math.round(value)));
}

/** @param {Look} look @param {string} type @param {string} kind @param {string} field */
function sum({ stats }, type, kind, field) {
  return stats.reduce((all, one) => all + (one.type === type && one.kind === kind ? (one[field] ?? 0) : 0), 0);
}

/** @param {MediaStreamTrack | null} track @param {number} came @param {number} enough @param {number} loss */
function quality(track, came, enough, loss) {
  if (!track) return "off";
  if (came <= 0) return "none";
  return came < enough || loss > MUCH_LOST ? "poor" : "good";
}

/** @param {MediaStreamTrack | null} track @param {number} came @param {number} loss @param {Look} now */
function soundOf(track, came, loss, now) {
  const found = quality(track, came, 1, loss);
  const energy = now.stats.find((one) => one.type === "media-source" && one.kind === "audio")?.totalAudioEnergy;
  // Firefox does not tell.
  return found === "good" && energy !== undefined && energy < SILENCE ? "silent" : found;
}

/** The pair of addresses that is used. @param {any[]} stats */
function pairOf(stats) {
  const used = stats.find((one) => one.type === "transport")?.selectedCandidatePairId;
  return stats.find((one) => one.type === "candidate-pair" && (used ? one.id === used : one.selected));
}

/** @param {any[]} stats @param {any} pair @returns {Way} */
function wayOf(stats, pair) {
  const own = stats.find((one) => one.id === pair?.localCandidateId);
  return own?.candidateType === "relay" ? (own.relayProtocol ?? "udp") : "direct";
}

/**
 * The ways through TURN that work when nothing else is allowed, best first; null where there is no TURN server. And whether it
 * answers, but takes our credentials for none.
 * @param {RTCIceServer[]} servers @returns {Promise<{turn: Exclude<Way, "direct">[] | null, turn_refused: boolean}>}
 */
export async function turnWays(servers) {
  const urls = servers.flatMap((server) =>
    [server.urls]
      .flat()
      .filter((url) => url.startsWith("turn"))
      .map((url) => ({ ...server, urls: url })),
  );
  if (urls.length === 0) return { turn: null, turn_refused: false };
  const found = await Promise.all(urls.map(passes));
  const turn = urls.filter((_, at) => found[at] === "passes").map(({ urls: url }) => transportOf(url));
  return { turn, turn_refused: found.includes("refused") };
}

/** @param {string} url @returns {Exclude<Way, "direct">} */
function transportOf(url) {
  if (url.startsWith("turns:")) return "tls";
  return url.endsWith("transport=tcp") ? "tcp" : "udp";
}

/**
 * Whether a word gets from one relay of that server to another.
 * @param {RTCIceServer} server @returns {Promise<"passes"|"refused"|"blocked">}
 */
async function passes(server) {
  /** @type {RTCConfiguration} */
  const only = { iceServers: [server], iceTransportPolicy: "relay" };
  const [one, other] = [new RTCPeerConnection(only), new RTCPeerConnection(only)];
  try {
    one.onicecandidate = ({ candidate }) => candidate && other.addIceCandidate(candidate);
    other.onicecandidate = ({ candidate }) => candidate && one.addIceCandidate(candidate);
    const channel = one.createDataChannel("word");
    channel.onopen = () => channel.send("word");
    const told = new Promise((resolve) => {
      other.ondatachannel = (event) => {
        event.channel.onmessage = () => resolve("passes");
      };
      one.onicecandidateerror = ({ errorCode }) => errorCode === UNAUTHORIZED && resolve("refused");
    });
    // Each knows the other's description before the other looks for candidates: none comes too early.
    const offer = await one.createOffer();
    await other.setRemoteDescription(offer);
    await one.setLocalDescription(offer);
    const answer = await other.createAnswer();
    await one.setRemoteDescription(answer);
    await other.setLocalDescription(answer);
    return await Promise.race([told, after(WAY_WITHIN).then(() => /** @type {const} */ ("blocked"))]);
  } catch {
    return "blocked";
  } finally {
    one.close();
    other.close();
  }
}
