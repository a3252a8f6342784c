/** The agenda rail: every step with its time in both rooms, what is done, where each room is and how late it is. */

import { tick } from "../lib/clock.js";
import { html, useComputed, useEffect, useRef } from "../lib/html.js";
import { clockTime, duration, pick, t } from "../lib/i18n.js";
import { agenda, currentStep, lateness, openRound, plannedStart, rooms } from "../lib/session.js";
import { checkedIn } from "../ui/check.js";
import { Icon, Mark } from "../ui/parts.js";
import { openMenu } from "./menu.js";
import { StepMenu } from "./steps.js";
import { minutesInWords, ownRoomFirst } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Activity} Activity */

/** @param {{desk: Desk}} props */
export function AgendaRail({ desk }) {
  const { store } = desk;
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  const current = currentStep(store, desk.room)?.id;
  useEffect(() => {
    const rail = ref.current;
    // Somebody who is looking through the agenda keeps their place.
    if (!rail || rail.matches(":hover, :focus-within")) return;
    rail.querySelector('[aria-current="step"]')?.scrollIntoView({ block: "nearest" });
  }, [current]);
  const steps = agenda(store);
  const days = [...new Set(steps.map((step) => step.plan.day))];
  return html`<nav class="rail" ref=${ref} aria-label=${t("facilitator.agenda")}>
    <h2 class="eyebrow">${t("facilitator.agenda")}</h2>
    ${days.map(
      (day) => html`<section key=${day}>
        ${days.length > 1 && html`<h3 class="rail-day">${t("facilitator.day", { day })}</h3>`}
        <ol>
          ${steps.filter((step) => step.plan.day === day).map((step) => html`<${Step} key=${step.id} desk=${desk} step=${step} />`)}
        </ol>
      </section>`,
    )}
  </nav>`;
}

/** @param {{desk: Desk, step: Activity}} props */
function Step({ desk, step }) {
  const { store, room } = desk;
  const stages = rooms(store).map((other) => store.one("stage", other.id));
  const here = stages.filter((stage) => stage?.activity === step.id).map((stage) => stage?.room);
  const current = here.includes(room);
  const done = here.length === 0 && step.opened_in.length > 0;
  const partly = step.plan.rooms.length < rooms(store).length;
  const note = step.plan.type === "voting" ? dotsInWords(step) : current && pick(boardTitle(desk, step));
  const open = (/** @type {MouseEvent} */ event) =>
    openMenu(
      desk,
      /** @type {HTMLElement} */ (event.currentTarget),
      pick(step.plan.title),
      () => html`<${StepMenu} desk=${desk} step=${step} />`,
    );
  return html`<li>
    <button
      type="button"
      class="step ${current ? "current" : ""} ${done ? "done" : ""}"
      aria-current=${current ? "step" : undefined}
      aria-haspopup="dialog"
      onClick=${open}
    >
      <${Times} desk=${desk} step=${step} />
      <span class="what">
        <span class="name">
          ${done ? html`<${Ticked} title=${pick(step.plan.title)} />` : pick(step.plan.title)}
        </span>
        ${current && html`<${Late} desk=${desk} />`}
        ${note && html`<span class="sub">${note}</span>`}
        ${step.plan.type === "live" && html`<${WindowState} desk=${desk} step=${step} />`}
        ${!current && openRound(store, step.id) && html`<span class="still">${t("facilitator.voting.runs_still")}</span>`}
        <${Where} desk=${desk} step=${step} here=${/** @type {string[]} */ (here)} />
      </span>
      <span class="tags">
        ${step.plan.type === "live" && store.one("link", step.id)?.status !== "live" && html`<span class="live-tag">LIVE</span>`}
        ${partly && step.plan.rooms.map((id) => html`<${Mark} key=${id} app=${desk.app} room=${id} />`)}
      </span>
    </button>
  </li>`;
}

/** How far a live connection is: checked, ready, on the air, over. @param {{desk: Desk, step: Activity}} props */
function WindowState({ desk, step }) {
  const { store } = desk;
  const link = store.one("link", step.id);
  const since = useComputed(() => duration(Math.max(0, tick.value - (store.one("link", step.id)?.live_at ?? 0))));
  const ready = link?.ready.length ?? 0;
  const all = step.plan.rooms.length;
  if (link?.status === "live") return html`<span class="still">LIVE <span class="digits">${since.value}</span></span>`;
  if (ready > 0)
    return html`<span class="sub">${t(ready === all ? "facilitator.window.ready" : "facilitator.window.ready_of", { n: ready, all })}</span>`;
  if (link?.status === "over") return html`<span class="sub">${t("facilitator.window.over")}</span>`;
  const { words, ...halls } = checkedIn(store, step);
  return halls.n > 0 && html`<span class="sub">${t(words, halls)}</span>`;
}

/** One instant on both halls' clocks, one's own first: so the column is one order, also where only one hall takes part. @param {{desk: Desk, step: Activity}} props */
function Times({ desk, step }) {
  const at = plannedStart(desk.store, step);
  return html`<span class="times digits">
    ${ownRoomFirst(desk.store, desk.room).map((room) => {
      const away = !step.plan.rooms.includes(room.id);
      return html`<span key=${room.id} class=${away ? "away" : ""} title=${pick(room.plan.name)}>${clockTime(at, room.plan.time_zone)}</span>`;
    })}
  </span>`;
}

/** The tick never stands alone on a line. @param {{title: string}} props */
function Ticked({ title }) {
  const at = title.lastIndexOf(" ") + 1;
  return html`${title.slice(0, at)}<span class="whole"
      >${title.slice(at)} <${Icon} name="check" /><span class="visually-hidden">${t("facilitator.step.done")}</span></span
    >`;
}

/** Which rooms are at this step, said only while they are not together; and phones that are here without their room. @param {{desk: Desk, step: Activity, here: string[]}} props */
function Where({ desk, step, here }) {
  const { store } = desk;
  const held = rooms(store).filter((room) => step.plan.rooms.includes(room.id));
  const split = here.length > 0 && here.length < held.length;
  const phones = rooms(store).filter((room) => store.one("stage", room.id)?.phones === step.id);
  if (!split && phones.length === 0) return null;
  return html`<span class="where">
    ${split && here.map((id) => html`<${Mark} key=${id} app=${desk.app} room=${id} />`)}
    ${split && t("facilitator.step.here")}
    ${phones.map((room) => html`<span key=${room.id}><${Mark} app=${desk.app} room=${room.id} /> ${t("facilitator.step.phones_here")}</span>`)}
  </span>`;
}

/** How late (or early), in few words; in full for a screen reader. @param {{desk: Desk}} props */
function Late({ desk }) {
  const minutes = useComputed(() => Math.round(lateness(desk.store, desk.room, tick.value) / 60_000));
  const n = minutes.value;
  if (n === 0) return null;
  const size = Math.abs(n);
  const params = { n: size, time: minutesInWords(size * 60_000) };
  const which = n > 0 ? "late" : "early";
  const inWords = t(`facilitator.${which}${size >= 60 ? "_by" : ""}`, params);
  return html`<span class="late" title=${inWords}>
    <span aria-hidden="true">${t(`facilitator.${which}_short`, params)}</span><span class="visually-hidden">${inWords}</span>
  </span>`;
}

/** @param {Activity} step */
function dotsInWords({ plan }) {
  const dots = t("facilitator.dots", { n: plan.dots ?? 0 });
  return plan.max_per_item ? t("facilitator.dots_most", { dots, most: plan.max_per_item }) : dots;
}

/** @param {Desk} desk @param {Activity} step */
function boardTitle(desk, step) {
  return desk.store.one("board", step.plan.board)?.title;
}
