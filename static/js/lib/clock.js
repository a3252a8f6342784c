/** The server's time on this device: an offset kept from round trips (the quickest of the last eight counts most). */

import { signal } from "./html.js";

const KEPT = 8;

/** @type {{trip: number, offset: number}[]} */
let samples = [];
let offset = 0;

/** Server time in ms, ticking five times a second; read it inside `computed` so that only a changed text renders. */
export const tick = signal(Date.now());

/** The server's clock now, UTC ms. */
export function serverNow() {
  return Date.now() + offset;
}

/**
 * One round trip.
 * @param {number} sentAt this device's clock when asking
 * @param {number} serverAt the server's clock when it answered
 */
export function observe(sentAt, serverAt) {
  const receivedAt = Date.now();
  const trip = Math.max(0, receivedAt - sentAt);
  samples = [...samples, { trip, offset: serverAt - (sentAt + receivedAt) / 2 }].slice(-KEPT);
  adopt();
}

/**
 * A first guess, before any round trip was measured.
 * @param {number} serverAt
 * @param {number} [deviceAt] this device's clock at that instant
 */
export function guess(serverAt, deviceAt = Date.now()) {
  if (samples.length === 0) {
    offset = serverAt - deviceAt;
    tick.value = serverNow();
  }
}

/** The device's own clock was set, or it slept: what was measured before says nothing any more. */
export function forget() {
  samples = [];
}

function adopt() {
  offset = samples.reduce((best, sample) => (sample.trip < best.trip ? sample : best)).offset;
}

let lastDevice = Date.now();
let lastSteady = performance.now();
setInterval(() => {
  const device = Date.now();
  const steady = performance.now();
  // A jump of the device's clock against its steady one is corrected at once, not at the next ping.
  const jump = device - lastDevice - (steady - lastSteady);
  if (Math.abs(jump) > 500 && Math.abs(jump) < 1e12 && document.visibilityState === "visible") {
    offset -= jump;
    samples = [];
  }
  lastDevice = device;
  lastSteady = steady;
  tick.value = serverNow();
}, 200);
