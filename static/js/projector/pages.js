/** How much fits on a wall: pieces of measured height into slots, slots into pages. Plain functions, no DOM. */

/**
 * @typedef {{key: string, frame?: string, counted?: boolean}} Measured  a piece that stays whole; `frame`: what it stands in
 * @typedef {{pieces: Record<string, number>, frames: Record<string, number>, head: number,
 *   gap: number}} Heights  of pieces with the gap after them, of what opens a frame, and of what stands above each slot
 * @typedef {{flow: string, keys: string[], first: number, last: number, wide: boolean}} Slice
 *   a slot's content; `first` to `last` of its flow, 0 and 0 when empty; wide: does not fit a slot, needs a page alone
 * @typedef {{slots: Slice[], from: number, to: number, wide: boolean}} Page
 */

/**
 * One flow cut into slots no higher than `height`.
 * @param {string} flow
 * @param {Measured[]} pieces
 * @param {Heights} heights
 * @param {number} height
 * @returns {Slice[]}
 */
export function cut(flow, pieces, heights, height) {
  const { head } = heights;
  let counted = 0;
  const fresh = () => ({ flow, keys: /** @type {string[]} */ ([]), first: 0, last: 0, wide: false });
  /** @type {Slice[]} */
  const slices = [fresh()];
  let used = head;
  let frame = /** @type {string | undefined} */ (undefined);
  for (const piece of pieces) {
    const own = heights.pieces[piece.key] ?? 0;
    const opening = piece.frame ? (heights.frames[piece.frame] ?? 0) + heights.gap : 0;
    let slice = /** @type {Slice} */ (slices.at(-1));
    const need = own + (piece.frame === frame ? 0 : opening);
    if (slice.keys.length > 0 && (slice.wide || used + need - heights.gap > height)) {
      slice = fresh();
      slices.push(slice);
      used = head;
      frame = undefined;
    }
    used += own + (piece.frame === frame ? 0 : opening);
    slice.wide = slice.keys.length === 0 && used - heights.gap > height;
    frame = piece.frame;
    slice.keys.push(piece.key);
    if (piece.counted === false) continue;
    counted += 1;
    slice.first ||= counted;
    slice.last = counted;
  }
  return slices;
}

/**
 * Slots dealt to pages: each flow keeps its place as long as it has something, free places go to the longest.
 * @param {Slice[][]} flows
 * @param {number} places slots on a page
 * @returns {Page[]}
 */
export function deal(flows, places) {
  const queues = flows.map((slices) => [...slices]);
  /** @type {Page[]} */
  const pages = [];
  let shown = 0;
  while (queues.some((queue) => queue.length > 0)) {
    const taken = queues.map(() => /** @type {Slice[]} */ ([]));
    let free = places;
    const take = (/** @type {number} */ at) => {
      taken[at].push(/** @type {Slice} */ (queues[at].shift()));
      free -= 1;
    };
    const fits = (/** @type {Slice[]} */ queue) => queue.length > 0 && !queue[0].wide;
    for (const at of queues.keys()) if (free > 0 && fits(queues[at])) take(at);
    while (free > 0 && queues.some(fits)) {
      const longest = Math.max(...queues.filter(fits).map((queue) => queue.length));
      take(queues.findIndex((queue) => fits(queue) && queue.length === longest));
    }
    const wide = free === places;
    if (wide) take(queues.findIndex((queue) => queue.length > 0));
    const slots = taken.flat();
    const count = slots.reduce((sum, slot) => sum + (slot.last ? slot.last - slot.first + 1 : 0), 0);
    pages.push({ slots, from: count ? shown + 1 : shown, to: shown + count, wide });
    shown += count;
  }
  return pages;
}

/**
 * Pages of several flows. A single flow that fits on one page is spread evenly over its slots.
 * @param {{id: string, pieces: Measured[]}[]} flows
 * @param {Heights} heights
 * @param {number} height
 * @param {number} places
 */
export function paginate(flows, heights, height, places) {
  const cutAt = (/** @type {number} */ limit) => flows.map((flow) => cut(flow.id, flow.pieces, heights, limit));
  const slices = cutAt(height);
  if (flows.length === 1 && places > 1 && slices[0].length <= places && !slices[0].some((slice) => slice.wide)) {
    for (let limit = height * 0.3; limit < height; limit += height * 0.05) {
      const even = cutAt(limit);
      if (even[0].length <= places && !even[0].some((slice) => slice.wide)) return deal(even, places);
    }
  }
  return deal(slices, places);
}

/** "3–7", or "3" alone. @param {number} first @param {number} last */
export function span(first, last) {
  return first === last ? `${first}` : `${first}–${last}`;
}
