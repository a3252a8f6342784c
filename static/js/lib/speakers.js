/** The queue of those who want to speak in a live window: one for both halls. */

/** @typedef {import("./types.js").Hand} Hand */

/**
 * Who speaks, and who waits, in order.
 * @param {import("./store.js").Store} store @param {string} activityId
 * @returns {{speaking: Hand | undefined, waiting: Hand[]}}
 */
export function queueOf(store, activityId) {
  const hands = [...store.all("hand").values()].filter(({ activity }) => activity === activityId);
  const waiting = hands.filter(({ speaking }) => !speaking);
  return {
    speaking: hands.find(({ speaking }) => speaking),
    waiting: waiting.sort((a, b) => (a.rank < b.rank ? -1 : 1)),
  };
}
