/** The host's pages work without this; it copies links, colours marks, says times as this computer has them. */

const said = document.getElementById("said");
/** @type {Intl.DateTimeFormatOptions} */
const MOMENT = {
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
};

for (const mark of document.querySelectorAll("[data-strong]")) {
  const element = /** @type {HTMLElement} */ (mark);
  element.style.setProperty("--room-strong", element.dataset.strong ?? "");
}

for (const time of document.querySelectorAll("time")) {
  const locale = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const words = new Intl.DateTimeFormat(locale, MOMENT);
  time.textContent = words.format(new Date(time.dateTime));
}

for (const found of document.querySelectorAll("[data-copy]")) {
  const button = /** @type {HTMLButtonElement} */ (found);
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}

/** @param {HTMLButtonElement} button */
async function copy(button) {
  const field = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.copy ?? ""));
  field.select();
  // Without a secure page there is no clipboard; the link stands selected then.
  const copied = await navigator.clipboard?.writeText(field.value).then(
    () => true,
    () => false,
  );
  const text = (copied ? button.dataset.done : button.dataset.byHand) ?? "";
  if (said) said.textContent = text;
  const label = /** @type {ChildNode} */ (button.firstChild);
  const before = label.textContent;
  if (!copied || before === text) return;
  label.textContent = text;
  setTimeout(() => {
    label.textContent = before;
  }, 2000);
}

for (const form of document.querySelectorAll("form")) {
  // A second press while the first is on its way would open a second session.
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
// Back from the next page, the form is fresh again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form")) delete form.dataset.sent;
});
