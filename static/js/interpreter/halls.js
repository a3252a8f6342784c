/** What one interprets from: one hall or both, heard and, small, seen. */

import { html, useSignal } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { hallStream } from "../lib/whip.js";
import { useLine } from "../ui/line.js";
import { Icon, Mark } from "../ui/parts.js";
import { Video } from "../ui/video.js";
import { Queue } from "./queue.js";

/** @typedef {import("./booth.js").Booth} Booth */

const BOTH = "";

/** @param {{booth: Booth}} props */
export function Halls({ booth }) {
  const { boot, store } = booth.app;
  const halls = rooms(store).filter(({ id }) => booth.step.value?.plan.rooms.includes(id));
  // The other hall is the one that is not heard anyway.
  const heard = useSignal(halls.find(({ id }) => id !== boot.room)?.id ?? BOTH);
  const seen = useSignal(true);
  const silenced = useSignal(false);
  const shown = heard.value === BOTH ? halls : halls.filter(({ id }) => id === heard.value);
  return html`<section class="halls" aria-labelledby="halls-title">
    <h2 class="eyebrow" id="halls-title">${t("interpreter.halls.title")}</h2>
    <div class="choice" role="radiogroup" aria-labelledby="halls-title">
      ${halls.map(({ id, plan }) => html`<${Hall} key=${id} id=${id} text=${pick(plan.name)} heard=${heard} />`)}
      ${halls.length > 1 && html`<${Hall} id=${BOTH} text=${t("interpreter.halls.both")} heard=${heard} />`}
    </div>
    ${!booth.connected.value && html`<p class="quiet-place" role="status"><${Icon} name="headphones" />${t(`interpreter.halls.${booth.link.value?.status === "over" ? "over" : "soon"}`)}</p>`}
    ${booth.connected.value && shown.map(({ id }) => html`<${Picture} key=${id} booth=${booth} room=${id} seen=${seen.value} silenced=${silenced} />`)}
    ${silenced.value && html`<p><button type="button" class="button primary" onClick=${() => (silenced.value = false)}><${Icon} name="volume-2" />${t("interpreter.halls.sound")}</button></p>`}
    ${booth.connected.value && html`<label class="check"><input type="checkbox" checked=${seen.value} onChange=${() => (seen.value = !seen.value)} /> ${t("interpreter.halls.picture")}</label>`}
    <${Queue} booth=${booth} />
  </section>`;
}

/** @param {{id: string, text: string, heard: import("../lib/html.js").Signal<string>}} props */
function Hall({ id, text, heard }) {
  return html`<label class="chip" style=${roomStyle(id)}>
    <input type="radio" name="heard" checked=${heard.value === id} onChange=${() => (heard.value = id)} />
    <span class="chip-face">${text}</span>
  </label>`;
}

/** @param {{booth: Booth, room: string, seen: boolean, silenced: import("../lib/html.js").Signal<boolean>}} props */
function Picture({ booth, room, seen, silenced }) {
  const { app, link } = booth;
  const found = app.store.one("room", room);
  const line = useLine(app.boot, hallStream(app.boot.session, link.value?.activity ?? "", room));
  const name = pick(found?.plan.name);
  // Browsers keep the last picture that came.
  const paused = link.value?.paused.includes(room);
  const held = room in (link.value?.held_back ?? {});
  const off = [
    paused && t("common.hall.paused"),
    !paused && held && t("interpreter.halls.too_weak"),
    link.value?.muted.includes(room) && t("common.hall.muted"),
  ];
  const said = line?.state.value === "connected" ? off.filter(Boolean).join(", ") : t("interpreter.halls.connecting");
  return html`<figure class=${seen && !paused ? "" : "unseen"} style=${roomStyle(room)}>
    ${line && html`<${Video} stream=${line.stream} muted=${silenced.value} label=${name} onSilenced=${() => (silenced.value = true)} />`}
    <figcaption><${Mark} app=${app} room=${room} /> ${name} ${said && html`<span role="status">${said}</span>`}</figcaption>
  </figure>`;
}
