/** What is told in passing: aloud in one polite live region, and in the one notice at the foot of the screen. */

import { html, signal } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Icon, shownAsOf } from "../ui/parts.js";

/** @typedef {import("../lib/start.js").App} App */

/** Screen readers drop or pile up what comes faster. */
const EVERY = 3_000;

/**
 * What goes on beside every screen, whichever that is: sound that somebody listens to.
 * @type {import("../lib/html.js").Signal<(() => any) | null>}
 */
export const beside = signal(null);

const said = signal("");
/** @type {Map<string, string>} */
const queue = new Map();
let last = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let due;

/**
 * Say something aloud; joined with what else is new, at most once in three seconds.
 * @param {string} text
 * @param {string} [about] what it is about: something newer about the same replaces what was not said yet
 */
export function say(text, about = text) {
  queue.delete(about);
  queue.set(about, text);
  if (due === undefined) due = setTimeout(flush, Math.max(100, last + EVERY - Date.now()));
}

function flush() {
  due = undefined;
  last = Date.now();
  const text = [...queue.values()].join(" ");
  queue.clear();
  // The same words twice would be no change, and so not be read.
  said.value = said.value === text ? `${text}\u00a0` : text;
}

export function Said() {
  return html`<p class="visually-hidden" role="status">${said.value}</p>`;
}

/** @typedef {{text: string, bad?: boolean, action?: string, run?: () => void}} Notice */

/** It stays until put away or replaced: nobody has to be quick. @type {import("../lib/html.js").Signal<Notice | null>} */
export const notice = signal(null);

/** @param {Notice} news */
export function notify(news) {
  notice.value = news;
  say(news.text);
}

export function NoticeBar() {
  const news = notice.value;
  if (!news) return null;
  const act = () => {
    notice.value = null;
    news.run?.();
  };
  const close = () => {
    notice.value = null;
  };
  return html`<div class="notice ${news.bad ? "bad" : ""}">
    <${Icon} name=${news.bad ? "circle-alert" : "circle-check"} />
    <p>${news.text}</p>
    ${news.action && html`<button class="link" onClick=${act}>${news.action}</button>`}
    <button class="button quiet icon-only" aria-label=${t("phone.close")} onClick=${close}><${Icon} name="x" /></button>
  </div>`;
}

/** On a page that was opened without network: how old it is, and what becomes of what is written. @param {{app: App}} props */
export function OpenedOffline({ app }) {
  const time = shownAsOf(app);
  if (!time) return null;
  const lasting = app.commands.lasting.value ? "lasting" : "fleeting";
  return html`<div class="opened-offline">
    <${Icon} name="info" />
    <p>${t("phone.offline.as_of", { time })} ${t(`phone.offline.${lasting}`)}</p>
  </div>`;
}
