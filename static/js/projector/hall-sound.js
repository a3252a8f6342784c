/**
 * What this hall's loudspeakers play of the other one: its own sound, or a language somebody interprets into, as the room's
 * facilitators have set it. Where nobody interprets, or nothing comes, the other hall is heard itself, and the wall says so.
 */

import { channelSource, Hearing } from "../lib/hearing.js";
import { html } from "../lib/html.js";
import { Icon } from "../ui/parts.js";
import { hallNamed, Lines, say } from "./words.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Link} Link */

/**
 * Heard where the other hall's picture is shown.
 * @param {App} app @param {import("./station.js").Station} station
 */
export function hallSound(app, station) {
  return new Hearing(app.boot, () => {
    const link = station.link.value;
    const language = link?.status === "live" && link.sounds[app.boot.room];
    // Of several walls in a room one has the other hall's sound; the others are silent anyway.
    return language && station.isStation.value ? channelSource(app.boot.session, link, language) : null;
  });
}

/** Which it is, in a few words. @param {{app: App, link: Link, other: string, sound: Hearing}} props */
export function SoundWord({ app, link, other, sound }) {
  // Whatever would be played: a hall that hears nothing must not look for the fault at home.
  if (link.muted.includes(other)) {
    const words = say(app, "projector.live.muted_there", hallNamed(app.store.one("room", other)));
    return html`<p class="sound-word muted-there" role="status"><${Icon} name="volume-x" /><${Lines} lines=${words} /></p>`;
  }
  // The original goes without saying where nothing else could be heard.
  const interpreted = Object.values(link.channels).some(({ interpreter }) => interpreter !== null);
  if (!interpreted && !link.sounds[app.boot.room]) return null;
  const state = sound.state.value;
  const plays = sound.plays.value;
  const which = plays ? "channel" : state === "off" || state === "on" ? "floor" : state;
  const named = (/** @type {string} */ code) => ({
    language: new Intl.DisplayNames(code, { type: "language" }).of(link.sounds[app.boot.room] ?? code) ?? "",
  });
  return html`<p class="sound-word ${plays ? "" : state}" role="status"><${Icon} name=${plays ? "languages" : "volume-2"} /><${Lines} lines=${say(app, `projector.hear.${which}`, named)} /></p>`;
}
