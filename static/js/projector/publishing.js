/**
 * This hall's picture and sound for the media process: for the other hall where no direct way holds, for who is at home or
 * interprets, and to be recorded where both halls agreed. Begun anew with each attempt of a relayed link.
 */

import { Publisher } from "../lib/publisher.js";
import { runs } from "../lib/session.js";
import { hallStream } from "../lib/whip.js";

/** @typedef {import("../lib/types.js").Link} Link */

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
