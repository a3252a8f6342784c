/** A line that a component watches a stream by. */

import { effect, useEffect, useSignal } from "../lib/html.js";
import { MediaLine } from "../lib/whip.js";

const AGAIN_AFTER = 2_000;
const BROKEN = ["disconnected", "failed", "closed"];

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
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let due;
    const stop = effect(() => {
      clearTimeout(due);
      if (BROKEN.includes(opened.state.value)) due = setTimeout(() => tries.value++, AGAIN_AFTER);
    });
    return () => {
      stop();
      clearTimeout(due);
      opened.close();
      line.value = null;
    };
  }, [name, tries.value]);
  return line.value;
}
