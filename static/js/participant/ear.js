/**
 * What a phone's person listens to: the hall, or a language into which somebody interprets. Sound begins with a press, and is a matter
 * of this device alone. A phone never opens a microphone.
 */

import { channelSource, FLOOR, Hearing } from "../lib/hearing.js";
import { computed, effect, signal, untracked } from "../lib/html.js";
import { language, pick } from "../lib/i18n.js";
import { hallStream } from "../lib/whip.js";
import { atHome } from "./home.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Activity} Activity */
/** @typedef {import("../lib/hearing.js").Source} Source */

export class Ear {
  /** @param {App} app @param {Activity} step a live window */
  constructor(app, step) {
    this.app = app;
    this.step = step;
    this.key = `tcl-hears-${app.boot.session}`;
    /** A language, or the halls. */
    this.choice = signal(this.remembered());
    this.on = signal(false);
    this.hearing = new Hearing(app.boot, () => this.source());
    /** At home both halls' pictures have their own sound; it is heard where nothing else is. */
    this.hallsSound = computed(() => this.on.value && !this.hearing.plays.value);
    this.element = document.createElement("audio");
    effect(() => this.play(this.on.value ? this.hearing.stream.value : null));
    effect(() => this.tellDevice(this.on.value));
    effect(() => {
      if (!this.goesOn) this.off();
    });
    this.element.onpause = () => {
      // The press of a headphone's button, or a call. Locked away, a page goes on when it is looked at again.
      if (!document.hidden && this.element.paused && this.on.peek()) this.off();
    };
    document.addEventListener("visibilitychange", () => !document.hidden && this.play(this.hearing.stream.peek()));
  }

  /** What was chosen here before; else one's own language where somebody interprets into it. @returns {string} */
  remembered() {
    const { channels = [] } = this.step.plan;
    let found = null;
    try {
      found = localStorage.getItem(this.key);
    } catch {
      // A private window remembers nothing.
    }
    if (found === FLOOR || (found && channels.includes(found))) return found;
    const own = language.peek();
    return channels.includes(own) && !atHome(this.app.boot.session).peek() ? own : FLOOR;
  }

  /** @param {string} choice */
  choose(choice) {
    if (!this.element.isConnected) document.body.append(this.element);
    this.choice.value = choice;
    this.on.value = true;
    try {
      localStorage.setItem(this.key, choice);
    } catch {
      // It holds until the page is closed.
    }
  }

  off() {
    this.on.value = false;
  }

  /** Until the window ends, or this phone is none of the session's any more. */
  get goesOn() {
    const { store, socket } = this.app;
    return store.one("link", this.step.id)?.status !== "over" && socket.status.value !== "stopped";
  }

  /** @returns {Source | null} */
  source() {
    const { app, step } = this;
    const { session, room } = app.boot;
    const link = app.store.one("link", step.id);
    const choice = this.choice.value;
    if (!this.on.value || !link) return null;
    if (choice !== FLOOR) return channelSource(session, link, choice);
    const other = link.rooms.find((one) => one !== room);
    // At home the pictures bring their own.
    return atHome(session).value || !other ? null : { stream: hallStream(session, step.id, other) };
  }

  /** In the press itself: elsewhere no browser lets a page begin to sound. @param {MediaStream | null} stream */
  play(stream) {
    if (this.element.srcObject !== stream) this.element.srcObject = stream;
    // Also with nothing to play yet: what may play after a press is this very element.
    if (this.on.peek()) this.element.play().catch((error) => this.silenced(error));
  }

  /** @param {Error} error */
  silenced(error) {
    if (error.name === "NotAllowedError" && !document.hidden) this.off();
  }

  /** What a locked screen shows, and what its buttons do. @param {boolean} on */
  tellDevice(on) {
    const { mediaSession } = navigator;
    if (!mediaSession || (!on && mediaSession.playbackState === "none")) return;
    const goesOn = untracked(() => this.goesOn);
    mediaSession.playbackState = on ? "playing" : goesOn ? "paused" : "none";
    mediaSession.metadata = goesOn ? new MediaMetadata({ title: pick(this.step.plan.title) }) : null;
    mediaSession.setActionHandler("play", goesOn ? () => this.choose(this.choice.peek()) : null);
    mediaSession.setActionHandler("pause", goesOn ? () => this.off() : null);
  }
}
