/** A line that a component watches a stream by. */

import { useEffect, useSignal } from "../lib/html.js";
import { MediaLine } from "../lib/whip.js";

const AGAIN_AFTER = 2_000;

/**
 * A line to that stream, and another when it breaks; null for a name of "".
 * @param {import("../lib/types.js").Boot} boot @param {string} name
 */
export function useLine(boot, name) {
  const line = useSignal(/** @type {MediaLine | null} */ (null));
  const tries = useSignal(0);
  useEffect(() => {
    if (!name) return undefined;
    const opened = new MediaLine(boot, "watch", name);
    line.value = opened;
    const forget = opened.whenBroken(AGAIN_AFTER, () => tries.value++);
    return () => {
      forget();
      opened.close();
      line.value = null;
    };
  }, [name, tries.value]);
  return line.value;
}
