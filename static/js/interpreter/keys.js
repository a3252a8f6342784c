/** The space bar, held: off the air it opens the microphone, on the air it closes it for a cough. */

/** @typedef {import("./booth.js").Booth} Booth */

/** Where the space bar has a meaning of its own. */
const OWN = "button, select, input, textarea, summary, a, [contenteditable], dialog *";

/** @param {Booth} booth */
export function listenToSpace(booth) {
  addEventListener("keydown", (event) => {
    if (event.code !== "Space" || event.ctrlKey || event.altKey || event.metaKey || isOwn(event)) return;
    event.preventDefault();
    if (!event.repeat) hold(booth);
  });
  addEventListener("keyup", (event) => {
    if (event.code === "Space") release(booth);
  });
  // The key that is let go elsewhere is never heard of.
  addEventListener("blur", () => release(booth));
}

/** @param {KeyboardEvent} event */
function isOwn({ target }) {
  return target instanceof Element && target.matches(OWN);
}

/** @param {Booth} booth */
function hold(booth) {
  if (booth.latched.peek() === "on") booth.coughing.value = true;
  else booth.talking.value = true;
}

/** @param {Booth} booth */
function release(booth) {
  booth.coughing.value = false;
  booth.talking.value = false;
}
