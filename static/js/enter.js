/** A facilitator's or projector's link: exchange the invitation in the fragment, then go where it leads. */

const state = /** @type {HTMLElement} */ (document.getElementById("state"));
const answer = await fetch("/api/enter", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ invitation: location.hash.slice(1) }),
});
const { url, message } = await answer.json();
if (url) location.replace(url);
else state.textContent = message;
