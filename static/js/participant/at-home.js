/** For who is not in a hall: both halls' pictures on the phone while they are live, by WHEP. A phone never publishes. */

import { html } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { roomStyle } from "../lib/start.js";
import { hallStream } from "../lib/whip.js";
import { useLine } from "../ui/line.js";
import { Mark } from "../ui/parts.js";
import { Video } from "../ui/video.js";
import { Hear } from "./hear.js";
import { atHome, setAtHome } from "./home.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Link} Link */

/** @param {{app: App, step: import("../lib/types.js").Activity, ear: import("./ear.js").Ear}} props */
export function AtHome({ app, step, ear }) {
  const { session } = app.boot;
  const say = (/** @type {boolean} */ home) => () => setAtHome(session, home);
  if (!atHome(session).value) {
    return html`<p><button type="button" class="button quiet" onClick=${say(true)}>${t("phone.home.not_here")}</button></p>`;
  }
  const link = app.store.one("link", step.id);
  const live = link?.status === "live";
  return html`<section class="at-home" aria-label=${t("phone.home.title")}>
    ${live ? link.rooms.map((room) => html`<${HallPicture} key=${room} app=${app} link=${link} room=${room} loud=${ear.hallsSound.value} />`) : html`<p role="status">${t("phone.home.soon")}</p>`}
    <p class="hint">${t("phone.home.floor")}</p>
    <${Hear} ear=${ear} link=${link} inHall=${false} />
    <button type="button" class="button quiet" onClick=${say(false)}>${t("phone.home.here")}</button>
  </section>`;
}

/** @param {{app: App, link: Link, room: string, loud: boolean}} props */
function HallPicture({ app, link, room, loud }) {
  const line = useLine(app.boot, hallStream(app.boot.session, link.activity, room));
  const name = pick(app.store.one("room", room)?.plan.name);
  const instead = insteadOf(app, link, room, line?.state.value === "connected");
  // Browsers keep the last picture that came.
  return html`<figure class=${instead ? "unseen" : ""} style=${roomStyle(room)}>
    <div class="screen">
      ${line && html`<${Video} stream=${line.stream} muted=${!loud} label=${name} />`}
      <p class="instead" role="status">${instead}</p>
    </div>
    <figcaption><${Mark} app=${app} room=${room} /> ${name}${link.muted.includes(room) && html` <span role="status">${t("common.hall.muted")}</span>`}</figcaption>
  </figure>`;
}

/** Why a hall's picture is not to be seen; "" where it is. @param {App} app @param {Link} link @param {string} room @param {boolean} connected */
function insteadOf({ store }, link, room, connected) {
  const station = store.one("station", room);
  if (!connected || !station) return t("phone.home.connecting");
  if (link.paused.includes(room)) return t("common.hall.paused");
  if (!station.camera) return t("phone.home.sound_only");
  return room in link.held_back ? t("phone.home.too_weak") : "";
}
