/**
 * Whatever may be more than fits on a wall: measured as it will be shown, in the largest size that fits one page; when none
 * does, in the one with the fewest pages, which turn by themselves. Nothing is ever clipped.
 */

import { html, useEffect, useLayoutEffect, useRef, useState } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { paginate, span } from "./pages.js";
import { InOne, say } from "./words.js";

/** @typedef {import("../lib/html.js").VNode} VNode */
/** @typedef {import("./pages.js").Page} Page */
/** @typedef {import("./pages.js").Slice} Slice */
/** @typedef {import("./pages.js").Measured & {view: VNode}} Piece */
/** @typedef {{places: number, size: string}} Format  `size`: the class that sets the type's size */
/**
 * @typedef {object} Flow
 * @property {string} id
 * @property {(slice: Slice | null) => VNode | null} head above each slot; null while measuring
 * @property {Piece[]} pieces
 * @property {Record<string, {style?: object, view: (continued: boolean) => VNode}>} [frames]
 */
/** @typedef {{format: Format, pages: Page[]}} Plan */

const TURN_EVERY = 12_000;
const FRESH_FOR = 60_000;

/**
 * @param {{app: import("../lib/start.js").App, flows: Flow[], formats: Format[], countable?: boolean, class?: string}} props
 * `countable`: say which of how many are shown, where that is one flow; of several, their heads say it
 */
export function Paged({ app, flows, formats, countable = false, class: extra = "" }) {
  const area = useRef(/** @type {HTMLElement | null} */ (null));
  const [plan, setPlan] = useState(/** @type {Plan | null} */ (null));
  const [, remeasure] = useState(0);
  useEffect(() => {
    const again = () => remeasure((n) => n + 1);
    const observer = new ResizeObserver(again);
    if (area.current) observer.observe(area.current);
    document.fonts.addEventListener("loadingdone", again);
    return () => {
      observer.disconnect();
      document.fonts.removeEventListener("loadingdone", again);
    };
  }, []);
  useLayoutEffect(() => {
    if (!area.current) return;
    const next = planOf(area.current, flows, formats);
    if (JSON.stringify(next) !== JSON.stringify(plan)) setPlan(next);
  });
  return html`<div class="paged ${extra}">
    <div class="paged-area" ref=${area}>
      <div class="sheets" aria-hidden="true" inert>
        ${formats.map((format) => html`<${Sheet} key=${`${format.places}${format.size}`} flows=${flows} format=${format} />`)}
      </div>
      ${plan && html`<${Pages} app=${app} flows=${flows} plan=${plan} countable=${countable} />`}
    </div>
  </div>`;
}

/**
 * @param {HTMLElement} area
 * @param {Flow[]} flows
 * @param {Format[]} formats
 * @returns {Plan}
 */
function planOf(area, flows, formats) {
  const sheets = area.querySelectorAll(":scope > .sheets > .sheet");
  const plain = flows.map(({ id, pieces }) => ({
    id,
    pieces: pieces.map(({ key, frame, counted }) => ({ key, frame, counted })),
  }));
  const room = area.clientHeight;
  /** @type {Plan | undefined} */
  let best;
  for (const [at, format] of formats.entries()) {
    const heights = heightsOf(sheets[at]);
    const pages = paginate(plain, heights, room, format.places);
    if (pages.length === 1 && !pages[0].wide) return { format, pages };
    // Several pages: the line that says which one is shown takes its place too.
    const foot = sheets[at].querySelector(".turning")?.getBoundingClientRect().height ?? 0;
    const turned = paginate(plain, heights, room - foot, format.places);
    if (!best || turned.length < best.pages.length) best = { format, pages: turned };
  }
  return /** @type {Plan} */ (best);
}

/** @param {Element} sheet */
function heightsOf(sheet) {
  const heights = {
    pieces: /** @type {Record<string, number>} */ ({}),
    frames: /** @type {Record<string, number>} */ ({}),
    head: 0,
    gap: 0,
  };
  for (const element of sheet.querySelectorAll("[data-piece], [data-frame], [data-head], [data-gap]")) {
    const { piece, frame, head } = /** @type {HTMLElement} */ (element).dataset;
    const height = element.getBoundingClientRect().height;
    if (piece !== undefined) heights.pieces[piece] = height;
    else if (frame !== undefined) heights.frames[frame] = height;
    else if (head !== undefined)
      heights.head = Math.max(heights.head, height); // they stand in one row
    else heights.gap = height;
  }
  return heights;
}

/** Everything once, as it will stand in a slot, out of sight. @param {{flows: Flow[], format: Format}} props */
function Sheet({ flows, format }) {
  return html`<div class="sheet page ${format.size}" style=${{ "--places": format.places }}>
    <div class="slot">
      <div class="gap" data-gap></div>
      <p class="turning">${t("projector.range", { which: "1", n: 2 })}</p>
      ${flows.map(
        (flow) => html`<div key=${flow.id}>
          <div class="slot-head" data-head=${flow.id}>${flow.head(null)}</div>
          ${Object.entries(flow.frames ?? {}).map(
            ([id, frame]) =>
              html`<div key=${id} class="frame" style=${frame.style}>
                <div class="frame-head" data-frame=${id}>${frame.view(true)}</div>
              </div>`,
          )}
          ${flow.pieces.map(
            (piece) => html`<div key=${piece.key} class=${piece.frame ? "frame" : ""}>
              <div class="piece" data-piece=${piece.key}>${piece.view}</div>
            </div>`,
          )}
        </div>`,
      )}
    </div>
  </div>`;
}

/** @param {{app: import("../lib/start.js").App, flows: Flow[], plan: Plan, countable: boolean}} props */
function Pages({ app, flows, plan, countable }) {
  const { pages, format } = plan;
  const [turn, setTurn] = useState(0);
  const several = pages.length > 1;
  const count = useRef(1);
  count.current = pages.length;
  useEffect(() => {
    if (!several) return;
    const timer = setInterval(() => setTurn((n) => (n + 1) % count.current), TURN_EVERY);
    return () => clearInterval(timer);
  }, [several]);
  const at = Math.min(turn, pages.length - 1);
  const fresh = useFreshPages(flows, pages);
  const page = pages[at];
  return html`<${Shown} key=${several ? at : 0} flows=${flows} page=${page} format=${format} />
    ${
      several &&
      html`<p class="turning">
        ${countable && flows.length === 1 && html`<span class="range"><${InOne} lines=${say(app, "projector.range", rangeOf(pages, at))} /></span>`}
        <span class="dots" role="img" aria-label=${t("projector.page", { page: at + 1, pages: pages.length })}>
          ${pages.map((_, n) => html`<span key=${n} class="dot ${n === at ? "here" : ""} ${fresh.has(n) ? "fresh" : ""}"></span>`)}
        </span>
      </p>`
    }`;
}

/** Which of how many a page of one flow shows. @param {Page[]} pages @param {number} at */
function rangeOf(pages, at) {
  const ends = pages.map(({ slots }) => Math.max(...slots.map((slot) => slot.last)));
  const first = Math.min(...pages[at].slots.map((slot) => slot.first).filter((n) => n > 0));
  const last = Math.max(...ends.slice(0, at + 1));
  return { which: span(Math.min(first, last), last), n: Math.max(...ends) };
}

/**
 * The pages with what came last, while that is new.
 * @param {Flow[]} flows
 * @param {Page[]} pages
 */
function useFreshPages(flows, pages) {
  const seen = useRef(/** @type {Map<string, number> | null} */ (null));
  const now = Date.now();
  const keys = flows.flatMap((flow) => flow.pieces.map((piece) => piece.key));
  const since = seen.current ?? new Map(keys.map((key) => [key, 0]));
  seen.current = since;
  for (const key of keys) if (!since.has(key)) since.set(key, now);
  const newest = Math.max(0, ...keys.map((key) => since.get(key) ?? 0));
  if (now - newest > FRESH_FOR) return new Set();
  const has = (/** @type {string} */ key) =>
    pages.findIndex(({ slots }) => slots.some((slot) => slot.keys.includes(key)));
  return new Set(keys.filter((key) => since.get(key) === newest).map(has));
}

/** @param {{flows: Flow[], page: Page, format: Format}} props */
function Shown({ flows, page, format }) {
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element || !page.wide) return;
    // A text of many short lines may be higher than the wall even alone: then its line breaks give way, not its words.
    element.classList.remove("dense");
    const room = element.parentElement?.clientHeight ?? 0;
    element.classList.toggle("dense", element.scrollHeight > room);
  });
  const style = { "--places": page.wide ? 1 : format.places };
  return html`<div ref=${ref} class="page shown ${format.size} ${page.wide ? "wide" : ""}" style=${style}>
    ${page.slots.map((slice, at) => {
      const flow = flows.find((one) => one.id === slice.flow);
      const spare = slice.keys.length === 0 && page.slots[at - 1]?.flow === slice.flow;
      return flow && html`<${Slot} key=${`${slice.flow}${at}`} flow=${flow} slice=${slice} spare=${spare} />`;
    })}
  </div>`;
}

/** @param {{flow: Flow, slice: Slice, spare: boolean}} props  `spare`: beside another of its flow, with nothing left for it */
function Slot({ flow, slice, spare }) {
  const byKey = new Map(flow.pieces.map((piece) => [piece.key, piece]));
  const { keys } = slice;
  const pieces = keys.map((key) => byKey.get(key)).filter((piece) => piece !== undefined);
  /** @type {{frame: string | undefined, pieces: Piece[]}[]} */
  const runs = [];
  for (const piece of pieces) {
    const last = runs.at(-1);
    if (last && last.frame === piece.frame) last.pieces.push(piece);
    else runs.push({ frame: piece.frame, pieces: [piece] });
  }
  const shown = (/** @type {Piece} */ piece) => html`<div key=${piece.key} class="piece">${piece.view}</div>`;
  return html`<section class="slot">
    <div class="slot-head">${!spare && flow.head(slice)}</div>
    <div>${runs.map((run) => {
      const frame = run.frame === undefined ? undefined : flow.frames?.[run.frame];
      if (!frame) return run.pieces.map(shown);
      const begins = flow.pieces.find((piece) => piece.frame === run.frame)?.key === run.pieces[0].key;
      return html`<div key=${run.frame} class="frame closed" style=${frame.style}>
        <div class="frame-head">${frame.view(!begins)}</div>
        ${run.pieces.map(shown)}
      </div>`;
    })}</div>
  </section>`;
}
