/** The foot of a wall on the air: what this is, who was to speak, and the time it runs and has left. */

import { serverNow, tick } from "../lib/clock.js";
import { html, useComputed } from "../lib/html.js";
import { duration, t } from "../lib/i18n.js";
import { queueOf } from "../lib/speakers.js";
import { Icon, LineState } from "../ui/parts.js";
import { InOne, Lines, read, say } from "./words.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Activity} Activity */

/**
 * `silenced`: the browser plays no sound before somebody has touched the page.
 * @param {{app: App, step: Activity, since: number, silenced: boolean}} props
 */
export function AirFoot({ app, step, since, silenced }) {
  const status = app.socket.status.value;
  const cutOff = status !== "live" && status !== "stopped";
  // Whoever has the floor stands in the queue; beside them the plan's sentence would name somebody else.
  const planned = queueOf(app.store, step.id).speaking ? [] : read(app, step.plan.speakers).slice(0, 1);
  return html`<footer class="air-foot">
    <strong class="title"><${Lines} lines=${read(app, step.plan.title)} /></strong>
    <p class="planned"><${InOne} lines=${planned} /></p>
    ${cutOff && html`<${LineState} app=${app} />`}
    ${silenced && html`<button type="button" class="button sound"><${Icon} name="volume-x" />${t("projector.sound.on")}</button>`}
    <${Times} app=${app} since=${since} planned=${step.plan.duration_ms} />
  </footer>`;
}

/** How long it runs, and how much of the planned time is left. At its end that is said, and nothing else happens. */
/** @param {{app: App, since: number, planned: number}} props */
function Times({ app, since, planned }) {
  const text = useComputed(() => {
    void tick.value;
    const gone = Math.max(0, serverNow() - since);
    return `${duration(gone)} ${gone < planned ? duration(planned - gone) : ""}`;
  });
  const [gone, left] = text.value.split(" ");
  return html`<p class="left ${left ? "" : "time-over"}" role=${left ? undefined : "status"}>
      <${Lines} lines=${left ? say(app, "projector.live.left", { time: left }) : say(app, "projector.live.time_over")} />
    </p>
    <span class="digits" role="timer">${gone}</span>`;
}
