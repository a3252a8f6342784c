/** What the hall's machine does besides showing: a chime at the end of a timer, staying awake, hiding its cursor. */

import { tick } from "../lib/clock.js";
import { effect, signal } from "../lib/html.js";

/** @typedef {import("../lib/start.js").App} App */

/** A chime later than this would startle people who are long past it. */
const LATE = 120_000;
const CURSOR_FOR = 3_000;
/** Three notes of a falling chord, twice: frequency in Hz, start in seconds. */
const NOTES = [783.99, 659.25, 523.25, 783.99, 659.25, 523.25];
const NOTE_EVERY = 0.42;
/** A bell is its tone and a few quieter ones above it. */
const PARTIALS = [
  { times: 1, loud: 1, lasts: 2.4 },
  { times: 2, loud: 0.35, lasts: 1.4 },
  { times: 3.01, loud: 0.12, lasts: 0.7 },
];

/** Whether the browser still keeps this page silent. */
export const muted = signal(false);
/** Whether someone is at the machine right now. */
const attended = signal(false);

/** @type {AudioContext | null} */
let audio = null;

/** Browsers allow sound only after a touch or a key: any will do. */
export function listenForUnlock() {
  if (!("AudioContext" in globalThis)) return;
  audio = new AudioContext();
  const look = () => {
    muted.value = audio?.state !== "running";
  };
  audio.onstatechange = look;
  look();
  const unlock = (/** @type {Event} */ event) => {
    // The button does so itself, and must not vanish under the finger before its click.
    const target = event.target instanceof Element ? event.target : null;
    if (!target?.closest(".sound")) audio?.resume().then(look, look);
  };
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, unlock);
}

/** The chime, now; for the end of a timer and to try it. */
export async function chime() {
  if (!audio) return;
  // Waiting for a page nobody ever touched would play it whenever someone does.
  if (audio.state !== "running") await Promise.race([audio.resume(), new Promise((done) => setTimeout(done, 500))]);
  if (audio.state !== "running") return;
  muted.value = false;
  const begin = audio.currentTime + 0.05;
  const out = audio.createDynamicsCompressor();
  out.connect(audio.destination);
  for (const [n, frequency] of NOTES.entries()) bell(audio, out, frequency, begin + n * NOTE_EVERY);
}

/** @param {AudioContext} context @param {AudioNode} out @param {number} frequency @param {number} at */
function bell(context, out, frequency, at) {
  for (const { times, loud, lasts } of PARTIALS) {
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.frequency.value = frequency * times;
    gain.gain.setValueAtTime(0.0001, at);
    gain.gain.exponentialRampToValueAtTime(0.5 * loud, at + 0.015);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + lasts);
    tone.connect(gain).connect(out);
    tone.start(at);
    tone.stop(at + lasts);
  }
}

/**
 * Ring once for each end of the room's timer, also when the news of it came late or the page was loaded in between.
 * @param {App} app
 * @param {() => void} [ring]
 */
export function ringAtTheEnd(app, ring = chime) {
  const key = `tcl-rung-${app.boot.session}-${app.boot.room}`;
  let due = Number(sessionStorage.getItem(key) ?? 0);
  let rung = 0;
  const remember = (/** @type {number} */ at) => {
    due = at;
    sessionStorage.setItem(key, String(at));
  };
  effect(() => {
    const timer = app.store.one("timer", app.boot.room);
    if (!app.store.ready.value) return;
    if (!timer || timer.status === "paused") remember(0);
    else if (timer.status === "running" && timer.ends_at !== null && timer.ends_at !== rung) remember(timer.ends_at);
  });
  effect(() => {
    const now = tick.value;
    if (!app.store.ready.value || due === 0 || now < due) return;
    const late = now - due > LATE;
    rung = due;
    remember(0);
    if (!late) ring();
  });
}

/** Keep the screen on while the page is looked at; the lock is lost whenever it is not. */
export function stayAwake() {
  const ask = () => {
    if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => {});
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

/** Cursor and buttons are there while someone is at the machine, and gone three seconds after. */
export function watchForPeople() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let gone;
  const here = () => {
    attended.value = true;
    clearTimeout(gone);
    gone = setTimeout(() => {
      attended.value = false;
    }, CURSOR_FOR);
  };
  for (const name of ["pointermove", "pointerdown", "keydown"]) addEventListener(name, here);
  effect(() => {
    document.documentElement.classList.toggle("unattended", !attended.value);
  });
}

export function toggleFullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}
