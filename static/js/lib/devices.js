/** Camera and microphone of this machine: asked for once and remembered, given up and taken again as cables come and go. */

import { signal } from "./html.js";

/** @typedef {{camera: string, microphone: string}} Choice device ids; "": none, "any": whichever */

/** Why a browser gives none, in a word. @type {Record<string, string>} */
const WHY = {
  NotAllowedError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
};

/** @type {Choice} */
const WHICHEVER = { camera: "any", microphone: "any" };

export class Devices {
  /** @param {string} key what the choice is remembered under */
  constructor(key) {
    this.key = key;
    /** @type {import("./html.js").Signal<MediaStream | null>} what they give */
    this.stream = signal(null);
    /** Why there is no camera or microphone: an id of the catalogue, or "". */
    this.trouble = signal("");
    /** @type {Choice | null} what was asked for last, whatever came of it */
    this.wanted = this.remembered();
    /** A page that is closed loses its devices, too; it will have them again when it is opened. */
    this.leaving = false;
    addEventListener("pagehide", () => (this.leaving = true));
    addEventListener("pageshow", () => (this.leaving = false));
    navigator.mediaDevices?.addEventListener("devicechange", () => this.regain());
  }

  /** @returns {Choice | null} */
  remembered() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "null");
    } catch {
      return null;
    }
  }

  get choice() {
    return this.wanted ?? WHICHEVER;
  }

  /** Take these. @param {Choice} choice */
  async use(choice) {
    this.wanted = choice;
    this.trouble.value = "";
    const { stream, trouble } = await opened(choice);
    // A browser may ask for long. Meanwhile something else was chosen, or all of it given up: the light must not go on.
    if (this.wanted !== choice) return ended(stream);
    this.trouble.value = trouble && `projector.station.${trouble}`;
    if (!stream) return;
    this.stop();
    this.stream.value = stream;
    for (const track of stream.getTracks()) track.addEventListener("ended", () => this.lose(track));
    try {
      localStorage.setItem(this.key, JSON.stringify(choice));
    } catch {
      // A private window: asked for again after a reload.
    }
  }

  /** A device was pulled out: the hall goes on with what is left. @param {MediaStreamTrack} track */
  lose(track) {
    const own = this.stream.peek();
    if (this.leaving || !own?.getTracks().includes(track)) return;
    this.stream.value = new MediaStream(own.getTracks().filter((other) => other !== track));
    this.trouble.value = track.kind === "video" ? "projector.station.no_camera" : "projector.station.no_microphone";
  }

  /** Something was plugged in: perhaps what is missing. */
  regain() {
    if (this.wanted && this.trouble.peek()) this.use(this.wanted);
  }

  /** No longer, and not after a reload either. */
  forget() {
    localStorage.removeItem(this.key);
    this.wanted = null;
    this.stop();
    this.stream.value = null;
    this.trouble.value = "";
  }

  stop() {
    ended(this.stream.peek());
  }
}

/** @param {MediaStream | null} stream */
function ended(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/**
 * Both at once, so that the browser asks once; where that fails, what it gives one by one. `trouble`: why not all of it.
 * @param {Choice} choice @returns {Promise<{stream: MediaStream | null, trouble: string}>}
 */
async function opened(choice) {
  if (!navigator.mediaDevices) return { stream: null, trouble: "insecure" };
  if (!choice.camera && !choice.microphone) return { stream: new MediaStream(), trouble: "" };
  const both = await given(choice);
  if (both instanceof MediaStream) return { stream: both, trouble: "" };
  const sound = choice.camera ? await given({ ...choice, camera: "" }) : "";
  const picture = choice.microphone ? await given({ ...choice, microphone: "" }) : "";
  if (sound instanceof MediaStream && picture instanceof MediaStream) {
    // Who waved the question away at first was asked again.
    return { stream: new MediaStream([...sound.getTracks(), ...picture.getTracks()]), trouble: "" };
  }
  if (sound instanceof MediaStream) return { stream: sound, trouble: `${picture || both}_camera` };
  if (picture instanceof MediaStream) return { stream: picture, trouble: `${sound || both}_microphone` };
  return { stream: null, trouble: both };
}

/**
 * What the browser gives, or why it gives nothing; "" where nothing was asked for.
 * @param {Choice} choice @returns {Promise<MediaStream | string>}
 */
async function given({ camera, microphone }) {
  if (!camera && !microphone) return "";
  const exactly = (/** @type {string} */ id) => (id === "any" ? {} : { deviceId: { exact: id } });
  const size = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
  const video = camera ? { ...exactly(camera), ...size } : false;
  const audio = microphone ? { ...exactly(microphone), echoCancellation: true, noiseSuppression: true } : false;
  try {
    return await navigator.mediaDevices.getUserMedia({ video, audio });
  } catch (error) {
    return WHY[error instanceof DOMException ? error.name : ""] ?? "failed";
  }
}
