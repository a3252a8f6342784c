/**
 * This hall's picture and sound for the media process: for the other hall where no direct way holds, for who is at home or
 * interprets, and to be recorded where both halls agreed. Begun anew with each attempt of a relayed link.
 */

import { Publisher } from "../lib/publisher.js";
import { hallStream } from "../lib/whip.js";

/** @typedef {import("../lib/types.js").Link} Link */

/** @param {Link["recording"]} recording */
const runs = (recording) => recording !== null && recording.started_at !== null && recording.ended_at === null;

export class Publishing extends Publisher {
  /** @param {Link | undefined} link undefined where this page is no station */
  follow(link) {
    const relayed = link?.way === "relay";
    const { session, room } = this.boot;
    if (link && (relayed || link.shared || runs(link.recording))) {
      this.want(hallStream(session, link.activity, room), relayed ? String(link.generation) : "shared");
    } else this.want("");
  }
}
