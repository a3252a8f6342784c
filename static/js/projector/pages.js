/** How much fits on a wall: pieces of measured height into slots, slots into pages. Plain functions, no DOM. */

/**
 * @typedef {{key: string, frame?: string, counted?: boolean}} Measured  a piece that stays whole; `frame`: what it stands in
 * @typedef {{pieces: Record<string, number>, frames: Record<string, number>, head: number,
 *   gap: number}} Heights  of pieces with the gap after them, of what opens a frame, and of what stands above each slot
 * @typedef {{flow: string, keys: string[], first: number, last: number, wide: boolean}} Slice
 *   a slot's content; `first` to `last` of its flow, 0 and 0 when empty; wide: does not fit a slot, needs a page alone
 * @typedef {{slots: Slice[], wide: boolean}} Page
 */

/**
 * One flow cut into slots no higher than `height`. What stands in one frame stays together where one slot can hold it.
 * @param {string} flow
 * @param {Measured[]} pieces
 * @param {Heights} heights
 * @param {number} height
 * @returns {Slice[]}
 */
export function cut(flow, pieces, heights, height) {
  const { head } = heights;
  const frames = framesOf(pieces, heights);
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
    const opens = piece.frame !== frame;
    const together = opens && piece.frame ? (frames[piece.frame] ?? 0) : 0;
    const need = head + together - heights.gap <= height && together > 0 ? together : own + (opens ? opening : 0);
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

/** How high each frame is with all that stands in it. @param {Measured[]} pieces @param {Heights} heights */
function framesOf(pieces, heights) {
  const total = /** @type {Record<string, number>} */ ({});
  for (const { key, frame } of pieces) {
    if (frame === undefined) continue;
    total[frame] ??= (heights.frames[frame] ?? 0) + heights.gap;
    total[frame] += heights.pieces[key] ?? 0;
  }
  return total;
}

/**
 * How many places side by side each flow has: one, and free ones go to whom they save the most pages.
 * @param {Slice[][]} flows
 * @param {number} places
 */
function share(flows, places) {
  const shares = flows.map(() => 1);
  for (let free = places - flows.length; free > 0; free -= 1) {
    const pages = flows.map((slices, at) => slices.length / shares[at]);
    shares[pages.indexOf(Math.max(...pages))] += 1;
  }
  return shares;
}

/**
 * Slots dealt to pages. Each flow keeps its places on all of them: one that has nothing more goes on showing its last.
 * @param {Slice[][]} flows
 * @param {number[]} shares places of each flow on a page
 * @returns {Page[]}
 */
function deal(flows, shares) {
  const queues = flows.map((slices) => [...slices]);
  const empty = (/** @type {number} */ at) => ({ ...flows[at][0], keys: [], first: 0, last: 0, wide: false });
  const shown = flows.map(() => /** @type {Slice[]} */ ([]));
  /** @type {Page[]} */
  const pages = [];
  while (queues.some((queue) => queue.length > 0)) {
    const wide = queues.every((queue) => queue.length === 0 || queue[0].wide);
    if (wide) {
      const next = /** @type {Slice[]} */ (queues.find((queue) => queue.length > 0));
      pages.push({ slots: next.splice(0, 1), wide });
      continue;
    }
    for (const [at, queue] of queues.entries()) {
      const until = queue.slice(0, shares[at]).findIndex((slice) => slice.wide);
      const taken = queue.splice(0, until < 0 ? shares[at] : until);
      if (taken.length > 0 || shown[at].length === 0) shown[at] = taken;
      while (shown[at].length < shares[at]) shown[at].push(empty(at));
    }
    pages.push({ slots: shown.flat(), wide });
  }
  return pages;
}

/** @typedef {{id: string, pieces: Measured[]}} Plain */

/**
 * A flow that fits on one page spread evenly over its places.
 * @param {Plain} flow
 * @param {Heights} heights
 * @param {number} height
 * @param {number} places
 */
function spread({ id, pieces }, heights, height, places) {
  const frames = Object.values(framesOf(pieces, heights)).map((frame) => heights.head + frame - heights.gap);
  const least = Math.max(height * 0.3, ...frames.filter((frame) => frame <= height));
  for (let limit = least; limit < height; limit += height * 0.05) {
    const even = cut(id, pieces, heights, limit);
    if (even.length <= places && !even.some((slice) => slice.wide)) return even;
  }
  return cut(id, pieces, heights, height);
}

/**
 * Pages of several flows; more of them than places are dealt with one set after the other.
 * @param {Plain[]} flows
 * @param {Heights} heights
 * @param {number} height
 * @param {number} places
 * @returns {Page[]}
 */
export function paginate(flows, heights, height, places) {
  const sets = Math.ceil(flows.length / places);
  if (sets > 1) {
    const size = Math.ceil(flows.length / sets);
    return Array.from({ length: sets }, (_, n) => flows.slice(n * size, (n + 1) * size)).flatMap((set) =>
      paginate(set, heights, height, places),
    );
  }
  const slices = flows.map(({ id, pieces }) => cut(id, pieces, heights, height));
  const shares = share(slices, places);
  const even = slices.map((own, at) => {
    const fits = shares[at] > 1 && own.length <= shares[at] && !own.some((slice) => slice.wide);
    return fits ? spread(flows[at], heights, height, shares[at]) : own;
  });
  return deal(even, shares);
}

/** "3–7", or "3" alone. @param {number} first @param {number} last */
export function span(first, last) {
  return first === last ? `${first}` : `${first}–${last}`;
}
