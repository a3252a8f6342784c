/** One's own microphone: on the air or not, to talk while held, to cough while held; which device, and whether it hears anything. */

import { html, useEffect } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { QUIET, useFound, useLoudness } from "../ui/devices.js";
import { Icon } from "../ui/parts.js";
import { useNextFocus } from "./focus.js";
import { Listeners } from "./listeners.js";
import { channelName } from "./words.js";

/** @typedef {import("./booth.js").Booth} Booth */

/** Once the microphone is there, a channel to speak into. */
const TAKE = ".channel .primary";

/** @param {{booth: Booth}} props */
export function Microphone({ booth }) {
  const open = booth.open.value;
  const coughing = open && booth.coughing.value;
  const state = stateOf(booth);
  const next = useNextFocus([booth.place.elsewhere.value, booth.able.value, booth.devices.stream.value], TAKE);
  return html`<div class="panel mic ${open ? "open" : ""} ${coughing ? "coughing" : ""}">
    <p class="mic-state" role="status">
      <${Icon} name=${open && !coughing ? "mic" : "mic-off"} />
      <strong>${t(`interpreter.mic.state.${state}`, { channel: channelName(booth.into.value) })}</strong>
    </p>
    ${booth.place.elsewhere.value ? html`<${Elsewhere} booth=${booth} next=${next} />` : html`<${Here} booth=${booth} next=${next} />`}
  </div>`;
}

/** The one thing to know now. @param {Booth} booth */
function stateOf(booth) {
  if (booth.place.elsewhere.value) return "elsewhere";
  if (booth.link.value?.status === "over") return "over";
  if (!booth.voice.value) return "no_device";
  if (!booth.into.value) return booth.channels.value.some((code) => booth.own(code)) ? "offered" : "no_channel";
  if (!booth.connected.value) return "waiting";
  if (!booth.open.value) return "off";
  if (booth.coughing.value) return "cough";
  return booth.line?.state.value === "connected" ? "on" : "connecting";
}

/** Another page of one's own has the microphone. @param {{booth: Booth, next: (event: MouseEvent) => void}} props */
function Elsewhere({ booth, next }) {
  const take = (/** @type {MouseEvent} */ event) => {
    next(event);
    booth.take(booth.held.peek()[0]);
  };
  return html`<div class="first">
    <p>${t("interpreter.mic.elsewhere")}</p>
    <button type="button" class="button primary" onClick=${take}><${Icon} name="mic" />${t("interpreter.mic.take_here")}</button>
  </div>`;
}

/** @param {{booth: Booth, next: (event: MouseEvent) => void}} props */
function Here({ booth, next }) {
  const stream = booth.devices.stream.value;
  return html`<${Buttons} booth=${booth} />
    ${booth.line && html`<${Listeners} line=${booth.line} />`}
    <${Trouble} booth=${booth} next=${next} />
    ${stream && booth.voice.value && html`<${Level} stream=${stream} />`}
    <${Device} booth=${booth} />`;
}

/** @param {{booth: Booth}} props */
function Buttons({ booth }) {
  const able = booth.able.value;
  const on = able && booth.latched.value === "on";
  const toggle = (/** @type {MouseEvent} */ event) => {
    booth.toggle();
    // After a click the space bar is for coughing, not for this button.
    if (event.detail > 0) /** @type {HTMLElement} */ (event.currentTarget).blur();
  };
  return html`<div class="mic-buttons">
    <button type="button" class="button on-air ${on ? "stop" : "go"}" aria-pressed=${on} disabled=${!able} onClick=${toggle}>
      <${Icon} name=${on ? "square" : "mic"} />${t(on ? "interpreter.mic.off_air" : "interpreter.mic.on_air")}
    </button>
    <${Held} signal=${booth.talking} disabled=${!able || on} class="talk" icon="mic" text=${t("interpreter.mic.talk")} />
    <${Held} signal=${booth.coughing} disabled=${!able || !booth.open.value} class="cough" icon="mic-off" text=${t("interpreter.mic.cough")} />
    ${able && html`<p class="hint">${t(on ? "interpreter.mic.space_cough" : "interpreter.mic.space_talk")}</p>`}
  </div>`;
}

/**
 * A button that counts as long as it is held, by finger, mouse or key.
 * @param {{signal: import("../lib/html.js").Signal<boolean>, disabled: boolean, class: string, icon: string, text: string}} props
 */
function Held({ signal, disabled, class: extra, icon, text }) {
  const press = (/** @type {boolean} */ held) => () => {
    signal.value = held;
  };
  const onPointer = (/** @type {PointerEvent} */ event) => {
    /** @type {HTMLElement} */ (event.currentTarget).setPointerCapture(event.pointerId);
    signal.value = true;
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    signal.value = event.type === "keydown";
  };
  useEffect(() => {
    if (disabled) signal.value = false;
  }, [disabled]);
  return html`<button
    type="button"
    class="button held ${extra}"
    disabled=${disabled}
    aria-pressed=${!disabled && signal.value}
    onPointerDown=${onPointer}
    onPointerUp=${press(false)}
    onLostPointerCapture=${press(false)}
    onKeyDown=${onKey}
    onKeyUp=${onKey}
    onBlur=${press(false)}
    onContextMenu=${(/** @type {Event} */ event) => event.preventDefault()}
  >
    <${Icon} name=${icon} />${text}
  </button>`;
}

/** Why there is no microphone, and what helps. @param {{booth: Booth, next: (event: MouseEvent) => void}} props */
function Trouble({ booth, next }) {
  const { stream, trouble } = booth.devices;
  const listen = (/** @type {MouseEvent} */ event) => {
    next(event);
    booth.listen();
  };
  const why = trouble.value.split(".").at(-1);
  if (why) {
    return html`<div class="trouble" role="alert"><${Icon} name="circle-alert" />
      <p>${t(`interpreter.mic.trouble.${why}`)}</p>
      <button type="button" class="button" onClick=${listen}>${t("interpreter.mic.again")}</button>
    </div>`;
  }
  if (stream.value) return null;
  return html`<div class="first">
    <p>${t("interpreter.mic.first")}</p>
    <button type="button" class="button primary" onClick=${listen}><${Icon} name="mic" />${t("interpreter.mic.allow")}</button>
  </div>`;
}

/** @param {{stream: MediaStream}} props */
function Level({ stream }) {
  const { level, heard } = useLoudness(stream);
  return html`<div class="loudness">
    <meter class="level" min="0" max="1" low=${QUIET} value=${level} aria-label=${t("interpreter.mic.level")}></meter>
    <p class="hint">${t(heard ? "interpreter.mic.heard" : "interpreter.mic.speak")}</p>
  </div>`;
}

/** @param {{booth: Booth}} props */
function Device({ booth }) {
  const [{ microphones }, look] = useFound();
  const stream = booth.devices.stream.value;
  useEffect(() => {
    look();
  }, [stream]);
  if (!stream) return null;
  const onChange = (/** @type {any} */ event) => booth.listen(event.currentTarget.value);
  return html`<label class="device">
    <span>${t("interpreter.mic.device")}</span>
    <select class="field" value=${booth.devices.choice.microphone} onChange=${onChange}>
      <option value="any">${t("interpreter.mic.any")}</option>
      ${microphones.map((device, at) => html`<option key=${device.deviceId} value=${device.deviceId}>${device.label || at + 1}</option>`)}
    </select>
  </label>`;
}
