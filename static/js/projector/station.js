/**
 * This wall as its hall's station: camera and microphone, asked for once and remembered, and the connection to the other hall.
 * What is to happen stands in the link; this follows it: warm when both rooms are ready, on the air with "go", gone with the end.
 */

import { serverNow } from "../lib/clock.js";
import { newId } from "../lib/commands.js";
import { Devices } from "../lib/devices.js";
import { computed, effect, signal, untracked } from "../lib/html.js";
import { iceServers } from "../lib/ice.js";
import { Peer } from "../lib/peer.js";
import { isConnected } from "../lib/session.js";
import { hallStream, MediaLine } from "../lib/whip.js";
import { Camera } from "./camera.js";
import { LinkCheck } from "./check.js";
import { figuresOf } from "./figures.js";
import { Ladder } from "./ladder.js";
import { Publishing } from "./publishing.js";
import { Watchdog } from "./watchdog.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Link} Link */
/** @typedef {{activity: string, generation: number} & import("../lib/peer.js").Said} Signaled */

const MEASURE_EVERY = 2_000;
/** Signals that came before the connection they are for: as many as a hall that was quicker can have said. */
const MOST_EARLY = 64;

export class Station {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.id = newId();
    /** The link that is at work, of whichever window. */
    this.link = computed(() => linkAtWork(app));
    this.isStation = computed(() => app.store.one("station", app.boot.room)?.station_id === this.id);
    this.devices = new Devices(`tcl-station-${app.boot.session}`);
    this.camera = new Camera(app, () => this.isStation.value);
    /** What this hall sends: of this machine's devices, or of another's. */
    this.own = computed(() => (this.camera.used.value ? this.camera.stream.value : this.devices.stream.value));
    /** Why there is no camera or microphone: an id of the catalogue, or "". */
    this.trouble = computed(() => (this.camera.used.value ? this.camera.trouble.value : this.devices.trouble.value));
    /** @type {import("../lib/html.js").Signal<Peer | MediaLine | null>} where the other hall's picture comes from */
    this.peer = signal(null);
    this.publishing = new Publishing(app.boot);
    this.generation = 0;
    /** @type {Signaled[]} */
    this.early = [];
    /** @type {{peer: Peer | MediaLine, counted: import("./figures.js").Counted} | null} */
    this.measured = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} when "go" comes true */
    this.due = undefined;
    app.socket.onAnswer.push((message) => message.type === "signaled" && this.hear(message));
    app.socket.onLive.push(() => {
      this.offer();
      const peer = this.peer.peek();
      if (peer instanceof Peer) peer.again();
    });
    effect(() => this.offer());
    effect(() => this.follow(this.link.value, this.isStation.value));
    effect(() => this.publishing.follow(this.isStation.value ? this.link.value : undefined));
    effect(() => this.air(this.link.value, this.peer.value, this.own.value));
    this.check = new LinkCheck(app, this);
    new Watchdog(
      app.socket,
      () => this.heard(),
      (generation) => this.restart(generation),
    );
    new Ladder(app, this);
    setInterval(() => this.measure(), MEASURE_EVERY);
    const chosen = this.devices.remembered();
    if (chosen && !this.camera.used.peek()) this.devices.use(chosen);
  }

  /** Say to the server what this page has. */
  offer() {
    const own = this.own.value;
    if (!own && !this.camera.used.value) return;
    const has = { camera: !!own?.getVideoTracks().length, microphone: !!own?.getAudioTracks().length };
    untracked(() => this.app.commands.give({ type: "OfferStation", station_id: this.id, ...has }));
  }

  async leave() {
    this.devices.forget();
    this.camera.use(false);
    await this.app.commands.give({ type: "WithdrawStation", station_id: this.id });
  }

  /** A connection for each generation, as long as one is wanted. @param {Link | undefined} link @param {boolean} isStation */
  follow(link, isStation) {
    const wanted = isStation && link ? link.generation : 0;
    if (wanted === this.generation) return;
    this.generation = wanted;
    untracked(() => this.connect(link, wanted));
  }

  /** @param {Link | undefined} link @param {number} generation */
  async connect(link, generation) {
    this.peer.peek()?.close();
    this.peer.value = null;
    if (!link || generation === 0) return;
    const peer = link.way === "relay" ? this.relayed(link) : await this.direct(link, generation);
    if (generation !== this.generation) return peer.close();
    this.peer.value = peer;
    for (const message of this.early.splice(0)) this.hear(message);
  }

  /** From browser to browser. @param {Link} link @param {number} generation */
  async direct({ activity, offerer }, generation) {
    const offers = offerer === this.app.boot.room;
    const servers = await iceServers(this.app);
    const say = (/** @type {import("../lib/peer.js").Said} */ said) =>
      this.app.socket.send({ type: "signal", activity, generation, ...said });
    return new Peer({ offers, servers, say });
  }

  /** Through the media process, to which both halls publish. @param {Link} link */
  relayed({ activity, rooms }) {
    const { session, room } = this.app.boot;
    const other = rooms.find((one) => one !== room) ?? "";
    return new MediaLine(this.app.boot, "watch", hallStream(session, activity, other));
  }

  /** @param {Signaled} message */
  hear(message) {
    // The other hall may be quicker: what it says of a generation that has no connection here yet waits for it.
    if (message.generation < this.generation || !this.isStation.peek()) return;
    const peer = this.peer.peek();
    if (message.generation === this.generation && peer instanceof Peer) peer.hear(message);
    else if (this.early.length < MOST_EARLY) this.early.push(message);
  }

  /** What goes out: nothing before "go", no picture or sound that its hall has switched off, none that the way does not carry. */
  /** @param {Link | undefined} link @param {Peer | MediaLine | null} peer @param {MediaStream | null} own */
  air(link, peer, own) {
    if (!peer || !link) return;
    const { room } = this.app.boot;
    clearTimeout(this.due);
    const left = (link.live_at ?? 0) - serverNow();
    // "Go" is told a little ahead of time, so that both halls begin at the same instant.
    if (link.status === "live" && left > 0) this.due = setTimeout(() => this.air(link, peer, own), left);
    const live = link.status === "live" && left <= 0;
    const tracks = {
      audio: (live && !link.muted.includes(room) && own?.getAudioTracks()[0]) || null,
      video: (live && sendsPicture(link, room) && own?.getVideoTracks()[0]) || null,
    };
    if (peer instanceof Peer) peer.send(tracks);
    this.publishing.send(tracks);
  }

  /** What the watchdog looks at: the connection, while something is to come over it. */
  heard() {
    const peer = this.peer.peek();
    const link = this.onAir();
    return peer && link && this.expects(link) ? { heard: peer, generation: this.generation } : null;
  }

  /** Whether the other hall sends anything at all. @param {Link} link */
  expects(link) {
    const { store, boot } = this.app;
    const other = link.rooms.find((room) => room !== boot.room);
    const station = store.one("station", other);
    if (!other || !station) return false;
    return (station.microphone && !link.muted.includes(other)) || (station.camera && sendsPicture(link, other));
  }

  onAir() {
    const link = this.link.peek();
    return link?.status === "live" && serverNow() >= (link.live_at ?? 0) ? link : null;
  }

  /** @param {number} generation */
  restart(generation) {
    const activity = this.link.peek()?.activity;
    if (activity) this.app.commands.give({ type: "RestartLink", activity_id: activity, generation });
  }

  /** Tell the desks how the link does. */
  async measure() {
    const peer = this.peer.peek();
    const link = this.onAir();
    if (!peer || !link) return;
    const before = this.measured?.peer === peer ? this.measured.counted : null;
    const { figures, counted } = figuresOf(await peer.stats(), before);
    this.measured = { peer, counted };
    if (link.way === "relay") figures.way = "relay";
    this.app.socket.send({ type: "measure", activity: link.activity, generation: this.generation, figures });
  }
}

/** @param {App} app */
function linkAtWork({ store, boot }) {
  return [...store.all("link").values()].find((link) => link.rooms.includes(boot.room) && isConnected(link));
}

/** @param {Link} link @param {string} room */
function sendsPicture(link, room) {
  return !link.paused.includes(room) && !link.held_back[room];
}
