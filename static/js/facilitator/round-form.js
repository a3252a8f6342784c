/** A round set up: how many dots, how many on one idea, and on what. */

import { layout } from "../lib/board.js";
import { newId } from "../lib/commands.js";
import { html, useSignal } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";
import { Confirm } from "./box.js";
import { NumberField, Segments } from "./fields.js";
import { roomsInWords } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Activity} Activity */
/** @typedef {{id: string, title: string, column: string, notes: number}} Item */

const MOST_DOTS = 20;

/** What dots can be placed on, as the server will see it: groups that hold notes, and loose notes. @param {Desk} desk @param {Activity} step @returns {Item[]} */
function itemsOf({ store }, { plan }) {
  const board = store.one("board", plan.board);
  if (!board) return [];
  const columns = layout(store, board.id);
  return board.columns
    .filter((column) => !plan.columns?.length || plan.columns.includes(column.id))
    .flatMap((column) =>
      (columns[column.id] ?? []).flatMap((placed) => {
        if (placed.kind === "note") return [{ id: placed.id, title: placed.note.text, column: column.id, notes: 1 }];
        const title = placed.group.title || t("facilitator.group.untitled");
        return placed.notes.length > 0 ? [{ id: placed.id, title, column: column.id, notes: placed.notes.length }] : [];
      }),
    );
}

/** @param {{desk: Desk, step: Activity, items: string[], onDone: () => void, onBack: (() => void) | null}} props */
export function RoundForm({ desk, step, items: first, onDone, onBack }) {
  const { store } = desk;
  const board = store.one("board", step.plan.board);
  const dots = useSignal(step.plan.dots ?? 5);
  const most = useSignal(step.plan.max_per_item || (step.plan.dots ?? 5));
  const some = useSignal(first.length > 0);
  const chosen = useSignal(new Set(first));
  const items = itemsOf(desk, step);
  const ids = items.map((item) => item.id).filter((id) => !some.value || chosen.value.has(id));
  const reason =
    (board?.hidden && t("facilitator.voting.board_hidden")) ||
    (ids.length === 0 && t("facilitator.voting.nothing")) ||
    "";
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (reason) return;
    const untitled = ids.filter((id) => store.one("group", id)?.title === "").length;
    if (untitled > 0) desk.show(Confirm, askUntitled(untitled, start));
    else start();
  };
  const start = async () => {
    const command = {
      type: "StartRound",
      round_id: newId(),
      activity_id: step.id,
      dots: dots.value,
      max_per_item: Math.min(most.value, dots.value),
      items: some.value ? ids : null,
    };
    if (
      await desk.act(command, {
        done: t("facilitator.voting.started", { rooms: roomsInWords(store, step.plan.rooms) }),
      })
    )
      onDone();
  };
  return html`<form class="panel round-form" onSubmit=${submit}>
    <h3>${t("facilitator.voting.prepare")}</h3>
    ${pick(step.plan.instruction) && html`<p class="muted">${pick(step.plan.instruction)}</p>`}
    <div class="numbers">
      <${NumberField} label=${t("facilitator.voting.dots")} value=${dots.value} from=${1} to=${MOST_DOTS} onChange=${set(dots)} />
      <${NumberField}
        label=${t("facilitator.voting.most")}
        value=${Math.min(most.value, dots.value)}
        from=${1}
        to=${dots.value}
        onChange=${set(most)}
      />
    </div>
    <span class="label" aria-hidden="true">${t("facilitator.voting.on_what")}</span>
    <${Segments}
      label=${t("facilitator.voting.on_what")}
      value=${some.value ? "some" : "all"}
      options=${[
        { value: "all", text: t("facilitator.voting.all", { n: items.length }) },
        { value: "some", text: t("facilitator.voting.some") },
      ]}
      onChange=${(/** @type {string} */ value) => {
        some.value = value === "some";
      }}
    />
    ${some.value && html`<${Choice} items=${items} chosen=${chosen} />`}
    <p class="reason" role="status">${reason}</p>
    <div class="form-acts">
      ${onBack && html`<button type="button" class="button" onClick=${onBack}>${t("facilitator.cancel")}</button>`}
      <button type="submit" class="button go" aria-disabled=${reason ? "true" : undefined}>
        <${Icon} name="vote" />${t("facilitator.voting.start")}
      </button>
    </div>
  </form>`;
}

/** The question before nobody knows what they vote on. @param {number} n groups @param {() => void} onYes */
function askUntitled(n, onYes) {
  return {
    title: t("facilitator.voting.untitled"),
    text: t("facilitator.voting.untitled_why", { n }),
    yes: t("facilitator.voting.untitled_yes"),
    onYes,
  };
}

/** @param {import("../lib/html.js").Signal<number>} signal */
function set(signal) {
  return (/** @type {number} */ value) => {
    signal.value = value;
  };
}

/** @param {{items: Item[], chosen: import("../lib/html.js").Signal<Set<string>>}} props */
function Choice({ items, chosen }) {
  const toggle = (/** @type {string} */ id) => {
    const next = new Set(chosen.value);
    if (!next.delete(id)) next.add(id);
    chosen.value = next;
  };
  return html`<fieldset class="pick-list">
    <legend class="visually-hidden">${t("facilitator.voting.on_what")}</legend>
    ${items.map(
      (item) => html`<label key=${item.id}>
        <input type="checkbox" checked=${chosen.value.has(item.id)} onChange=${() => toggle(item.id)} />
        <span>${item.title}</span>
        ${item.notes > 1 && html`<span class="muted">${t("facilitator.notes", { n: item.notes })}</span>`}
      </label>`,
    )}
  </fieldset>`;
}
