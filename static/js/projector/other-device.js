/** Another device as the wall's camera: paired by the code it shows, and how it does. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Preview, Trouble } from "../ui/devices.js";
import { PairCode, usePairing } from "../ui/pair-code.js";
import { Icon } from "../ui/parts.js";

/** @typedef {import("./station.js").Station} Station */

/** How it does, in a word. @param {{station: Station}} props */
export function CameraState({ station: { camera } }) {
  const state = camera.stream.value ? "connected" : camera.trouble.value ? "missing" : "connecting";
  const icon = state === "connected" ? "circle-check" : "circle-alert";
  return html`<p class="camera-state ${state}" role="status"><${Icon} name=${icon} />${t(`projector.station.camera_${state}`)}</p>`;
}

/** @param {{station: Station}} props */
export function OtherDevice({ station }) {
  const { camera, devices } = station;
  const back = () => {
    camera.use(false);
    devices.use(devices.choice);
  };
  return html`<${CameraState} station=${station} />
    <${Trouble} id=${camera.trouble.value} />
    <${Preview} stream=${camera.stream.value} />
    <p><button type="button" class="button quiet" onClick=${back}>${t("projector.station.own_again")}</button></p>`;
}

/** @param {{station: Station, onPress: () => void}} props */
export function PairButton({ station, onPress }) {
  const again = station.camera.used.value;
  return html`<p>
    <button type="button" class="button quiet" onClick=${onPress}>
      <${Icon} name="link" />${t(again ? "projector.station.other_instead" : "projector.station.other")}
    </button>
  </p>`;
}

/** @param {{station: Station, onDone: () => void}} props */
export function PairForm({ station, onDone }) {
  const { boot } = station.app;
  const pairing = usePairing(boot, t("projector.station.other_offline"), () => {
    station.devices.forget();
    station.camera.use(true);
    onDone();
  });
  const address = `${boot.join_address}/pair`;
  return html`<form class="pairing" onSubmit=${pairing.submit}>
    <img class="qr" src="/s/${boot.session}/${boot.person}/pair.svg" alt=${address} />
    <p>${t("projector.station.other_how")} <strong>${address}</strong></p>
    <${PairCode} pairing=${pairing} label=${t("projector.station.other_code")} />
    <div class="acts">
      <button type="button" class="button quiet" onClick=${onDone}>${t("projector.station.other_not")}</button>
      <button class="button primary" aria-disabled=${pairing.ready ? undefined : "true"}>${t("projector.station.other_pair")}</button>
    </div>
  </form>`;
}
