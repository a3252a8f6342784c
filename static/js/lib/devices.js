/** Camera and microphone of this machine: asked for once and remembered, given up and taken again as cables come and go. */

import { signal } from "./html.js";

/** @typedef {{camera: string, microphone: string}} Choice device ids; "": none, "any": whichever */

/** @type {Record<string, string>} */
const TROUBLES = {
  NotAllowedError: "projector.station.denied",
  NotFoundError: "projector.station.missing",
  OverconstrainedError: "projector.station.missing",
  NotReadableError: "projector.station.busy",
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
    return this.remembered() ?? WHICHEVER;
  }

  /** Take these. @param {Choice} choice */
  async use(choice) {
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

  /** @param {Choice} choice @returns {Promise<MediaStream | null>} */
  async open({ camera, microphone }) {
    if (!navigator.mediaDevices) {
      this.trouble.value = "projector.station.insecure";
      return null;
    }
    const exactly = (/** @type {string} */ id) => (id === "any" ? {} : { deviceId: { exact: id } });
    const video = camera && {
      ...exactly(camera),
      width: { ideal: 1280 },
      height: { ideal: 720 },
      frameRate: { ideal: 30 },
    };
    const audio = microphone && { ...exactly(microphone), echoCancellation: true, noiseSuppression: true };
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: video || false, audio: audio || false });
      this.trouble.value = "";
      return stream;
    } catch (error) {
      const name = error instanceof DOMException ? error.name : "";
      this.trouble.value = TROUBLES[name] ?? "projector.station.failed";
      return null;
    }
  }

  /** A device was pulled out: the hall goes on with what is left. @param {MediaStreamTrack} track */
  lose(track) {
    const own = this.stream.peek();
    if (!own?.getTracks().includes(track)) return;
    this.stream.value = new MediaStream(own.getTracks().filter((other) => other !== track));
    this.trouble.value = track.kind === "video" ? "projector.station.no_camera" : "projector.station.no_microphone";
  }

  /** Something was plugged in: perhaps what is missing. */
  regain() {
    const chosen = this.remembered();
    if (chosen && this.trouble.peek()) this.use(chosen);
  }

  /** No longer, and not after a reload either. */
  forget() {
    localStorage.removeItem(this.key);
    this.stop();
    this.stream.value = null;
    this.trouble.value = "";
  }

  stop() {
    for (const track of this.stream.peek()?.getTracks() ?? []) track.stop();
  }
}
