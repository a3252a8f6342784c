/** What is on: the step and what people do in it, the window's time, and the room's timer. */

import { serverNow, tick } from "../lib/clock.js";
import { html, useComputed } from "../lib/html.js";
import { clockTime, duration, pick, t } from "../lib/i18n.js";
import { currentStep, plannedStart } from "../lib/session.js";
import { TimerDigits } from "../ui/parts.js";

/** @typedef {import("./booth.js").Booth} Booth */
/** @typedef {import("../lib/types.js").Activity} Activity */

/** @param {{booth: Booth}} props */
export function Now({ booth }) {
  const { store, boot } = booth.app;
  const step = currentStep(store, boot.room);
  const timer = store.one("timer", boot.room);
  const window = booth.step.value;
  return html`<div class="panel now">
    <div>
      <h2>${step ? pick(step.plan.title) : t("interpreter.now.nothing")}</h2>
      <p class="muted">${pick(step?.plan.instruction)}</p>
      ${pick(step?.plan.speakers) && html`<p>${t("interpreter.now.speakers")} ${pick(step?.plan.speakers)}</p>`}
      ${!window && html`<p>${t("interpreter.now.no_window")}</p>`}
      ${window && window.id !== step?.id && html`<p>${t("interpreter.now.next", { title: pick(window.plan.title), time: clockTime(plannedStart(store, window), store.one("room", boot.room)?.plan.time_zone ?? "UTC") })}</p>`}
    </div>
    ${booth.link.value?.status === "live" ? html`<${Live} key=${booth.link.value.live_at} since=${booth.link.value.live_at ?? 0} planned=${window?.plan.duration_ms ?? 0} />` : timer && html`<${TimerDigits} timer=${timer} class="left" />`}
  </div>`;
}

/** How long one is live, and how much of the window is left. @param {{since: number, planned: number}} props */
function Live({ since, planned }) {
  const times = useComputed(() => {
    void tick.value;
    const gone = Math.max(0, serverNow() - since);
    return `${duration(gone)} ${gone < planned ? duration(planned - gone) : ""}`;
  });
  const [gone, left] = times.value.split(" ");
  return html`<div class="window-time">
    <p><strong class="badge">LIVE</strong> <span class="digits">${gone}</span></p>
    <p class="left digits" role="timer">${left || "00:00"}</p>
    <p class="muted" role="status">${t(left ? "interpreter.now.left" : "interpreter.now.over")}</p>
  </div>`;
}
