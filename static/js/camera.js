/** A device that is the camera and microphone of a hall's wall: it only sends, and plays nothing. */

import { CameraPage } from "./camera/page.js";
import { Sender } from "./camera/sender.js";
import { html, render } from "./lib/html.js";
import { start } from "./lib/start.js";
import { stayAwake } from "./projector/hall.js";

async function main() {
  const app = await start();
  stayAwake();
  const sender = new Sender(app);
  render(
    html`<${CameraPage} app=${app} sender=${sender} />`,
    /** @type {HTMLElement} */ (document.getElementById("app")),
  );
}

main();
