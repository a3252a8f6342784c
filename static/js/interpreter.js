/** The interpreter's face: hears the halls, sees what is on and what the walls say, and speaks into a language's channel. */

import { Booth } from "./interpreter/booth.js";
import { listenToSpace } from "./interpreter/keys.js";
import { Page } from "./interpreter/page.js";
import { html, render } from "./lib/html.js";
import { start } from "./lib/start.js";
import { stayAwake } from "./projector/hall.js";

const booth = new Booth(await start());
listenToSpace(booth);
stayAwake();
render(html`<${Page} booth=${booth} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
