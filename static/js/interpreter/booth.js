/**
 * What an interpreter's page knows and does: which window, which channels are in their hands, and whether the microphone is open.
 * Open is what the listeners are told as well; a cough is a moment's silence and told to nobody.
 */

import { Devices } from "../lib/devices.js";
import { batch, computed, effect, signal, untracked } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Publisher } from "../lib/publisher.js";
import { agenda, currentStep, isConnected } from "../lib/session.js";
import { Listening } from "./listening.js";
import { Place } from "./place.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Link} Link */

const MICROPHONE = { camera: "", microphone: "any" };

export class Booth {
  /** @param {App} app */
  constructor(app) {
    const { boot, store } = app;
    this.app = app;
    this.step = computed(() => windowOf(app));
    /** @type {import("../lib/html.js").ReadonlySignal<Link | undefined>} */
    this.link = computed(() => store.one("link", this.step.value?.id));
    /** Whether there is anything to hear, and a way for one's own voice. */
    this.connected = computed(() => isConnected(this.link.value));
    /** The languages of this window. */
    this.channels = computed(() => this.step.value?.plan.channels ?? []);
    /** Those whose microphone is in one's own hands, in the plan's order. */
    this.held = computed(() => this.channels.value.filter((code) => this.own(code)?.holds));
    this.place = new Place(boot.person, () => this.own(this.held.value[0])?.page);
    this.listening = new Listening(this);
    this.chosen = remembered(`tcl-into-${boot.person}`, "");
    /** The channel one speaks into; "" for none. */
    this.into = computed(
      () => (this.held.value.includes(this.chosen.value) ? this.chosen.value : this.held.value[0]) ?? "",
    );
    this.devices = new Devices(`tcl-microphone-${boot.session}`);
    /** What goes out: apart from what the meter listens to, for one is closed while the other shows that the device works. */
    this.voice = computed(() => this.devices.stream.value?.getAudioTracks()[0]?.clone() ?? null);
    /** Whether the microphone can be opened, here and now. */
    this.able = computed(() =>
      Boolean(this.into.value && this.voice.value && this.connected.value && this.place.here.value),
    );
    /** On the air until switched off; survives a reload. */
    this.latched = remembered(`tcl-on-air-${boot.person}`, "");
    /** While the button to talk is held. */
    this.talking = signal(false);
    this.coughing = signal(false);
    this.open = computed(() => this.able.value && (this.latched.value === "on" || this.talking.value));
    /** Into which channel this page has said to speak; "" for none. */
    this.said = "";
    /** Why the last thing asked for was refused; "" for nothing. */
    this.refused = signal("");
    /** @type {Map<string, Publisher>} by language */
    this.publishers = new Map();
    this.follow();
    if (this.devices.remembered()) this.listen();
  }

  /** What is in one's own hands of a channel. @param {string} language */
  own(language) {
    return this.app.store.one("own_channel", `${this.step.value?.id}/${language}`);
  }

  follow() {
    effect(() => {
      const { value: voice } = this.voice;
      return () => voice?.stop();
    });
    effect(() => {
      if (this.voice.value) this.voice.value.enabled = this.open.value && !this.coughing.value;
    });
    effect(() => {
      const mine = this.app.socket.status.value === "live" && this.place.free.value;
      if (mine) untracked(() => this.take(this.held.peek()[0]));
    });
    effect(() => this.publish());
    effect(() => this.tell());
    effect(() => {
      // With the channel, the window, or another page that took over, this one's time on the air is over.
      const over = !this.into.value || this.link.value?.status === "over" || this.place.elsewhere.value;
      if (this.app.store.ready.value && over) this.latched.value = "";
    });
  }

  /** A line for each channel in one's hands, with the voice in one of them. */
  publish() {
    const { session } = this.app.boot;
    const held = this.connected.value && this.place.here.value ? this.held.value : [];
    for (const language of this.channels.value) {
      let publisher = this.publishers.get(language);
      if (!publisher && !held.includes(language)) continue;
      if (!publisher) {
        publisher = new Publisher(this.app.boot, ["audio"], this.place.id);
        this.publishers.set(language, publisher);
      }
      const passedOn = this.connected.value && (this.link.value?.channels[language]?.interpreter ?? null) !== null;
      if (held.includes(language)) publisher.want(`${session}.${this.step.value?.id}.channel.${language}`);
      else if (passedOn) publisher.linger();
      else publisher.want("");
      publisher.send({ audio: language === this.into.value ? this.voice.value : null, video: null });
    }
  }

  /** The server is told whether the microphone is open; once more when the line was away just then. */
  tell() {
    const now = this.open.value ? this.into.value : "";
    const before = this.said;
    if (now === before || this.app.socket.status.value !== "live") return;
    this.said = now;
    const language = now || before;
    // Whoever has it now, another page or another interpreter, says it themselves.
    if (!this.held.peek().includes(language) || !this.place.here.peek()) return;
    const { id: page } = this.place;
    untracked(() => this.give({ type: "SetSpeaking", language, speaking: now !== "", page })).then((code) => {
      if (code === "offline") this.said = before;
    });
  }

  /** Where one's voice goes; read by who shows how it stands. */
  get line() {
    return this.publishers.get(this.into.value)?.line.value ?? null;
  }

  /** A channel's microphone, for this very page; where somebody has it, an offer to take over. @param {string} language */
  take(language) {
    return this.give({ type: "TakeChannel", language, page: this.place.id });
  }

  /**
   * A command about this window. Gives why it was refused, "" for done.
   * @param {import("../lib/types.js").Command} command
   */
  async give(command) {
    const answer = await this.app.commands.give({ ...command, activity_id: this.step.peek()?.id });
    this.refused.value = answer.ok ? "" : answer.message || t("interpreter.offline_act");
    return answer.ok ? "" : answer.code;
  }

  /** Ask for the microphone that was chosen, or for any. @param {string} [microphone] a device's id */
  listen(microphone) {
    const chosen = this.devices.remembered() ?? MICROPHONE;
    return this.devices.use({ camera: "", microphone: microphone ?? (chosen.microphone || "any") });
  }

  toggle() {
    batch(() => {
      this.latched.value = this.latched.peek() === "on" ? "" : "on";
      this.talking.value = false;
    });
  }
}

/** The window the room is in, else the next one that is interpreted, else the last. @param {App} app */
function windowOf({ store, boot }) {
  const current = currentStep(store, boot.room);
  const windows = agenda(store, boot.room).filter(({ plan }) => (plan.channels ?? []).length > 0);
  const atWork = windows.find(({ id }) => isConnected(store.one("link", id)));
  return atWork ?? windows.find(({ place }) => place >= (current?.place ?? 0)) ?? windows.at(-1);
}

/** A word that outlives a reload of this tab. @param {string} key @param {string} otherwise */
function remembered(key, otherwise) {
  const word = signal(sessionStorage.getItem(key) ?? otherwise);
  effect(() => sessionStorage.setItem(key, word.value));
  return word;
}
