/**
 * Dragging by mouse, touch, pen and keyboard, on pointer events; knows nothing of notes. The hooks say what is lifted, which
 * place is where, and what a drop does.
 *
 * Mouse: press and move. Touch and pen: press for a moment, or pull the handle at once (a swipe still scrolls). Keys: the space
 * bar lifts and drops, the arrow keys move, Escape puts back. Without lifting, the arrow keys walk from item to item.
 */

/**
 * @template D, P
 * @typedef {object} Hooks
 * @property {(item: HTMLElement) => D} lifted
 * @property {(dragged: D) => void} begin
 * @property {() => void} end
 * @property {() => void} cancel
 * @property {(dragged: D, place: P) => void} drop
 * @property {(x: number, y: number, dragged: D) => P | null} placeAt
 * @property {(dragged: D) => P[][]} places column by column, for the keys
 * @property {(place: P) => void} tell
 * @property {(place: P | null, follow?: boolean) => void} mark
 */

const THRESHOLD = 6;
const LONG_PRESS = 350;
const EDGE = 56;
const SPEED = 14;

export class Drag {
  /** @param {HTMLElement} root @param {Hooks<any, any>} hooks */
  constructor(root, hooks) {
    this.root = root;
    this.hooks = hooks;
    /** @type {{item: HTMLElement, x: number, y: number, id: number, mouse: boolean, handle: boolean, timer?: number} | null} */
    this.press = null;
    /** @type {{dragged: any, place: any, ghost: HTMLElement, dx: number, dy: number, x: number, y: number} | null} */
    this.drag = null;
    /** @type {{dragged: any, places: any[][], column: number, at: number} | null} */
    this.keys = null;
    this.stop = new AbortController();
  }

  attach() {
    const { signal } = this.stop;
    const on = (
      /** @type {EventTarget} */ target,
      /** @type {string} */ name,
      /** @type {(event: any) => void} */ listener,
      more = {},
    ) => target.addEventListener(name, listener, { signal, ...more });
    on(this.root, "pointerdown", (event) => this.pressed(event));
    on(window, "pointermove", (event) => this.moved(event));
    on(window, "pointerup", (event) => this.released(event));
    on(window, "pointercancel", () => this.put());
    on(window, "keydown", (event) => event.key === "Escape" && this.drag && this.put());
    // A finger that drags must not scroll as well; a passive listener could not forbid it.
    on(this.root, "touchmove", (event) => this.drag && event.preventDefault(), { passive: false });
    on(this.root, "contextmenu", (event) => (this.drag || this.press?.mouse === false) && event.preventDefault());
    on(this.root, "keydown", (event) => this.key(event), { capture: true });
    on(this.root, "focusout", () => this.keys && this.lower());
    return () => {
      this.put();
      this.lower();
      this.stop.abort();
    };
  }

  /** @param {PointerEvent} event */
  pressed(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const item = /** @type {HTMLElement | null} */ (target.closest("[data-item]"));
    if (!item || event.button !== 0 || !event.isPrimary || this.drag) return;
    this.lower();
    const handle = target.closest("[data-handle]") !== null;
    const mouse = event.pointerType === "mouse";
    this.press = { item, x: event.clientX, y: event.clientY, id: event.pointerId, mouse, handle };
    if (!mouse && !handle) this.press.timer = setTimeout(() => this.lift(event.clientX, event.clientY), LONG_PRESS);
  }

  /** @param {PointerEvent} event */
  moved(event) {
    const { press, drag } = this;
    if (drag) {
      drag.x = event.clientX;
      drag.y = event.clientY;
      this.draw();
      return;
    }
    if (!press || event.pointerId !== press.id) return;
    if (Math.hypot(event.clientX - press.x, event.clientY - press.y) < THRESHOLD) return;
    if (press.mouse || press.handle) this.lift(event.clientX, event.clientY);
    else this.unpress();
  }

  /** @param {PointerEvent} event */
  released(event) {
    const { drag, press } = this;
    if (press && event.pointerId !== press.id) return;
    this.unpress();
    if (!drag) return;
    // The click that follows belongs to the drag, not to the button under it; it comes before the next task, or not at all.
    const swallow = (/** @type {Event} */ click) => click.stopPropagation();
    addEventListener("click", swallow, { capture: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }));
    const { dragged, place } = drag;
    this.unlift();
    if (place) this.hooks.drop(dragged, place);
    else this.hooks.cancel();
  }

  unpress() {
    clearTimeout(this.press?.timer);
    this.press = null;
  }

  /** @param {number} x @param {number} y */
  lift(x, y) {
    const { press } = this;
    if (!press?.item.isConnected) return;
    const box = press.item.getBoundingClientRect();
    const ghost = /** @type {HTMLElement} */ (press.item.cloneNode(true));
    ghost.inert = true;
    ghost.classList.add("ghost");
    ghost.style.width = `${box.width}px`;
    document.body.append(ghost);
    const dragged = this.hooks.lifted(press.item);
    if (dragged.ids?.length > 1) ghost.dataset.count = String(dragged.ids.length);
    this.drag = { dragged, place: null, ghost, dx: press.x - box.left, dy: press.y - box.top, x, y };
    document.documentElement.classList.add("dragging");
    if (!press.mouse) navigator.vibrate?.(12);
    this.hooks.begin(dragged);
    this.draw();
    this.scroll();
  }

  draw() {
    const { drag } = this;
    if (!drag) return;
    drag.ghost.style.transform = `translate(${drag.x - drag.dx}px, ${drag.y - drag.dy}px) rotate(1.5deg)`;
    drag.place = this.hooks.placeAt(drag.x, drag.y, drag.dragged);
    this.hooks.mark(drag.place);
  }

  /** Near an edge, what is under the pointer scrolls on, as long as it stays there. */
  scroll() {
    const { drag } = this;
    if (!drag) return;
    const list = document.elementFromPoint(drag.x, drag.y)?.closest("[data-column]")?.querySelector("[data-scroll]");
    const down = list ? push(drag.y, list.getBoundingClientRect().top, list.getBoundingClientRect().bottom) : 0;
    const box = this.root.getBoundingClientRect();
    const across = push(drag.x, Math.max(0, box.left), Math.min(innerWidth, box.right));
    if (down) list?.scrollBy(0, down);
    if (across) this.root.scrollBy(across, 0);
    if (down || across) this.draw();
    requestAnimationFrame(() => this.scroll());
  }

  unlift() {
    this.drag?.ghost.remove();
    this.drag = null;
    document.documentElement.classList.remove("dragging");
  }

  /** Let go without dropping. */
  put() {
    this.unpress();
    if (!this.drag) return;
    this.unlift();
    this.hooks.cancel();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (this.keys) this.steer(event);
    else if (!target.matches("[data-focus]")) return;
    else if (event.key === " ") {
      const item = /** @type {HTMLElement} */ (target.closest("[data-item]"));
      const dragged = this.hooks.lifted(item);
      this.hooks.begin(dragged);
      const places = this.hooks.places(dragged);
      const column = [...this.root.querySelectorAll("[data-column]")].findIndex((other) => other.contains(item));
      this.keys = { dragged, places, column: Math.max(0, column), at: 0 };
      this.show();
    } else if (event.key.startsWith("Arrow")) walk(this.root, target, event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {KeyboardEvent} event */
  steer({ key }) {
    const { keys } = this;
    if (!keys) return;
    if (key === "Escape") this.lower();
    else if (key === " " || key === "Enter") {
      this.keys = null;
      this.hooks.drop(keys.dragged, keys.places[keys.column][keys.at]);
    } else {
      if (key === "ArrowUp") keys.at = Math.max(0, keys.at - 1);
      else if (key === "ArrowDown") keys.at = Math.min(keys.places[keys.column].length - 1, keys.at + 1);
      else if (key === "ArrowLeft") keys.column = Math.max(0, keys.column - 1);
      else if (key === "ArrowRight") keys.column = Math.min(keys.places.length - 1, keys.column + 1);
      else return;
      keys.at = Math.min(keys.at, keys.places[keys.column].length - 1);
      this.show();
    }
  }

  show() {
    if (!this.keys) return;
    const place = this.keys.places[this.keys.column][this.keys.at];
    this.hooks.mark(place, true);
    this.hooks.tell(place);
  }

  lower() {
    if (!this.keys) return;
    this.keys = null;
    this.hooks.cancel();
  }
}

/** How far to scroll for a pointer near an edge: the nearer, the faster. @param {number} at @param {number} from @param {number} to */
function push(at, from, to) {
  if (at < from + EDGE) return -Math.ceil(((from + EDGE - Math.max(at, from)) / EDGE) * SPEED);
  if (at > to - EDGE) return Math.ceil(((Math.min(at, to) - to + EDGE) / EDGE) * SPEED);
  return 0;
}

/** Move the focus to the next item up or down, or to the one as far down the next column. @param {HTMLElement} root @param {HTMLElement} from @param {string} key */
function walk(root, from, key) {
  const columns = [...root.querySelectorAll("[data-column]")].map((column) => [
    .../** @type {NodeListOf<HTMLElement>} */ (column.querySelectorAll("[data-focus]")),
  ]);
  const column = columns.findIndex((items) => items.includes(from));
  const at = columns[column]?.indexOf(from) ?? 0;
  const next = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[key];
  if (!next) return;
  const [across, down] = next;
  const aim = across
    ? columns
        .slice(...(across > 0 ? [column + 1] : [0, column]))
        .filter((items) => items.length > 0)
        .at(across > 0 ? 0 : -1)
    : columns[column];
  aim?.[Math.min(at + down, aim.length - 1)]?.focus();
}
