/** Where somebody at the hall's machine chooses camera and microphone, sees and hears that they work, and is done. */

import { html, signal, useEffect, useRef, useState } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";
import { Video } from "../ui/video.js";
import { CheckPanel } from "./check.js";

/** @typedef {import("./station.js").Station} Station */
/** @typedef {{cameras: MediaDeviceInfo[], microphones: MediaDeviceInfo[]}} Devices */

/** Whether the panel stands on this wall. */
export const panelOpen = signal(false);

const METER_EVERY = 80;
/** Less than this is a room in which nobody speaks, or a microphone that is off. */
const QUIET = 0.02;

/** @param {{station: Station}} props */
export function StationPanel({ station }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const [devices, setDevices] = useState(/** @type {Devices} */ ({ cameras: [], microphones: [] }));
  const chosen = station.remembered() ?? { camera: "any", microphone: "any" };
  const look = async () => {
    const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    setDevices({
      cameras: all.filter(({ kind }) => kind === "videoinput"),
      microphones: all.filter(({ kind }) => kind === "audioinput"),
    });
  };
  useEffect(() => {
    dialog.current?.showModal();
    // Devices have names only once they were allowed.
    (station.own.peek() ? Promise.resolve() : station.use(chosen)).then(look);
    navigator.mediaDevices?.addEventListener("devicechange", look);
    return () => navigator.mediaDevices?.removeEventListener("devicechange", look);
  }, []);
  const close = () => {
    panelOpen.value = false;
  };
  const leave = () => station.leave().then(close);
  const own = station.own.value;
  return html`<dialog class="station-panel" ref=${dialog} onClose=${close} aria-labelledby="station-title">
    <h2 id="station-title"><${Icon} name="video" />${t("projector.station.title")}</h2>
    <p>${t("projector.station.text")}</p>
    ${station.trouble.value && html`<p class="trouble" role="alert"><${Icon} name="circle-alert" />${t(station.trouble.value)}</p>`}
    <div class="preview">
      ${own && html`<${Video} stream=${own} muted=${true} label=${t("projector.station.preview")} />`}
      ${!own?.getVideoTracks().length && html`<p class="nothing"><${Icon} name="eye-off" />${t("projector.station.no_picture")}</p>`}
    </div>
    ${own && html`<${Level} key=${own.id} stream=${own} />`}
    <${Choice} name="camera" devices=${devices.cameras} value=${chosen.camera} onChoose=${(/** @type {string} */ camera) => station.use({ ...chosen, camera }).then(look)} />
    <${Choice} name="microphone" devices=${devices.microphones} value=${chosen.microphone} onChoose=${(/** @type {string} */ microphone) => station.use({ ...chosen, microphone }).then(look)} />
    <${CheckPanel} check=${station.check} />
    <div class="acts">
      ${own && html`<button type="button" class="button quiet" onClick=${leave}>${t("projector.station.leave")}</button>`}
      <button type="button" class="button primary" onClick=${close}>${t("projector.station.done")}</button>
    </div>
  </dialog>`;
}

/** @param {{name: "camera"|"microphone", devices: MediaDeviceInfo[], value: string, onChoose: (id: string) => void}} props */
function Choice({ name, devices, value, onChoose }) {
  return html`<label class="device">
    <span>${t(`projector.station.${name}`)}</span>
    <select class="select" value=${value} onChange=${(/** @type {any} */ event) => onChoose(event.currentTarget.value)}>
      <option value="any">${t("projector.station.any")}</option>
      ${devices.map((device, at) => html`<option key=${device.deviceId} value=${device.deviceId}>${device.label || at + 1}</option>`)}
      <option value="">${t("projector.station.none")}</option>
    </select>
  </label>`;
}

/** How loud it is here, so that a dead microphone shows before the hall depends on it. @param {{stream: MediaStream}} props */
function Level({ stream }) {
  const [level, setLevel] = useState(0);
  const heard = useRef(false);
  const there = stream.getAudioTracks().length > 0;
  useEffect(() => {
    if (!there) return undefined;
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
  const said = !there ? "no_sound" : heard.current ? "heard" : "speak";
  return html`<div class="loudness">
    <span>${t("projector.station.level")}</span>
    <meter class="level" min="0" max="1" low=${QUIET} value=${level} aria-label=${t("projector.station.level")}></meter>
    <span class="digits">${Math.round(100 * level)} %</span>
    <p class="hint" role="status">${t(`projector.station.${said}`)}</p>
  </div>`;
}
