/** A facilitator's, projector's or host's link: exchange the invitation in the fragment, then go where it leads. */

import { ask } from "./lib/ask.js";

const [opening, shut, sentence, again, home] = ["opening", "shut", "sentence", "again", "home"].map(
  (id) => /** @type {HTMLElement} */ (document.getElementById(id)),
);

async function enter() {
  opening.hidden = false;
  shut.hidden = true;
  const reply = await ask("/api/enter", { invitation: location.hash.slice(1) });
  if (reply.ok) return location.replace(reply.value.url);
  // Without an answer the sentence is the page's own: no connection.
  if (reply.message) sentence.textContent = reply.message;
  again.hidden = reply.message !== "";
  home.hidden = reply.message === "";
  opening.hidden = true;
  shut.hidden = false;
}

again.addEventListener("click", enter);
// Another link opened in the same tab changes nothing but the fragment.
addEventListener("hashchange", enter);
enter();
