/** The live window a room is in or comes to, and the board a wall has beside its picture: for walls, and for desks that show them small. */

import { agenda, currentStep } from "./session.js";

/** @typedef {import("./store.js").Store} Store */

/** The window the room is in, else the next one planned. @param {Store} store @param {string} roomId */
export function windowOf(store, roomId) {
  const here = currentStep(store, roomId)?.place ?? -1;
  return agenda(store, roomId).find(({ plan, place }) => plan.type === "live" && place >= here);
}

/** The board a room is busy with: its step's, else that of the last step before with one. @param {Store} store @param {string} roomId */
export function boardOfStep(store, roomId) {
  const steps = agenda(store, roomId).filter((step) => step.plan.board);
  const place = currentStep(store, roomId)?.place ?? -1;
  const before = steps.filter((step) => step.place <= place).at(-1) ?? steps[0];
  return store.one("board", before?.plan.board);
}

/**
 * How a wall shares itself out: without a board there is nothing to set beside the pictures.
 * @param {import("./types.js").Link} link @param {string} roomId @param {boolean} hasBoard
 */
export function layoutOf(link, roomId, hasBoard) {
  const chosen = link.layouts[roomId] ?? "hall";
  return hasBoard || chosen === "halves" ? chosen : "hall";
}
