/**
 * The ticket a person came with: the invitation in the address (which then leaves it) or the code they typed.
 * It stays in this tab alone, so that a reload still knows it and nobody reads it over a shoulder.
 *
 * @typedef {{invitation: string} | {code: string}} Ticket
 */

const KEY = "tcl-ticket";

/** @returns {Ticket | null} */
export function takeTicket() {
  if (location.hash.length > 1) {
    keepTicket({ invitation: location.hash.slice(1) });
    history.replaceState(null, "", location.pathname);
  }
  return JSON.parse(sessionStorage.getItem(KEY) ?? "null");
}

/** @param {Ticket} ticket */
export function keepTicket(ticket) {
  sessionStorage.setItem(KEY, JSON.stringify(ticket));
}
