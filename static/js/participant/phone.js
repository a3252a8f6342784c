/** The whole phone: which screen a person is on now, and what stays around every screen. */

import { html, useEffect, useLayoutEffect, useMemo, useRef, useSignal } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { phoneStep } from "../lib/session.js";
import { Drafts } from "./drafts.js";
import { Header } from "./header.js";
import { Kept } from "./kept.js";
import { Later, useLaterScreens } from "./later.js";
import { Connecting, NotStarted, Pause, Words } from "./screens.js";
import { beside, NoticeBar, notice, notify, OpenedOffline, Said, say } from "./status.js";
import { Watch } from "./watch.js";
import { Writing } from "./writing.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Activity} Activity */

const SCREENS = {
  welcome: Words,
  text: Words,
  writing: Writing,
  sorting: (/** @type {any} */ props) => html`<${Later} name="Sorting" ...${props} />`,
  voting: (/** @type {any} */ props) => html`<${Later} name="Voting" ...${props} />`,
  live: (/** @type {any} */ props) => html`<${Later} name="Live" ...${props} />`,
  break: Pause,
};

/** @param {{app: App}} props */
export function Phone({ app }) {
  const { store, socket, boot } = app;
  const settings = useSignal(false);
  const drafts = useMemo(() => new Drafts(boot.person), []);
  const me = store.one("me", "me");
  const step = phoneStep(store, boot.room);
  // Of somebody who was erased nothing is shown, themselves included.
  const gone = socket.status.value === "stopped" || me?.removed || (store.ready.value && !me);
  const ready = store.ready.value;
  useArrival(ready && !gone ? step : undefined, drafts);
  useLayoutEffect(() => {
    if (gone) drafts.hold();
  }, [gone]);
  useLaterScreens(app, ready && socket.status.value === "live");
  const screen = gone
    ? html`<${Later} name="Stopped" app=${app} />`
    : !ready
      ? html`<${Connecting} app=${app} />`
      : !step
        ? html`<${NotStarted} app=${app} />`
        : html`<${SCREENS[step.plan.type]} key=${step.id} app=${app} step=${step} drafts=${drafts} />`;
  return html`<${Header} app=${app} onSettings=${() => (settings.value = true)} />
    <main class="page">
      ${!gone && html`<${OpenedOffline} app=${app} />`}
      ${beside.value?.()}
      ${screen}
      <${Kept} app=${app} drafts=${drafts} current=${gone || !ready ? undefined : step?.id} />
      <${NoticeBar} />
    </main>
    <${Said} />
    <${Watch} app=${app} />
    ${settings.value && me && html`<${Later} name="Settings" app=${app} me=${me} onClose=${() => (settings.value = false)} />`}`;
}

/**
 * A new step: say where we are, begin at the top, and give the heading the focus if what had it went with the old screen.
 * @param {Activity | undefined} step @param {Drafts} drafts
 */
function useArrival(step, drafts) {
  const before = useRef(/** @type {string | undefined} */ (undefined));
  const id = step?.id;
  useLayoutEffect(() => {
    if (!id || before.current === undefined || before.current === id) return;
    scrollTo(0, 0);
    if (document.activeElement === document.body) document.getElementById("heading")?.focus({ preventScroll: true });
  }, [id]);
  useEffect(() => {
    const left = before.current;
    before.current = id ?? left;
    if (!step || left === undefined || left === id) return;
    const now = t("phone.step.now", { title: pick(step.plan.title) });
    notice.value = null;
    if (drafts.read(left).text.trim()) notify({ text: `${now} ${t("phone.step.draft_kept")}` });
    else say(now, "step");
  }, [id]);
}
