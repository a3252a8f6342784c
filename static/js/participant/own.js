/** One's own things as they will be: what the server holds, with what is still on its way laid over it. Pure functions. */

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/commands.js").Entry} Entry */
/**
 * @typedef {object} OwnCard
 * @property {string} id
 * @property {string} activity
 * @property {string} column
 * @property {string} text
 * @property {string} language
 * @property {"active"|"withdrawn"|"archived"} status
 * @property {boolean} waiting something about it is on its way
 * @property {Entry | null} refused what the server would not take
 * @property {number} at
 */

/** @param {App} app */
function entriesOf(app) {
  return app.commands.entries.value;
}

/**
 * A person's notes, newest first; of one activity or all.
 * @param {App} app @param {string} [activityId]
 * @returns {OwnCard[]}
 */
export function ownCards(app, activityId) {
  /** @type {Map<string, OwnCard>} */
  const cards = new Map();
  for (const note of app.store.all("own_note").values()) {
    const { id, activity, column, text, language, status, written_at } = note;
    cards.set(id, { id, activity, column, text, language, status, waiting: false, refused: null, at: written_at });
  }
  for (const [place, entry] of entriesOf(app).entries()) lay(cards, entry, place);
  return [...cards.values()]
    .filter((card) => activityId === undefined || card.activity === activityId)
    .sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1));
}

/** @param {Map<string, OwnCard>} cards @param {Entry} entry @param {number} place */
function lay(cards, entry, place) {
  const { type, note_id, activity_id, column_id, text, language } = /** @type {Record<string, string>} */ (
    entry.command
  );
  const refused = entry.state === "refused";
  const card = cards.get(note_id);
  if (type === "AddNote" && !card) {
    const status = /** @type {const} */ ("active");
    const own = { id: note_id, activity: activity_id, column: column_id, text, language, status };
    // Not yet dated by the server, so newer than all that is, in the order they were written.
    cards.set(note_id, {
      ...own,
      waiting: !refused,
      refused: refused ? entry : null,
      at: Number.MAX_SAFE_INTEGER - 1e6 + place,
    });
  } else if (card && refused) {
    if (type === "EditNote") cards.set(note_id, { ...card, refused: entry });
  } else if (card) {
    if (type === "EditNote") cards.set(note_id, { ...card, text, waiting: true });
    if (type === "WithdrawNote") cards.set(note_id, { ...card, status: "withdrawn", waiting: true });
    if (type === "RestoreNote") cards.set(note_id, { ...card, status: "active", waiting: true });
  }
}

/**
 * A person's dots in a round, by item: the last word counts, sent or not.
 * @param {App} app @param {string} roundId
 * @returns {Record<string, number>}
 */
export function ownDots(app, roundId) {
  const dots = { ...app.store.one("ballot", roundId)?.dots };
  for (const { command, state } of entriesOf(app)) {
    if (command.type === "PlaceDots" && command.round_id === roundId && state === "waiting") {
      dots[String(command.item_id)] = Number(command.dots);
    }
  }
  return dots;
}

/** Whether I said "I am done" with a step. @param {App} app @param {string} activityId */
export function isDone(app, activityId) {
  let done = app.store.one("me", "me")?.done.includes(activityId) ?? false;
  for (const { command, state } of entriesOf(app)) {
    if (command.type === "SetDone" && command.activity_id === activityId && state === "waiting")
      done = command.done === true;
  }
  return done;
}
