/** Two buttons for whoever stands at the hall's machine; gone with the cursor, there for the keyboard. */

import { html, useEffect, useState } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";
import { chime, toggleFullscreen } from "./hall.js";
import { panelOpen, StationPanel } from "./station-panel.js";

/** @param {{app: import("../lib/start.js").App, station: import("./station.js").Station}} props */
export function Controls({ app, station }) {
  const [full, setFull] = useState(document.fullscreenElement !== null);
  useEffect(() => {
    const look = () => setFull(document.fullscreenElement !== null);
    const onKey = (/** @type {KeyboardEvent} */ event) => {
      if (event.code === "KeyF" && !event.ctrlKey && !event.metaKey && !event.altKey) toggleFullscreen();
    };
    document.addEventListener("fullscreenchange", look);
    addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("fullscreenchange", look);
      removeEventListener("keydown", onKey);
    };
  }, []);
  const planned = [...app.store.all("activity").values()].some(({ plan }) => plan.type === "live");
  const open = () => {
    panelOpen.value = true;
  };
  return html`<nav class="controls" aria-label=${t("projector.controls")}>
    ${planned && html`<button type="button" class="button" onClick=${open}><${Icon} name="video" />${t("projector.station.open")}</button>`}
    <button type="button" class="button" onClick=${() => chime()}><${Icon} name="volume-2" />${t("projector.sound.try")}</button>
    <button type="button" class="button" onClick=${toggleFullscreen} aria-keyshortcuts="F">
      <${Icon} name=${full ? "minimize" : "maximize"} />${t(full ? "projector.fullscreen.leave" : "projector.fullscreen.enter")}
    </button>
  </nav>
  ${panelOpen.value && html`<${StationPanel} station=${station} />`}`;
}
