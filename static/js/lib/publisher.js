/** One stream that this page gives, as long as it is wanted: begun anew by itself whenever the line broke. */

import { signal, untracked } from "./html.js";
import { MediaLine } from "./whip.js";

const AGAIN_AFTER = 2_000;
/** More than somebody else's page takes to publish under the same name. */
const LINGERS = 10_000;

export class Publisher {
  /**
   * @param {import("./types.js").Boot} boot @param {readonly ("audio"|"video")[]} [kinds]
   * @param {string} [page] which of the person's pages this is, where one of them speaks
   */
  constructor(boot, kinds, page) {
    this.boot = boot;
    this.kinds = kinds;
    this.page = page;
    /** What is published, and for which attempt; "" for nothing. */
    this.wanted = "";
    /** @type {import("./html.js").Signal<MediaLine | null>} */
    this.line = signal(null);
    /** @type {import("./peer.js").Tracks} */
    this.tracks = { audio: null, video: null };
    /** @type {() => void} */
    this.forget = () => undefined;
  }

  /** @param {string} name of the stream, "" for none any more @param {string} [attempt] another one begins anew */
  want(name, attempt = "") {
    const wanted = name && `${name} ${attempt}`;
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    untracked(() => this.begin(name));
  }

  /** @param {string} name */
  begin(name) {
    this.forget();
    this.line.peek()?.close();
    this.line.value = null;
    if (!name) return;
    const line = new MediaLine(this.boot, "publish", name, this.kinds, this.page);
    line.send(this.tracks);
    this.line.value = line;
    this.forget = line.whenBroken(AGAIN_AFTER, () => this.begin(name));
  }

  /** No more, but silence for a while: whoever publishes under this name next takes over its listeners, and ends this line. */
  linger() {
    if (!this.wanted) return;
    this.wanted = "";
    this.forget();
    this.send({ audio: null, video: null });
    const line = this.line.peek();
    this.line.value = null;
    setTimeout(() => line?.close(), LINGERS);
  }

  /** @param {import("./peer.js").Tracks} tracks */
  send(tracks) {
    this.tracks = tracks;
    this.line.peek()?.send(tracks);
  }
}
