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
    <${Hear} ear=${ear} link=${link} inHall=${false} />
    <button type="button" class="button quiet" onClick=${say(false)}>${t("phone.home.here")}</button>
  </section>`;
}

/** @param {{app: App, link: import("../lib/types.js").Link, room: string, loud: boolean}} props */
function HallPicture({ app, link, room, loud }) {
  const line = useLine(app.boot, hallStream(app.boot.session, link.activity, room));
  const found = app.store.one("room", room);
  const seen = line?.state.value === "connected";
  // Browsers keep the last picture that came.
  const paused = link.paused.includes(room);
  const off = [paused && t("common.hall.paused"), link.muted.includes(room) && t("common.hall.muted")];
  const said = seen ? off.filter(Boolean).join(", ") : t("phone.home.connecting");
  return html`<figure class=${paused ? "unseen" : ""} style=${roomStyle(room)}>
    ${line && html`<${Video} stream=${line.stream} muted=${!loud} label=${pick(found?.plan.name)} />`}
    <figcaption><${Mark} app=${app} room=${room} /> ${pick(found?.plan.name)}${said && html` <span role="status">${said}</span>`}</figcaption>
  </figure>`;
}
