/** That this hall's camera and microphone are on, where the wall shows something else meanwhile; and that they are recorded. */

import { html } from "../lib/html.js";
import { isRecorded, liveLink } from "../lib/session.js";
import { RecordedHere } from "./recorded.js";
import { InOne, say } from "./words.js";

/** @param {{app: import("../lib/start.js").App}} props */
export function StillOnAir({ app }) {
  const live = liveLink(app.store, app.boot.room);
  if (!live && !isRecorded(app)) return null;
  return html`<div class="still-on-air">
    ${live && html`<p class="on-air-mark" role="status"><strong>LIVE</strong><span><${InOne} lines=${say(app, "projector.live.still")} /></span></p>`}
    <${RecordedHere} app=${app} />
  </div>`;
}
