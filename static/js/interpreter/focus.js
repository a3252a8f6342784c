/** Where the focus goes when a press takes its own button away: to what comes next, not to the top of the page. */

import { useEffect, useRef } from "../lib/html.js";

const NEXT = [".on-air:not(:disabled)", ".first .button"];

/**
 * The place of the press, to be told of it. After a click nothing is moved: the space bar is for talking then.
 * @param {readonly unknown[]} changes what takes the button away
 * @param {string} otherwise what has the focus where there is nothing to press next
 * @returns {(event: MouseEvent) => void}
 */
export function useNextFocus(changes, otherwise) {
  const byKey = useRef(false);
  useEffect(() => {
    if (!byKey.current || document.activeElement !== document.body) return;
    byKey.current = false;
    for (const selector of [...NEXT, otherwise]) {
      const found = /** @type {HTMLElement | null} */ (document.querySelector(selector));
      if (found) return found.focus();
    }
  }, changes);
  return ({ detail }) => {
    byKey.current = detail === 0;
  };
}
