/** Our own STUN and TURN, with credentials of this hour; none where there is no answer: in one network it works without. */

import { ask } from "./ask.js";

/** @param {import("./start.js").App} app @returns {Promise<RTCIceServer[]>} */
export async function iceServers({ boot }) {
  const reply = await ask(`/api/sessions/${boot.session}/ice`, { person: boot.person });
  return reply.ok ? reply.value.ice_servers : [];
}
