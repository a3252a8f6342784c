/** The words that people in the hall have before them now: notes, groups, results, a message. Hidden ones are not sent. */

import { layout } from "../lib/board.js";
import { html } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { agenda, currentStep, nameless, results, wallOf } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { Mark } from "../ui/parts.js";

/** @typedef {import("./booth.js").Booth} Booth */
/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Board} Board */
/** @typedef {import("../lib/board.js").Placed} Placed */

/** @param {{booth: Booth}} props */
export function Texts({ booth: { app } }) {
  const { store, boot } = app;
  const { kind, target, text } = wallOf(store, boot.room);
  const round = kind === "results" ? store.one("round", target) : undefined;
  return html`<section class="texts" aria-labelledby="texts-title">
    <h2 class="eyebrow" id="texts-title">${t("interpreter.texts.title")}</h2>
    ${kind === "message" ? html`<p class="panel said">${text}</p>` : round?.tally ? html`<${Results} round=${round} />` : html`<${BoardTexts} app=${app} board=${boardOf(app, target)} />`}
  </section>`;
}

/** The board on the wall; while that shows something else, the one the hall was busy with last. @param {App} app @param {string | null} target */
function boardOf({ store, boot }, target) {
  const named = [...store.all("board").values()].find(
    ({ id, columns }) => id === target || columns.some((column) => column.id === target),
  );
  if (named) return named;
  const place = currentStep(store, boot.room)?.place ?? -1;
  const before = agenda(store, boot.room).filter((step) => step.plan.board && step.place <= place);
  return store.one("board", before.at(-1)?.plan.board);
}

/** @param {{app: App, board: Board | undefined}} props */
function BoardTexts({ app, board }) {
  if (!board) return html`<p class="muted">${t("interpreter.texts.none")}</p>`;
  if (board.hidden) return html`<h3>${pick(board.title)}</h3><p class="muted">${t("interpreter.texts.hidden")}</p>`;
  const columns = layout(app.store, board.id);
  return html`<h3>${pick(board.title)}</h3>
    <div class="columns" tabindex="0" role="region" aria-label=${pick(board.title)}>
      ${board.columns.map(({ id, title }) => html`<${Column} key=${id} app=${app} title=${pick(title)} placed=${columns[id] ?? []} />`)}
    </div>`;
}

/** @param {{app: App, title: string, placed: Placed[]}} props */
function Column({ app, title, placed }) {
  return html`<div>
    <h4>${title}</h4>
    ${placed.length === 0 && html`<p class="muted">${t("interpreter.texts.empty")}</p>`}
    ${placed.map((one) =>
      one.kind === "note"
        ? html`<${Note} key=${one.id} app=${app} note=${one.note} />`
        : html`<div key=${one.id} class="group">
            <p class="group-title">${[one.group.title, one.group.translation].filter(Boolean).join(" · ") || t("interpreter.texts.unnamed")}</p>
            ${one.notes.map((note) => html`<${Note} key=${note.id} app=${app} note=${note} />`)}
          </div>`,
    )}
  </div>`;
}

/** @param {{app: App, note: import("../lib/types.js").Note}} props */
function Note({ app, note }) {
  return html`<article class="note" style=${roomStyle(note.room)}>
    <p class="text" lang=${note.language}>${note.text}</p>
    ${note.translation && html`<p class="translation">${note.translation}</p>`}
    <p class="by"><${Mark} app=${app} room=${note.room} /></p>
  </article>`;
}

/** @param {{round: import("../lib/types.js").Round}} props */
function Results({ round }) {
  return html`<ol class="results">
    ${results(round)
      .filter(({ sum }) => sum > 0)
      .map(
        ({ item, place, sum }) => html`<li key=${item.id} class="panel">
          <span class="digits">${place}</span>
          <span>${[item.title, item.translation].filter(Boolean).join(" · ") || nameless(item, "interpreter.texts.unnamed")}</span>
          <strong class="digits">${sum}</strong>
        </li>`,
      )}
  </ol>`;
}
