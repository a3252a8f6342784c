/** A board as people see it: what stands in a column, in order. Plain functions of entities. */

/** @typedef {import("./types.js").Note} Note */
/** @typedef {import("./types.js").Group} Group */
/** @typedef {import("./store.js").Store} Store */
/** @typedef {{kind: "note", id: string, rank: string, note: Note}} LooseNote */
/** @typedef {{kind: "group", id: string, rank: string, group: Group, notes: Note[]}} GroupWithNotes */
/** @typedef {LooseNote | GroupWithNotes} Placed */

/** @param {{rank: string, id: string}} a @param {{rank: string, id: string}} b */
export function byRank(a, b) {
  if (a.rank !== b.rank) return a.rank < b.rank ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/**
 * Loose notes and groups (with their notes) by column id, in order. Archived notes are left out.
 * @param {Store} store
 * @param {string} boardId
 * @returns {Record<string, Placed[]>}
 */
export function layout(store, boardId) {
  const board = store.one("board", boardId);
  /** @type {Record<string, Placed[]>} */
  const columns = Object.fromEntries((board?.columns ?? []).map((column) => [column.id, []]));
  /** @type {Map<string, GroupWithNotes>} */
  const groups = new Map();
  for (const group of store.all("group").values()) {
    if (group.board !== boardId || !columns[group.column]) continue;
    const placed = { kind: /** @type {const} */ ("group"), id: group.id, rank: group.rank, group, notes: [] };
    groups.set(group.id, placed);
    columns[group.column].push(placed);
  }
  for (const note of store.all("note").values()) {
    if (note.board !== boardId || note.archived) continue;
    const group = note.group ? groups.get(note.group) : undefined;
    if (group) group.notes.push(note);
    else columns[note.column]?.push({ kind: "note", id: note.id, rank: note.rank, note });
  }
  for (const placed of Object.values(columns)) placed.sort(byRank);
  for (const group of groups.values()) group.notes.sort(byRank);
  return columns;
}

/**
 * How many active notes a column holds, hidden ones too: in all rooms, or in one.
 * @param {Store} store
 * @param {string} boardId
 * @param {string} [columnId] all columns when left out
 * @param {string} [roomId]
 */
export function noteCount(store, boardId, columnId, roomId) {
  const counts = store.one("counts", boardId)?.columns ?? {};
  return Object.entries(counts)
    .filter(([id]) => columnId === undefined || id === columnId)
    .flatMap(([, byRoom]) => Object.entries(byRoom))
    .filter(([room]) => roomId === undefined || room === roomId)
    .reduce((sum, [, n]) => sum + n, 0);
}
