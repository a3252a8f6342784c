/** The middle of a step without a board: what happens now, for how long, and what people read about it. */

import { html } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { nextStep, rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { Mark } from "../ui/parts.js";
import { LinkControls } from "./link-controls.js";
import { MiddleHead, ViewChoice } from "./middle.js";
import { minutesInWords, timesOf } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Activity} Activity */

/** @param {{desk: Desk, step: Activity | undefined}} props */
export function StepView({ desk, step }) {
  const { store, room } = desk;
  if (!step) {
    const first = nextStep(store, room);
    return html`<${MiddleHead} desk=${desk} title=${t("facilitator.before.title")}><${ViewChoice} desk=${desk} /><//>
      <div class="step-card panel">
        <p>${t("facilitator.before.text")}</p>
        ${first && html`<p class="muted">${t("facilitator.before.first", { step: pick(first.plan.title) })}</p>`}
        <${Arrivals} desk=${desk} />
      </div>`;
  }
  const live = step.plan.type === "live";
  // While two halls are connected, nothing is as near at hand as what governs that.
  const onAir = live && store.one("link", step.id)?.status === "live";
  const about = html`<${About} key="about" desk=${desk} step=${step} />`;
  return html`<${MiddleHead} desk=${desk} title=${pick(step.plan.title)}><${ViewChoice} desk=${desk} /><//>
    <div class="step-card panel ${onAir ? "as-on-air" : ""}">
      ${!onAir && html`<p class="eyebrow">${t(`facilitator.type.${step.plan.type}`)} · ${minutesInWords(step.plan.duration_ms)}</p>`}
      ${!onAir && about}
      ${live && html`<${LinkControls} desk=${desk} step=${step} />`}
      ${live && html`<p class="hint">${t("facilitator.live.board_goes_on")}</p>`}
      ${live && step.plan.telephone && html`<p>${t("facilitator.live.telephone", { number: step.plan.telephone })}</p>`}
      ${onAir && html`<details><summary>${t("facilitator.live.about")}</summary>${about}</details>`}
      ${step.plan.type === "welcome" && html`<${Arrivals} desk=${desk} />`}
    </div>`;
}

/** What happens in a step, when in both rooms, and who speaks. @param {{desk: Desk, step: Activity}} props */
function About({ desk, step }) {
  const { plan } = step;
  const ends = timesOf(desk.store, step, plan.duration_ms);
  return html`${pick(plan.instruction) && html`<p class="instruction">${pick(plan.instruction)}</p>`}
    <ul class="step-times">
      ${timesOf(desk.store, step).map(
        ({ room: at, time }, place) => html`<li key=${at.id} style=${roomStyle(at.id)}>
          <${Mark} app=${desk.app} room=${at.id} /><span>${pick(at.plan.name)}</span>
          <span class="digits">${time}–${ends[place].time}</span>
        </li>`,
      )}
    </ul>
    ${pick(plan.speakers) && html`<p class="who-speaks"><strong>${t("facilitator.live.speakers")}</strong> ${pick(plan.speakers)}</p>`}`;
}

/** How many people have joined, by room. @param {{desk: Desk}} props */
function Arrivals({ desk }) {
  const people = [...desk.store.all("person").values()].filter(
    (person) => person.role === "participant" && !person.removed,
  );
  const phones = desk.store.presence.value?.phones ?? {};
  return html`<ul class="arrivals">
    ${rooms(desk.store).map((room) => {
      const joined = t("facilitator.arrivals", { n: people.filter((person) => person.room === room.id).length });
      const here = t("facilitator.phones", { n: phones[room.id] ?? 0 });
      return html`<li key=${room.id} style=${roomStyle(room.id)}>
        <${Mark} app=${desk.app} room=${room.id} /><strong>${joined}</strong><span class="muted">${here}</span>
      </li>`;
    })}
  </ul>`;
}
