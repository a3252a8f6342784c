/**
 * Our own STUN and TURN, with credentials of this hour; none where there is no answer: in one network it works without. Kept for a
 * while, because a connection that is to be mended cannot wait for an answer over a network that has just changed.
 */

import { ask } from "./ask.js";

/** Their credentials hold for an hour. */
const KEPT_FOR = 30 * 60_000;

/** @type {{servers: RTCIceServer[], at: number} | null} */
let kept = null;

/** @param {import("./start.js").App} app @returns {Promise<RTCIceServer[]>} */
export async function iceServers({ boot }) {
  if (kept && Date.now() - kept.at < KEPT_FOR) return kept.servers;
  const reply = await ask(`/api/sessions/${boot.session}/ice`, { person: boot.person });
  if (reply.ok) kept = { servers: reply.value.ice_servers, at: Date.now() };
  return reply.ok ? reply.value.ice_servers : [];
}
