/** What an interpreter hears: one hall, both, or what another one interprets; as long as that is silent, the halls. */

import { channelSource, Hearing } from "../lib/hearing.js";
import { computed, signal } from "../lib/html.js";

/** @typedef {{room: string} | {channel: string}} Choice  a room's id, "" for both; or a channel's language */

export class Listening {
  /** @param {import("./booth.js").Booth} booth */
  constructor({ app, channels, connected, held, link, step }) {
    const { room, session } = app.boot;
    /** @type {import("../lib/html.js").Signal<Choice | null>} */
    this.chosen = signal(null);
    /** What there is to hear: all channels but one's own. */
    this.channels = computed(() => channels.value.filter((code) => !held.value.includes(code)));
    /** At first the other hall, for one's own is heard anyway. @type {import("../lib/html.js").ReadonlySignal<Choice>} */
    this.choice = computed(() => {
      const one = this.chosen.value;
      if (one && ("room" in one || this.channels.value.includes(one.channel))) return one;
      return { room: step.value?.plan.rooms.find((id) => id !== room) ?? "" };
    });
    /** The language of what another one interprets; "" for a hall, or both. */
    this.channel = computed(() => ("channel" in this.choice.value ? this.choice.value.channel : ""));
    this.hearing = new Hearing(app.boot, () =>
      link.value && connected.value && this.channel.value
        ? channelSource(session, link.value, this.channel.value)
        : null,
    );
  }

  /** Whether that hall is to be seen, and heard where no channel is. @param {string} room */
  includes(room) {
    const one = this.choice.value;
    return "channel" in one || one.room === room || one.room === "";
  }
}
