/** The facilitator's face: agenda on the left, the board (or the step) in the middle, both halls on the right. */

import { Desk } from "./facilitator/desk.js";
import { Face } from "./facilitator/face.js";
import { watchLine, watchSteps } from "./facilitator/notices.js";
import { watchRecording } from "./facilitator/recording.js";
import { watchWindows } from "./facilitator/reminders.js";
import { html, render } from "./lib/html.js";
import { start } from "./lib/start.js";

const desk = new Desk(await start());
watchLine(desk);
watchSteps(desk);
watchRecording(desk);
watchWindows(desk);
addEventListener("keydown", (event) => {
  const undoing = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.code === "KeyZ";
  // In a text field Ctrl+Z belongs to the text.
  const typing = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
  if (!undoing || typing || desk.dialog.peek()) return;
  event.preventDefault();
  desk.undo();
});
render(html`<${Face} desk=${desk} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
