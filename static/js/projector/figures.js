/** How a link does, from what the browser counts (W3C webrtc-stats): the way it takes, and what came and went since the last look. */

/**
 * @typedef {import("../lib/types.js").Figures} Figures
 * @typedef {{at: number, sent: number, came: number, packets: number, lost: number}} Counted
 */

/** @type {Record<string, Figures["way"]>} */
const TURNS = { udp: "turn_udp", tcp: "turn_tcp", tls: "turn_tls" };

/**
 * @param {RTCStatsReport} report
 * @param {Counted | null} before what the last look counted, of the same connection
 * @returns {{figures: Figures, counted: Counted}}
 */
export function figuresOf(report, before) {
  const counted = { at: performance.now(), sent: 0, came: 0, packets: 0, lost: 0 };
  const picture = { width: 0, height: 0 };
  for (const one of report.values()) {
    if (one.type === "outbound-rtp") counted.sent += one.bytesSent ?? 0;
    if (one.type !== "inbound-rtp") continue;
    counted.came += one.bytesReceived ?? 0;
    counted.packets += one.packetsReceived ?? 0;
    counted.lost += one.packetsLost ?? 0;
    if (one.frameWidth) Object.assign(picture, { width: one.frameWidth, height: one.frameHeight });
  }
  const pair = chosenPair(report);
  const figures = {
    way: wayOf(report, pair),
    round_trip_ms: roundTripMs([...report.values()], pair),
    lost: before && lostSince(counted, before),
    up_kbps: before ? rate(counted.sent - before.sent, counted.at - before.at) : 0,
    down_kbps: before ? rate(counted.came - before.came, counted.at - before.at) : 0,
    ...picture,
  };
  return { figures, counted };
}

/** @param {RTCStatsReport} report */
function chosenPair(report) {
  const all = [...report.values()];
  const transport = all.find((one) => one.type === "transport" && one.selectedCandidatePairId);
  if (transport) return report.get(transport.selectedCandidatePairId);
  // Firefox names none, and marks the pair instead.
  return all.find((one) => one.type === "candidate-pair" && one.selected);
}

/** @param {any[]} stats @param {any} pair @returns {number | null} */
export function roundTripMs(stats, pair) {
  // Firefox does not count it by the pair, only by what the other end says of our packets.
  const told = stats.find((one) => one.type === "remote-inbound-rtp" && one.roundTripTime !== undefined);
  const trip = pair?.currentRoundTripTime ?? told?.roundTripTime;
  return trip === undefined ? null : Math.round(trip * 1000);
}

/** Either end may be the one that relays. @param {RTCStatsReport} report @param {any} pair @returns {Figures["way"]} */
function wayOf(report, pair) {
  const near = pair && report.get(pair.localCandidateId);
  const far = pair && report.get(pair.remoteCandidateId);
  if (near?.candidateType === "relay") return TURNS[near.relayProtocol] ?? "turn_udp";
  return far?.candidateType === "relay" ? "turn_udp" : "direct";
}

/** Of a hundred packets. A late one is taken back from the lost, so the difference may be below nothing. */
/** @param {Counted} now @param {Counted} before */
function lostSince(now, before) {
  const lost = Math.max(0, now.lost - before.lost);
  const due = lost + now.packets - before.packets;
  return due > 0 ? Math.round((1000 * lost) / due) / 10 : null;
}

/** @param {number} bytes @param {number} ms */
function rate(bytes, ms) {
  return Math.max(0, Math.round((8 * bytes) / Math.max(1, ms)));
}
