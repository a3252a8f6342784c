/** This hall's check of the next live window: five seconds through our server and back, started here or asked for at a desk. */

import { ask } from "../lib/ask.js";
import { serverNow } from "../lib/clock.js";
import { effect, html, signal, untracked, useEffect, useRef } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { iceServers } from "../lib/ice.js";
import { windowOf } from "../lib/windows.js";
import { CheckWords, isAsked } from "../ui/check.js";
import { Video } from "../ui/video.js";
import { echo, turnWays } from "./check-ways.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("./station.js").Station} Station */

export class LinkCheck {
  /** @param {App} app @param {Station} station */
  constructor(app, station) {
    this.app = app;
    this.station = station;
    this.running = signal(false);
    /** @type {import("../lib/html.js").Signal<MediaStream | null>} what comes back while a check runs */
    this.stream = signal(null);
    /** Whether the hall hears it: only where somebody stands at the wall and pressed. */
    this.aloud = signal(false);
    /** @type {import("../lib/html.js").Signal<MediaStream | null>} what was checked last: of other devices its result says nothing */
    this.checked = signal(null);
    effect(() => this.obey());
  }

  /** The window that is checked from here: the one the room is in, or the next. */
  window() {
    return windowOf(this.app.store, this.app.boot.room);
  }

  /** What a desk asked for. */
  obey() {
    if (!this.station.isStation.value || !this.station.own.value || this.running.value) return;
    for (const check of this.app.store.all("check").values()) {
      const own = check.room === this.app.boot.room && isAsked(check, serverNow());
      if (own) untracked(() => this.run(check.activity, false));
    }
  }

  /** @param {string} activity @param {boolean} aloud */
  async run(activity, aloud) {
    if (this.running.peek()) return;
    this.running.value = true;
    this.aloud.value = aloud;
    this.checked.value = this.station.own.peek();
    try {
      const servers = await iceServers(this.app);
      const [heard, relays] = await Promise.all([this.hear(servers), turnWays(servers)]);
      const found = { station_id: this.station.id, activity_id: activity, ...relays, ...heard };
      await this.app.commands.give({ type: "TellCheck", ...found });
    } finally {
      this.stream.value = null;
      this.running.value = false;
    }
  }

  /** @param {RTCIceServer[]} servers */
  hear(servers) {
    const { session, person } = this.app.boot;
    const own = this.station.own.peek();
    const works = (/** @type {MediaStreamTrack[]} */ tracks) => tracks.find((one) => one.readyState === "live") ?? null;
    const tracks = { audio: works(own?.getAudioTracks() ?? []), video: works(own?.getVideoTracks() ?? []) };
    const answerTo = async (/** @type {string} */ offer) => {
      const reply = await ask(`/api/sessions/${session}/check`, { person, offer });
      return reply.ok ? reply.value.answer : "";
    };
    return echo(tracks, servers, answerTo, (stream) => {
      this.stream.value = stream;
    });
  }
}

/** The button, what comes back while it runs, and what was found. @param {{check: LinkCheck}} props */
export function CheckPanel({ check }) {
  const step = check.window();
  const own = check.station.own.value;
  if (!step || !own) return null;
  const { app, stream } = check;
  const running = check.running.value;
  const found = app.store.one("check", `${step.id}/${app.boot.room}`);
  return html`<section class="link-check">
    <button type="button" class="button" disabled=${running} onClick=${() => check.run(step.id, true)}>${t("check.start")}</button>
    ${running && html`<p role="status">${t("check.running")}</p>`}
    ${stream.value && html`<${Video} class="echo" stream=${stream.value} muted=${!check.aloud.value} label=${t("check.echo")} />`}
    ${!running && own === check.checked.value && found?.light && html`<${Found} check=${found} asked=${check.aloud.value} />`}
  </section>`;
}

/** Whoever pressed reads it without looking for it. @param {{check: import("../lib/types.js").Check, asked: boolean}} props */
function Found({ check, asked }) {
  const words = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (asked) words.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return html`<div ref=${words}><${CheckWords} check=${check} /></div>`;
}
