/** Screens on which there is nothing to do but know where one is: before, between, beside, after. */

import { serverNow, tick } from "../lib/clock.js";
import { html, useComputed, useEffect, useSignal } from "../lib/html.js";
import { clockTime, dateInWords, pick, t } from "../lib/i18n.js";
import { agenda, breakEnd, nextStep, plannedStart, rooms, wallOf } from "../lib/session.js";
import { Mark } from "../ui/parts.js";
import { DoneRow, Heading } from "./frame.js";
import { Later } from "./later.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Activity} Activity */

/** After the last step's planned end people still say goodbye; an hour later they have gone home. */
const OVER_AFTER = 3_600_000;
const SLOW_AFTER = 4_000;

/** @param {{app: App}} props */
export function Connecting({ app }) {
  const slow = useSignal(false);
  useEffect(() => {
    const due = setTimeout(() => (slow.value = true), SLOW_AFTER);
    return () => clearTimeout(due);
  }, []);
  const offline = slow.value || app.socket.status.value === "offline";
  return html`<div class="quiet-screen">
    <${Heading} text=${t(offline ? "phone.connecting.offline" : "phone.connecting.title")} />
    ${offline && html`<p>${t("phone.connecting.offline_hint")}</p>`}
  </div>`;
}

/** The same instant in every room. @param {{app: App, at: number}} props */
function InBothRooms({ app, at }) {
  return html`<dl class="times">
    ${rooms(app.store).map(
      (room) => html`<div key=${room.id}>
        <dt><${Mark} app=${app} room=${room.id} /> ${pick(room.plan.name)}</dt>
        <dd class="digits">${clockTime(at, room.plan.time_zone)}</dd>
      </div>`,
    )}
  </dl>`;
}

/** @param {{app: App}} props */
export function NotStarted({ app }) {
  const { store, boot } = app;
  const session = store.one("session", "session");
  const room = store.one("room", boot.room);
  const first = agenda(store, boot.room)[0];
  const at = first ? plannedStart(store, first) : 0;
  const zone = room?.plan.time_zone ?? "UTC";
  // A plan may be run on any day after its own; which one is known only once the session was started.
  const dated = session?.started || dateInWords(at, zone) === dateInWords(serverNow(), zone) || at > serverNow();
  return html`<div class="quiet-screen">
    <${Heading} text=${pick(room?.plan.welcome) || t("phone.welcome.title")} />
    <p class="hint">${[pick(session?.title), pick(session?.subtitle)].filter(Boolean).join(" · ")}</p>
    ${
      first &&
      html`<div class="panel">
      <h2 class="panel-title">${t(dated ? "phone.welcome.starts" : "phone.welcome.starts_at")}</h2>
      ${dated && html`<p>${dateInWords(at, zone)}</p>`}
      <${InBothRooms} app=${app} at=${at} />
    </div>`
    }
    <p>${t("phone.welcome.stay")}</p>
  </div>`;
}

/** A step with words only: welcome and text. @param {{app: App, step: Activity}} props */
export function Words({ app, step }) {
  const { store, boot } = app;
  const last = nextStep(store, boot.room) === undefined && store.one("stage", boot.room)?.activity === step.id;
  const ends = plannedStart(store, step) + step.plan.duration_ms + OVER_AFTER;
  const over = useComputed(() => tick.value > ends);
  if (last && over.value) return html`<${Over} app=${app} />`;
  return html`<div class="quiet-screen">
    <${Heading} text=${pick(step.plan.title)} hint=${pick(step.plan.instruction)} />
    <${WallResults} app=${app} />
    ${step.plan.timer_ms && html`<${DoneRow} app=${app} step=${step} />`}
  </div>`;
}

/** @param {{app: App}} props */
function Over({ app }) {
  return html`<div class="quiet-screen">
    <${Heading} text=${t("phone.over.title")} />
    <p>${t("phone.over.thanks", { title: pick(app.store.one("session", "session")?.title) })}</p>
  </div>`;
}

/** What stands on the room's wall as results stands on its phones too. @param {{app: App}} props */
export function WallResults({ app }) {
  const wall = wallOf(app.store, app.boot.room);
  const round = wall.kind === "results" ? app.store.one("round", wall.target) : undefined;
  return round?.tally ? html`<${Later} name="Results" app=${app} round=${round} />` : null;
}

/** @param {{app: App, step: Activity}} props */
export function Pause({ app, step }) {
  const { store, boot } = app;
  const until = breakEnd(store, boot.room, step);
  const late = useComputed(() => until !== null && tick.value > until);
  return html`<div class="quiet-screen">
    <${Heading} text=${pick(step.plan.title)} hint=${pick(step.plan.instruction)} />
    <div class="panel">
      <h2 class="panel-title">${t(until === null || late.value ? "phone.break.soon" : "phone.break.until")}</h2>
      ${until !== null && html`<${InBothRooms} app=${app} at=${until} />`}
    </div>
    <p>${t("phone.break.stay")}</p>
  </div>`;
}
