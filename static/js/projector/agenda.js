/** The agenda of the day, in every room's time, with the step each room is in. */

import { tick } from "../lib/clock.js";
import { html, useComputed } from "../lib/html.js";
import { clockTime, duration } from "../lib/i18n.js";
import { agenda, currentStep, plannedStart, rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { checkedIn } from "../ui/check.js";
import { Icon, Mark } from "../ui/parts.js";
import { Foot } from "./foot.js";
import { Head } from "./head.js";
import { Paged } from "./paged.js";
import { InOne, Lines, read, say } from "./words.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Activity} Activity */

const FORMATS = [
  { places: 1, size: "size-m" },
  { places: 2, size: "size-m" },
  { places: 2, size: "size-s" },
];

/** @param {{app: App}} props */
export function Agenda({ app }) {
  const { store } = app;
  const here = currentStep(store, app.boot.room);
  const all = agenda(store);
  const day = here?.plan.day ?? all[0]?.plan.day ?? 1;
  const today = all.filter((step) => step.plan.day === day);
  const days = store.one("session", "session")?.days ?? 1;
  const title = days > 1 ? say(app, "projector.agenda.title_day", { day }) : say(app, "projector.agenda.title");
  const flow = {
    id: "agenda",
    head: () => html`<${Rooms} app=${app} />`,
    pieces: today.map((step) => ({ key: step.id, view: html`<${Row} app=${app} step=${step} />` })),
  };
  return html`<${Head} app=${app} lines=${title} ended=${false} />
    <main class="agenda"><${Paged} key=${day} app=${app} flows=${[flow]} formats=${FORMATS} /></main>
    <${Foot} app=${app} />`;
}

/** @param {{app: App}} props */
function Rooms({ app }) {
  return html`<p class="agenda-rooms">
    ${rooms(app.store).map(
      (room) =>
        html`<span key=${room.id} class="at" style=${roomStyle(room.id)}><${Mark} app=${app} room=${room.id} /></span>`,
    )}
  </p>`;
}

/** @param {{app: App, step: Activity}} props */
function Row({ app, step }) {
  const all = rooms(app.store);
  const start = plannedStart(app.store, step);
  const nowIn = all.filter((room) => app.store.one("stage", room.id)?.activity === step.id);
  const shared = all.every((room) => step.plan.rooms.includes(room.id));
  return html`<article class="agenda-row ${nowIn.length ? "now" : ""}">
    ${all.map((room) => {
      const held = step.plan.rooms.includes(room.id);
      return html`<span key=${room.id} class="at digits ${held ? "" : "not-here"}">${held ? clockTime(start, room.plan.time_zone) : "–"}</span>`;
    })}
    <div class="what">
      <h2><${Lines} lines=${read(app, step.plan.title)} /></h2>
      ${step.plan.type === "live" && html`<${WindowState} app=${app} step=${step} />`}
    </div>
    ${
      nowIn.length > 0 &&
      html`<p class="now-mark">
        <${Icon} name="play" /><span><${InOne} lines=${say(app, "projector.agenda.now")} /></span>
        ${
          (!shared || nowIn.length < all.length) &&
          nowIn.map(
            (room) =>
              html`<span key=${room.id} style=${roomStyle(room.id)}><${Mark} app=${app} room=${room.id} /></span>`,
          )
        }
      </p>`
    }
  </article>`;
}

/** How far a live connection is: checked, ready, on the air, over. @param {{app: App, step: Activity}} props */
function WindowState({ app, step }) {
  const link = app.store.one("link", step.id);
  const since = useComputed(() => duration(Math.max(0, tick.value - (app.store.one("link", step.id)?.live_at ?? 0))));
  if (link?.status === "live")
    return html`<p class="window-state live"><strong class="badge">LIVE</strong> <span class="digits">${since.value}</span></p>`;
  const all = step.plan.rooms.length;
  const said = link?.ready.length === all ? "ready" : link?.status === "over" ? "over" : "";
  if (said)
    return html`<p class="window-state"><span><${InOne} lines=${say(app, `projector.window.${said}`)} /></span></p>`;
  const { words, ...halls } = checkedIn(app.store, step);
  return halls.n > 0 && html`<p class="window-state"><span><${InOne} lines=${say(app, words, halls)} /></span></p>`;
}
