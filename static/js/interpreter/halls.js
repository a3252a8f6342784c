/** What one interprets from: one hall or both, heard and, small, seen; or what another interpreter makes of them. */

import { html, useSignal } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { rooms } from "../lib/session.js";
import { roomStyle } from "../lib/start.js";
import { hallStream } from "../lib/whip.js";
import { useLine } from "../ui/line.js";
import { Icon, Mark } from "../ui/parts.js";
import { Sound, Video } from "../ui/video.js";
import { Queue } from "./queue.js";
import { channelName } from "./words.js";

/** @typedef {import("./booth.js").Booth} Booth */
/** @typedef {import("./listening.js").Choice} Choice */

/** @type {Choice} */
const BOTH = { room: "" };

/** @param {{booth: Booth}} props */
export function Halls({ booth }) {
  const halls = rooms(booth.app.store).filter(({ id }) => booth.step.value?.plan.rooms.includes(id));
  const seen = useSignal(true);
  const silenced = useSignal(false);
  const { connected, listening } = booth;
  const shown = connected.value ? halls.filter(({ id }) => listening.includes(id)) : [];
  const muted = silenced.value || listening.hearing.plays.value;
  const onSilenced = () => (silenced.value = true);
  return html`<section class="halls" aria-labelledby="halls-title">
    <h2 class="eyebrow" id="halls-title">${t("interpreter.halls.title")}</h2>
    <div class="choice" role="radiogroup" aria-labelledby="halls-title">
      ${halls.map(({ id, plan }) => html`<${Chip} key=${id} booth=${booth} one=${{ room: id }} text=${pick(plan.name)} />`)}
      ${halls.length > 1 && html`<${Chip} booth=${booth} one=${BOTH} text=${t("interpreter.halls.both")} />`}
      <${Relay} booth=${booth} />
    </div>
    <${Heard} booth=${booth} />
    ${!connected.value && html`<p class="quiet-place" role="status"><${Icon} name="headphones" />${t(`interpreter.halls.${booth.link.value?.status === "over" ? "over" : "soon"}`)}</p>`}
    ${shown.map(({ id }) => html`<${Picture} key=${id} booth=${booth} room=${id} seen=${seen.value} muted=${muted} onSilenced=${onSilenced} />`)}
    <${Sound} stream=${listening.hearing.stream.value} muted=${silenced.value || !listening.hearing.plays.value} onSilenced=${onSilenced} />
    ${silenced.value && html`<p><button type="button" class="button primary" onClick=${() => (silenced.value = false)}><${Icon} name="volume-2" />${t("interpreter.halls.sound")}</button></p>`}
    ${connected.value && html`<label class="check"><input type="checkbox" checked=${seen.value} onChange=${() => (seen.value = !seen.value)} /> ${t("interpreter.halls.picture")}</label>`}
    <${Queue} booth=${booth} />
  </section>`;
}

/** Who does not understand a hall interprets from another one's channel. @param {{booth: Booth}} props */
function Relay({ booth }) {
  const { channels } = booth.listening;
  if (channels.value.length === 0) return null;
  return html`<span class="hint">${t("interpreter.halls.relay")}</span>
    ${channels.value.map((code) => html`<${Chip} key=${code} booth=${booth} one=${{ channel: code }} text=${channelName(code)} />`)}`;
}

/** @param {{booth: Booth, one: Choice, text: string}} props */
function Chip({ booth: { listening }, one, text }) {
  const checked = JSON.stringify(listening.choice.value) === JSON.stringify(one);
  return html`<label class="chip" style=${roomStyle("room" in one ? one.room : null)}>
    <input type="radio" name="heard" checked=${checked} onChange=${() => (listening.chosen.value = one)} />
    <span class="chip-face">${text}</span>
  </label>`;
}

/** What comes of a channel, or why the halls are heard instead. @param {{booth: Booth}} props */
function Heard({ booth: { listening } }) {
  const { state } = listening.hearing;
  if (state.value === "off") return null;
  return html`<p class="heard" role="status">${t(`interpreter.halls.heard.${state.value}`, { channel: channelName(listening.channel.value) })}</p>`;
}

/** @param {{booth: Booth, room: string, seen: boolean, muted: boolean, onSilenced: () => void}} props */
function Picture({ booth, room, seen, muted, onSilenced }) {
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
  const stands = link.value?.status === "live" ? off.filter(Boolean).join(", ") : t("interpreter.halls.waiting");
  const said = line?.state.value === "connected" ? stands : t("interpreter.halls.connecting");
  return html`<figure class=${seen && !paused ? "" : "unseen"} style=${roomStyle(room)}>
    ${line && html`<${Video} stream=${line.stream} muted=${muted} label=${name} onSilenced=${onSilenced} />`}
    <figcaption><${Mark} app=${app} room=${room} /> ${name} ${said && html`<span role="status">${said}</span>`}</figcaption>
  </figure>`;
}
