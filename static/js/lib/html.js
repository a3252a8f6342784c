/**
 * The one door to the vendored libraries: every component imports from here, nothing else imports static/vendor.
 * A library loaded under a second URL would be a second library, and its signals would not re-render our components.
 *
 * `html` is htm bound to Preact's `h`: html`<p class=${name}>${text}</p>`. Text is always text, never markup.
 */
import htm from "../../vendor/htm-3.1.1.js";
import { Fragment, h, render } from "../../vendor/preact-11.2.0.js";
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "../../vendor/preact-hooks-11.2.0.js";
import {
  batch,
  computed,
  effect,
  Signal,
  signal,
  untracked,
  useComputed,
  useSignal,
  useSignalEffect,
} from "../../vendor/signals-2.11.4.js";

/**
 * @template T
 * @typedef {import("@preact/signals").ReadonlySignal<T>} ReadonlySignal
 */
/** @typedef {import("preact").VNode<any>} VNode */
/** @typedef {import("preact").ComponentChildren} ComponentChildren */

/** @type {(strings: TemplateStringsArray, ...values: any[]) => VNode} */
const html = /** @type {any} */ (htm.bind(h));

export {
  batch,
  computed,
  effect,
  Fragment,
  h,
  html,
  render,
  Signal,
  signal,
  untracked,
  useCallback,
  useComputed,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useSignal,
  useSignalEffect,
  useState,
};
