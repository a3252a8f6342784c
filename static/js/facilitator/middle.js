/** The middle: the board of the step, or the step itself where it has none; any other board can be looked at meanwhile. */

import { html } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { currentStep } from "../lib/session.js";
import { BoardView } from "./board.js";
import { OpenElsewhere } from "./close-round.js";
import { StepView } from "./step-view.js";
import { NextStep } from "./steps.js";
import { Voting } from "./voting.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** What is shown: a board's id or "step". @param {Desk} desk */
export function viewOf(desk) {
  const chosen = desk.view.value;
  if (chosen && (chosen === "step" || desk.store.one("board", chosen))) return chosen;
  const step = currentStep(desk.store, desk.room);
  const onBoard = step?.plan.type === "writing" || step?.plan.type === "sorting";
  return (onBoard && step.plan.board) || "step";
}

/** @param {{desk: Desk}} props */
export function Middle({ desk }) {
  const step = currentStep(desk.store, desk.room);
  const view = viewOf(desk);
  if (view !== "step")
    return html`<section class="middle" aria-label=${t("facilitator.tab.board")}><${BoardView} key=${view} desk=${desk} boardId=${view} /></section>`;
  return html`<section class="middle" aria-label=${t("facilitator.tab.board")}>
    ${
      step?.plan.type === "voting"
        ? html`<${Voting} key=${step.id} desk=${desk} step=${step} />`
        : html`<${StepView} desk=${desk} step=${step} />`
    }
  </section>`;
}

/** The line above whatever is shown: its title, its own buttons, which board, and the way on. @param {{desk: Desk, title: string, children?: any}} props */
export function MiddleHead({ desk, title, children }) {
  return html`<div class="middle-head">
      <h2>${title}</h2>
      <div class="middle-acts">${children}<${NextStep} desk=${desk} /></div>
    </div>
    <${OpenElsewhere} desk=${desk} />`;
}

/** @param {{desk: Desk}} props */
export function ViewChoice({ desk }) {
  const step = currentStep(desk.store, desk.room);
  const boards = [...desk.store.all("board").values()];
  const onBoard = step?.plan.type === "writing" || step?.plan.type === "sorting";
  const onChange = (/** @type {Event} */ event) => {
    const chosen = /** @type {HTMLSelectElement} */ (event.currentTarget).value;
    // The step's own view is followed, not held: the next step brings the next one.
    desk.view.value = chosen === viewOfStep ? null : chosen;
    desk.unselect();
  };
  const viewOfStep = onBoard ? (step?.plan.board ?? "step") : "step";
  if (boards.length + (onBoard ? 0 : 1) < 2) return null;
  return html`<select class="select" aria-label=${t("facilitator.board.choose")} value=${viewOf(desk)} onChange=${onChange}>
    ${!onBoard && html`<option value="step">${t("facilitator.board.step", { step: step ? pick(step.plan.title) : t("facilitator.before.title") })}</option>`}
    ${boards.map((board) => html`<option key=${board.id} value=${board.id}>${pick(board.title)}</option>`)}
  </select>`;
}
