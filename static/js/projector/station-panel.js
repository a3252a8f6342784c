/** Where somebody at the hall's machine chooses camera and microphone, sees and hears that they work, and is done. */

import { html, signal, useEffect, useRef, useState } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { DevicePicker } from "../ui/devices.js";
import { Icon } from "../ui/parts.js";
import { CheckPanel } from "./check.js";
import { OtherDevice, PairButton, PairForm } from "./other-device.js";

/** @typedef {import("./station.js").Station} Station */

/** Whether the panel stands on this wall. */
export const panelOpen = signal(false);

/** @param {{station: Station}} props */
export function StationPanel({ station }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const [pairing, setPairing] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => {
    panelOpen.value = false;
  };
  const leave = () => station.leave().then(close);
  const elsewhere = station.camera.used.value;
  return html`<dialog class="station-panel" ref=${dialog} onClose=${close} aria-labelledby="station-title">
    <h2 id="station-title"><${Icon} name="video" />${t("projector.station.title")}</h2>
    <p>${t("projector.station.text")}</p>
    ${
      pairing
        ? html`<${PairForm} station=${station} onDone=${() => setPairing(false)} />`
        : html`<${elsewhere ? OtherDevice : DevicePicker} station=${station} devices=${station.devices} />
    <${PairButton} station=${station} onPress=${() => setPairing(true)} />`
    }
    <${CheckPanel} check=${station.check} />
    <div class="acts">
      ${(elsewhere || station.own.value) && html`<button type="button" class="button quiet" onClick=${leave}>${t("projector.station.leave")}</button>`}
      <button type="button" class="button primary" onClick=${close}>${t("projector.station.done")}</button>
    </div>
  </dialog>`;
}
