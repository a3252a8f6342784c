/** Screens that nobody needs in the first seconds: fetched once the first one stands, so that a slow line shows that sooner. */

import { html, useEffect, useSignal } from "../lib/html.js";
import { loadLater, t } from "../lib/i18n.js";

/** @typedef {import("../lib/start.js").App} App */

/** @type {Record<string, () => Promise<any>>} */
const SCREENS = {
  Live: async () => (await import("./live.js")).Live,
  Recorded: async () => (await import("../ui/recorded.js")).Recorded,
  Results: async () => (await import("./results.js")).Results,
  Settings: async () => (await import("./settings.js")).Settings,
  Sorting: async () => (await import("./sorting.js")).Sorting,
  Stopped: async () => (await import("./stopped.js")).Stopped,
  Voting: async () => (await import("./voting.js")).Voting,
};
/** The first screen has the line to itself for so long. */
const BREATH = 2_500;

/** @type {Map<string, Promise<any>>} */
const fetched = new Map();

/** @param {string} name @param {() => Promise<any>} fetch */
function once(name, fetch) {
  const found = fetched.get(name) ?? fetch();
  fetched.set(name, found);
  found.catch(() => fetched.delete(name));
  return found;
}

/** A screen and the texts on it. @param {App} app @param {string} name */
async function fetchScreen({ boot }, name) {
  const [screen] = await Promise.all([once(name, SCREENS[name]), once("texts", () => loadLater(boot.later))]);
  return screen;
}

/**
 * Have all of them here soon, before the network goes; asked again whenever the line is back.
 * @param {App} app @param {boolean} live
 */
export function useLaterScreens(app, live) {
  useEffect(() => {
    if (!live) return undefined;
    const timer = setTimeout(() => {
      for (const name of Object.keys(SCREENS)) fetchScreen(app, name).catch(() => undefined);
    }, BREATH);
    return () => clearTimeout(timer);
  }, [live]);
}

/**
 * One of them, as soon as it is here.
 * @param {{name: string, app: App} & Record<string, unknown>} props
 */
export function Later({ name, ...props }) {
  const screen = useSignal(/** @type {any} */ (null));
  const failed = useSignal(false);
  const live = props.app.socket.status.value === "live";
  useEffect(() => {
    fetchScreen(props.app, name).then(
      (found) => {
        screen.value = { found };
      },
      () => {
        failed.value = true;
      },
    );
  }, [name, live]);
  if (screen.value) return html`<${screen.value.found} ...${props} />`;
  // Some browsers never ask again for a module that failed once: only a reload helps, and loses nothing.
  return (
    failed.value &&
    html`<button type="button" class="button" onClick=${() => location.reload()}>${t("phone.stopped.reload")}</button>`
  );
}
