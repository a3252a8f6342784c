/** Choosing camera and microphone, seeing and hearing that they work: at the wall and on the device that is its camera. */

import { html, useEffect, useRef, useState } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Icon } from "./parts.js";
import { Video } from "./video.js";

/** @typedef {import("../lib/devices.js").Devices} Devices */
/** @typedef {{cameras: MediaDeviceInfo[], microphones: MediaDeviceInfo[]}} Found */

const METER_EVERY = 80;
/** Less than this is a room in which nobody speaks, or a microphone that is off. */
export const QUIET = 0.02;

/** @param {{devices: Devices}} props */
export function DevicePicker({ devices }) {
  const [found, look] = useFound();
  const chosen = devices.choice;
  const use = (/** @type {object} */ more) => devices.use({ ...devices.choice, ...more }).then(look);
  useEffect(() => {
    // Devices have names only once they were allowed.
    (devices.stream.peek() ? Promise.resolve() : devices.use(chosen)).then(look);
  }, []);
  return html`<${Trouble} id=${devices.trouble.value}>
      <button type="button" class="button" onClick=${() => use({})}>${t("projector.station.again")}</button>
    <//>
    <${Preview} stream=${devices.stream.value} />
    <${Choice} name="camera" devices=${found.cameras} value=${chosen.camera} onChoose=${(/** @type {string} */ camera) => use({ camera })} />
    <${Choice} name="microphone" devices=${found.microphones} value=${chosen.microphone} onChoose=${(/** @type {string} */ microphone) => use({ microphone })} />`;
}

/** What is plugged in, and a way to look again. @returns {[Found, () => Promise<void>]} */
export function useFound() {
  const [found, setFound] = useState(/** @type {Found} */ ({ cameras: [], microphones: [] }));
  const look = async () => {
    const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    setFound({
      cameras: all.filter(({ kind }) => kind === "videoinput"),
      microphones: all.filter(({ kind }) => kind === "audioinput"),
    });
  };
  useEffect(() => {
    navigator.mediaDevices?.addEventListener("devicechange", look);
    return () => navigator.mediaDevices?.removeEventListener("devicechange", look);
  }, []);
  return [found, look];
}

/** Why there is no camera or microphone, and what helps. @param {string} id */
function troubleInWords(id) {
  return t(id, { where: "docs/operating.md#addresses-and-tls" });
}

/** @param {{id: string, children?: any}} props */
export function Trouble({ id, children }) {
  return (
    id &&
    html`<div class="trouble" role="alert"><${Icon} name="circle-alert" /><p>${troubleInWords(id)}</p>${children}</div>`
  );
}

/** @param {{stream: MediaStream | null}} props */
export function Preview({ stream }) {
  const heard = stream !== null && stream.getAudioTracks().length > 0;
  return html`<div class="preview">
      ${stream && html`<${Video} stream=${stream} muted=${true} label=${t("projector.station.preview")} />`}
      ${!stream?.getVideoTracks().length && html`<p class="nothing"><${Icon} name="eye-off" />${t(heard ? "projector.station.no_picture" : "projector.station.nothing")}</p>`}
    </div>
    ${stream && html`<${Level} key=${stream.id} stream=${stream} />`}`;
}

/** @param {{name: "camera"|"microphone", devices: MediaDeviceInfo[], value: string, onChoose: (id: string) => void}} props */
function Choice({ name, devices, value, onChoose }) {
  return html`<label class="device">
    <span>${t(`projector.station.${name}`)}</span>
    <select class="field" value=${value} onChange=${(/** @type {any} */ event) => onChoose(event.currentTarget.value)}>
      <option value="any">${t("projector.station.any")}</option>
      ${devices.map((device, at) => html`<option key=${device.deviceId} value=${device.deviceId}>${device.label || at + 1}</option>`)}
      <option value="">${t("projector.station.none")}</option>
    </select>
  </label>`;
}

/** How loud it is here, so that a dead microphone shows before the hall depends on it. @param {{stream: MediaStream}} props */
function Level({ stream }) {
  const { level, heard } = useLoudness(stream);
  const said = stream.getAudioTracks().length === 0 ? "no_sound" : heard ? "heard" : "speak";
  return html`<div class="loudness">
    <span>${t("projector.station.level")}</span>
    <meter class="level" min="0" max="1" low=${QUIET} value=${level} aria-label=${t("projector.station.level")}></meter>
    <span class="digits">${Math.round(100 * level)} %</span>
    <p class="hint" role="status">${t(`projector.station.${said}`)}</p>
  </div>`;
}

/** How loud a stream is now, from 0 to 1, and whether it ever was. @param {MediaStream | null} stream */
export function useLoudness(stream) {
  const [level, setLevel] = useState(0);
  const heard = useRef(false);
  useEffect(() => {
    heard.current = false;
    setLevel(0);
    if (!stream || stream.getAudioTracks().length === 0) return undefined;
    const audio = new AudioContext();
    const analyser = audio.createAnalyser();
    audio.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const loud = Math.min(1, 3 * Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length));
      heard.current ||= loud > QUIET;
      setLevel(loud);
    }, METER_EVERY);
    return () => {
      clearInterval(timer);
      audio.close();
    };
  }, [stream]);
  return { level, heard: heard.current };
}
