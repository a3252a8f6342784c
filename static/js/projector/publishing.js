/**
 * This hall's picture and sound for the media process: for the other hall where no direct way holds, for who is at home, and to be
 * recorded where both halls agreed. Begun anew with each attempt of a relayed link, and by itself whenever it broke.
 */

import { effect, untracked } from "../lib/html.js";
import { hallStream, MediaLine } from "../lib/whip.js";

/** @typedef {import("../lib/types.js").Link} Link */

const AGAIN_AFTER = 2_000;

/** @param {Link["recording"]} recording */
const runs = (recording) => recording !== null && recording.started_at !== null && recording.ended_at === null;

export class Publishing {
  /** @param {import("../lib/start.js").App} app */
  constructor(app) {
    this.app = app;
    /** What is published, and for which attempt; "" for nothing. */
    this.wanted = "";
    /** @type {MediaLine | null} */
    this.line = null;
    /** @type {import("../lib/peer.js").Tracks} */
    this.tracks = { audio: null, video: null };
    /** @type {() => void} */
    this.forget = () => undefined;
  }

  /** @param {Link | undefined} link undefined where this page is no station */
  follow(link) {
    const relayed = link?.way === "relay";
    const wanted =
      link && (relayed || link.shared || runs(link.recording))
        ? `${link.activity} ${relayed ? link.generation : "shared"}`
        : "";
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    untracked(() => this.begin(link?.activity ?? ""));
  }

  /** @param {string} activity */
  begin(activity) {
    this.forget();
    this.line?.close();
    this.line = null;
    if (!this.wanted) return;
    const { session, room } = this.app.boot;
    const line = new MediaLine(this.app.boot, "publish", hallStream(session, activity, room));
    line.send(this.tracks);
    this.line = line;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let due;
    const stop = effect(() => {
      if (line.state.value === "failed") due = setTimeout(() => this.begin(activity), AGAIN_AFTER);
    });
    this.forget = () => {
      clearTimeout(due);
      stop();
    };
  }

  /** @param {import("../lib/peer.js").Tracks} tracks */
  send(tracks) {
    this.tracks = tracks;
    this.line?.send(tracks);
  }
}
