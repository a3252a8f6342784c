/**
 * Which of a person's tabs sends what waits: the one that holds a Web Lock, while its line is live. A tab that closes lets
 * go by itself. This is courtesy only: without Web Locks (a page without TLS has none) every tab sends, and what several
 * tabs send counts once, by its id.
 */

export class Turn {
  /**
   * @param {string} name
   * @param {() => void} onMine called whenever it has become this tab's
   */
  constructor(name, onMine) {
    this.name = name;
    this.onMine = onMine;
    this.mine = !navigator.locks;
    /** @type {AbortController | null} */
    this.asked = null;
  }

  /** Wait for it, unless this tab does already. */
  take() {
    if (navigator.locks && !this.asked) this.ask(false);
  }

  /** The tab that has it does nothing with it, asleep perhaps: it is this one's now. */
  seize() {
    if (!navigator.locks || this.mine) return;
    this.leave();
    this.ask(true);
  }

  leave() {
    if (!navigator.locks) return;
    this.asked?.abort();
    this.asked = null;
    this.mine = false;
  }

  /** @param {boolean} steal */
  ask(steal) {
    const asked = new AbortController();
    this.asked = asked;
    const hold = () =>
      new Promise((letGo) => {
        asked.signal.onabort = letGo;
        this.mine = true;
        this.onMine();
      });
    navigator.locks.request(this.name, steal ? { steal } : { signal: asked.signal }, hold).catch((error) => {
      if (this.asked !== asked) return;
      this.leave();
      // Seized by another tab, which will close or fall asleep some day; or no locks here after all.
      if (error.name === "AbortError") this.take();
      else this.mine = true;
    });
  }
}
