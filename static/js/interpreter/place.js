/**
 * Which of one's open pages has the microphone: the one that took it last. Each has an id and tells it to the server; the page that
 * had it before it was loaded anew may take it again. None takes it from another by itself.
 */

import { newId } from "../lib/commands.js";
import { computed, effect } from "../lib/html.js";

export class Place {
  /**
   * @param {string} person
   * @param {() => string | null | undefined} page which one the server knows of: null where none has said so, undefined where no
   * microphone is in one's hands
   */
  constructor(person, page) {
    const key = `tcl-page-${person}`;
    const before = sessionStorage.getItem(key);
    this.id = newId();
    this.here = computed(() => page() === this.id);
    /** Nobody would lose it. */
    this.free = computed(() => page() === null || page() === before);
    this.elsewhere = computed(() => page() !== undefined && !this.here.value && !this.free.value);
    effect(() => {
      if (this.here.value) sessionStorage.setItem(key, this.id);
    });
  }
}
