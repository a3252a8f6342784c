/** That a live window is being recorded, for a hall: in its own language and the other's. */

import { html } from "../lib/html.js";
import { isRecorded } from "../lib/session.js";
import { Recorded } from "../ui/recorded.js";
import { InOne, say } from "./words.js";

/** @param {{app: import("../lib/start.js").App}} props */
export function RecordedHere({ app }) {
  if (!isRecorded(app)) return null;
  return html`<${Recorded}><span><${InOne} lines=${say(app, "common.recorded")} /></span><//>`;
}
