/** The languages of this window: whose microphone each is, and how it passes from one interpreter to the other. */

import { NOBODY } from "../lib/hearing.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";
import { useNextFocus } from "./focus.js";
import { channelName, orSomeone } from "./words.js";

/** @typedef {import("./booth.js").Booth} Booth */
/** @typedef {import("../lib/types.js").Channel} Channel */

/** @param {{booth: Booth}} props */
export function Channels({ booth }) {
  const channels = booth.channels.value;
  return html`<div class="channels">
    <h2 class="eyebrow">${t("interpreter.channel.title")}</h2>
    ${channels.length === 0 && html`<p class="muted">${t("interpreter.channel.none")}</p>`}
    ${channels.map((code) => html`<${ChannelPanel} key=${code} booth=${booth} code=${code} />`)}
    ${booth.refused.value && html`<p class="error" role="alert">${booth.refused.value}</p>`}
  </div>`;
}

/** @param {{booth: Booth, code: string}} props */
function ChannelPanel({ booth, code }) {
  const channel = booth.link.value?.channels[code] ?? NOBODY;
  const own = booth.own(code);
  const mine = own?.holds ?? false;
  const several = booth.held.value.length > 1;
  const chosen = mine && booth.into.value === code;
  return html`<section class="panel channel ${mine ? "mine" : ""}" aria-labelledby=${`channel-${code}`}>
    <h3 id=${`channel-${code}`} tabindex="-1">${channelName(code)} ${channel.speaking && html`<span class="badge">${t("interpreter.channel.on_air")}</span>`}</h3>
    <p role="status">${wordsFor(channel, own)}</p>
    ${mine && several && html`<label class="check"><input type="radio" name="into" checked=${chosen} onChange=${() => (booth.chosen.value = code)} /> ${t("interpreter.channel.into")}</label>`}
    <div class="acts"><${Acts} booth=${booth} code=${code} channel=${channel} /></div>
  </section>`;
}

/** Who has it, and who comes next, in one sentence. @param {Channel} channel @param {{holds: boolean} | undefined} own */
function wordsFor({ interpreter, next, speaking }, own) {
  if (own?.holds) {
    return next === null ? t("interpreter.channel.yours") : t("interpreter.channel.offered", { name: orSomeone(next) });
  }
  if (interpreter === null) return t("interpreter.channel.nobody");
  const name = orSomeone(interpreter);
  if (own) return t("interpreter.channel.you_offered", { name });
  return t(speaking ? "interpreter.channel.speaks" : "interpreter.channel.silent", { name });
}

/** @param {{booth: Booth, code: string, channel: Channel}} props */
function Acts({ booth, code, channel }) {
  const own = booth.own(code);
  const free = channel.interpreter === null;
  const taken = !free && channel.next !== null;
  const next = useNextFocus([own?.holds, booth.able.value, free, taken], `#channel-${code}`);
  const act = (/** @type {() => unknown} */ done) => (/** @type {MouseEvent} */ event) => {
    next(event);
    done();
  };
  const give = (/** @type {string} */ type) => act(() => booth.give({ type, language: code }));
  const into = { channel: channelName(code) };
  // Keys: pressed twice, one button must not turn into another under the finger.
  if (own?.holds) {
    return html`${channel.next !== null && html`<button key="hand_over" type="button" class="button primary" onClick=${give("HandOver")}><${Icon} name="arrow-right" />${t("interpreter.channel.hand_over")}</button>`}
      <button key="leave" type="button" class="button" aria-label=${t("interpreter.channel.leave_which", into)} onClick=${give("LeaveChannel")}>${t("interpreter.channel.leave")}</button>`;
  }
  if (own)
    return html`<button key="take_back" type="button" class="button" onClick=${give("LeaveChannel")}>${t("interpreter.channel.take_back")}</button>`;
  return html`<button
    key="take"
    type="button"
    class="button ${free ? "primary" : ""}"
    disabled=${taken}
    aria-label=${t(free ? "interpreter.channel.take_which" : "interpreter.channel.offer_which", into)}
    onClick=${act(() => booth.take(code))}
  >
    ${t(free ? "interpreter.channel.take" : "interpreter.channel.offer")}
  </button>`;
}
