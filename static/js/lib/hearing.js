/**
 * Hearing one stream as long as it is wanted: a hall's own sound, or a channel into which somebody interprets. By WHEP, and again
 * by itself whenever that broke. Whoever can hear something else meanwhile is told when to.
 */

import { computed, effect, signal, untracked } from "./html.js";
import { MediaLine } from "./whip.js";

/** @typedef {import("./types.js").Channel} Channel */
/**
 * What to hear: a stream's name, and for a channel how that stands.
 * @typedef {{stream: string, channel?: "nobody"|"silent"|"speaking"}} Source
 */
/**
 * "off": nothing is wanted. "nobody": nobody interprets; "silent": the interpreter's microphone is off; "connecting": sound
 * should come and does not yet, or no longer; "on": it comes.
 * @typedef {"off"|"nobody"|"silent"|"connecting"|"on"} State
 */

/** The halls themselves, as they speak. */
export const FLOOR = "floor";

const AGAIN_AFTER = 1_000;
const LOOK_EVERY = 500;
/** No packet for so long: what is heard is gone, whatever the connection says. A cough sends silence. */
const GONE_AFTER = 1_500;
/** For so long a microphone may be off before something else is heard. */
const PAUSE = 4_000;

/** How a channel stands that nobody has touched yet. @type {Channel} */
export const NOBODY = { interpreter: null, next: null, speaking: false };

/**
 * How a channel of a link stands.
 * @param {import("./types.js").Link | undefined} link @param {string} language
 * @returns {"nobody"|"silent"|"speaking"}
 */
export function channelState(link, language) {
  const { interpreter, speaking } = link?.channels[language] ?? NOBODY;
  return interpreter === null ? "nobody" : speaking ? "speaking" : "silent";
}

/** @param {string} session @param {import("./types.js").Link} link @param {string} language @returns {Source} */
export function channelSource(session, link, language) {
  return {
    stream: `${session}.${link.activity}.channel.${language}`,
    channel: channelState(link, language),
  };
}

export class Hearing {
  /**
   * @param {import("./types.js").Boot} boot
   * @param {() => Source | null} source read anew whenever a signal in it changes
   */
  constructor(boot, source) {
    this.boot = boot;
    /** What is to be played. @type {import("./html.js").Signal<MediaStream | null>} */
    this.stream = signal(null);
    /** Whether packets come. */
    this.comes = signal(false);
    /** Whether this is to be listened to now, or something else instead. */
    this.plays = signal(false);
    /** @type {MediaLine | null} */
    this.line = null;
    this.wanted = "";
    this.packets = 0;
    this.cameAt = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.pause = undefined;
    /** @type {() => void} */
    this.leave = () => undefined;
    /** @type {import("./html.js").ReadonlySignal<State>} */
    this.state = computed(() => stateOf(source(), this.comes.value));
    const stops = [effect(() => this.follow(source())), effect(() => this.judge(this.state.value, this.comes.value))];
    this.close = () => {
      for (const stop of stops) stop();
      clearTimeout(this.pause);
      this.follow(null);
    };
  }

  /** A line while there is somebody at its other end. @param {Source | null} source */
  follow(source) {
    const wanted = source && source.channel !== "nobody" ? source.stream : "";
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    untracked(() => this.begin());
  }

  begin() {
    this.leave();
    this.line?.close();
    this.line = null;
    this.stream.value = null;
    this.comes.value = false;
    if (!this.wanted) return;
    const line = new MediaLine(this.boot, "watch", this.wanted, ["audio"]);
    this.line = line;
    this.stream.value = line.stream;
    this.packets = 0;
    const looking = setInterval(() => this.look(line), LOOK_EVERY);
    const forget = line.whenBroken(AGAIN_AFTER, () => this.begin());
    this.leave = () => {
      clearInterval(looking);
      forget();
    };
  }

  /** Whether anything came since the last look. @param {MediaLine} line */
  async look(line) {
    const packets = await received(line);
    if (line !== this.line) return;
    const now = Date.now();
    if (packets !== this.packets) this.cameAt = now;
    this.packets = packets;
    this.comes.value = packets > 0 && now - this.cameAt < GONE_AFTER;
  }

  /** A short silence is borne; what is gone is gone at once. @param {State} state @param {boolean} comes */
  judge(state, comes) {
    clearTimeout(this.pause);
    if (state === "silent" && comes && this.plays.peek()) {
      this.pause = setTimeout(() => {
        this.plays.value = false;
      }, PAUSE);
    } else this.plays.value = state === "on";
  }
}

/** @param {Source | null} source @param {boolean} comes @returns {State} */
function stateOf(source, comes) {
  if (!source) return "off";
  if (source.channel === "nobody" || source.channel === "silent") return source.channel;
  return comes ? "on" : "connecting";
}

/** How many packets of sound have come so far. @param {MediaLine} line */
async function received(line) {
  for (const report of (await line.stats()).values()) {
    if (report.type === "inbound-rtp") return report.packetsReceived ?? 0;
  }
  return 0;
}
