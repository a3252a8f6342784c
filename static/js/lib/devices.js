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
    const stream = await this.open(choice);
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

  /** Both at once, so that the browser asks once; where that fails, the one that there is. */
  /** @param {Choice} choice @returns {Promise<MediaStream | null>} */
  async open(choice) {
    this.trouble.value = "";
    if (!navigator.mediaDevices) {
      this.trouble.value = "projector.station.insecure";
      return null;
    }
    if (!choice.camera && !choice.microphone) return new MediaStream();
    const both = await given(choice);
    if (both instanceof MediaStream) return both;
    const sound = choice.camera ? await given({ ...choice, camera: "" }) : "";
    const picture = choice.microphone ? await given({ ...choice, microphone: "" }) : "";
    if (sound instanceof MediaStream) this.trouble.value = `projector.station.${picture || both}_camera`;
    else if (picture instanceof MediaStream) this.trouble.value = `projector.station.${sound || both}_microphone`;
    else this.trouble.value = `projector.station.${both}`;
    return [sound, picture].find((one) => one instanceof MediaStream) ?? null;
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
    this.release();
    this.trouble.value = "";
  }

  /** No longer for now. */
  release() {
    this.stop();
    this.stream.value = null;
  }

  stop() {
    for (const track of this.stream.peek()?.getTracks() ?? []) track.stop();
  }
}

/** What the browser gives, or why it gives nothing; "" where nothing was asked for. */
/** @param {Choice} choice @returns {Promise<MediaStream | string>} */
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
