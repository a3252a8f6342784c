/** How many listen to what one says; never who. The media process that passes it on tells, where it is one of ours. */

import { html, useEffect, useSignal } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { Icon } from "../ui/parts.js";

const ASK_EVERY = 3_000;

/** @param {{line: import("../lib/whip.js").MediaLine}} props */
export function Listeners({ line }) {
  const n = useSignal(/** @type {number | null} */ (null));
  useEffect(() => {
    const timer = setInterval(ask, ASK_EVERY);
    async function ask() {
      if (line.state.peek() !== "connected") return;
      n.value = await line.viewers().catch(() => n.peek());
      if (n.value === null) clearInterval(timer);
    }
    ask();
    return () => clearInterval(timer);
  }, [line]);
  if (n.value === null) return null;
  const words = n.value === 0 ? t("interpreter.mic.listeners_none") : t("interpreter.mic.listeners", { n: n.value });
  return html`<p class="listeners"><${Icon} name="headphones" />${words}</p>`;
}
