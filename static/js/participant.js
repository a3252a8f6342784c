/** The participant's face: one person's phone. */

import { html, render } from "./lib/html.js";
import { start } from "./lib/start.js";
import { Phone } from "./participant/phone.js";

const app = await start();
render(html`<${Phone} app=${app} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
