/** Names the page uses in several places. */

import { language, t } from "../lib/i18n.js";

/** A channel is called as its language is, in the language of this screen; alone on a line it begins with a capital. @param {string} code */
export function channelName(code) {
  const name = code && (new Intl.DisplayNames([language.value], { type: "language" }).of(code) ?? code);
  return name.charAt(0).toLocaleUpperCase(language.value) + name.slice(1);
}

/** Who has a channel, where they gave a name. @param {string | null} name */
export const orSomeone = (name) => name || t("interpreter.channel.someone");
