/** How the link does, as both halls' stations see it: the way it takes in words, and the last minute as small lines. */

import { tick } from "../lib/clock.js";
import { html, useComputed, useEffect, useSignal } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { roomStyle } from "../lib/start.js";
import { decimal } from "../ui/check.js";
import { Icon, Mark } from "../ui/parts.js";
import { roomName } from "./words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../lib/types.js").Link} Link */
/** @typedef {import("../lib/types.js").Figures} Figures */
/** @typedef {{at: number, figures: Figures}[]} Minute */

/** A figure every two seconds. */
const A_MINUTE = 30;
/** Three of them missing: nothing goes between that hall and the other, or between it and the server. */
const SILENT_AFTER = 7_000;
const LINES = /** @type {const} */ (["round_trip_ms", "lost", "up_kbps", "down_kbps"]);
const WIDTH = 96;
const HEIGHT = 20;

/** @param {{desk: Desk, link: Link}} props */
export function LinkFigures({ desk, link }) {
  const minutes = useSignal(/** @type {Record<string, Minute>} */ ({}));
  const begun = useSignal(Date.now());
  useEffect(() => {
    const hear = (/** @type {any} */ message) => {
      if (message.type !== "measured" || message.activity !== link.activity) return;
      const before = minutes.peek()[message.room] ?? [];
      const minute = [...before, { at: Date.now(), figures: message.figures }].slice(-A_MINUTE);
      minutes.value = { ...minutes.peek(), [message.room]: minute };
    };
    const { onAnswer } = desk.app.socket;
    onAnswer.push(hear);
    return () => onAnswer.splice(onAnswer.indexOf(hear), 1);
  }, [link.activity]);
  const halls = link.rooms.map((room) => ({ room, minute: minutes.value[room] ?? [], since: begun.value }));
  return html`<section class="link-figures" aria-label=${t("facilitator.link.figures")}>
    <ul>${halls.map((hall) => html`<${Way} key=${hall.room} desk=${desk} ...${hall} />`)}</ul>
    <details>
      <summary>${t("facilitator.link.figures")}</summary>
      ${halls.map((hall) => html`<${OfHall} key=${hall.room} desk=${desk} ...${hall} />`)}
    </details>
  </section>`;
}

/** @typedef {{room: string, minute: Minute, since: number}} Heard */

/** By which way a hall is connected, or that nothing is known of it. @param {Heard} heard */
function useWay({ minute, since }) {
  const last = minute.at(-1);
  const heardAt = last?.at ?? since;
  const silent = useComputed(() => tick.value >= 0 && Date.now() - heardAt > SILENT_AFTER);
  return silent.value ? "silent" : (last?.figures.way ?? "measuring");
}

/** @param {{desk: Desk} & Heard} props */
function Way({ desk, ...heard }) {
  const way = useWay(heard);
  return html`<li style=${roomStyle(heard.room)}>
    <p class="way ${way}" role="status"><${Mark} app=${desk.app} room=${heard.room} />
      <span>${way === "silent" && html`<${Icon} name="circle-alert" />`}${t(`facilitator.link.way.${way}`)}</span></p>
  </li>`;
}

/** @param {{desk: Desk} & Heard} props */
function OfHall({ desk, ...heard }) {
  const { room, minute } = heard;
  const way = useWay(heard);
  const last = way === "silent" ? undefined : minute.at(-1);
  return html`<div style=${roomStyle(room)}>
    <p><${Mark} app=${desk.app} room=${room} /> ${roomName(desk.store, room)}</p>
    ${last ? html`<dl>${LINES.map((name) => html`<${Line} key=${name} name=${name} minute=${minute} />`)}<${Picture} figures=${last.figures} /></dl>` : html`<p class="muted">${t(`facilitator.link.way.${way}`)}</p>`}
  </div>`;
}

/** @param {{name: typeof LINES[number], minute: Minute}} props */
function Line({ name, minute }) {
  const values = minute.map(({ figures }) => figures[name]);
  const now = values.at(-1);
  return html`<div>
    <dt>${t(`facilitator.link.figure.${name}`)}</dt>
    <dd><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width=${WIDTH} height=${HEIGHT} aria-hidden="true"><polyline points=${points(values)} /></svg>
      <span class="digits">${now === null || now === undefined ? "–" : t(`facilitator.link.unit.${name}`, { n: shown(name, now) })}</span></dd>
  </div>`;
}

/** @param {{figures: Figures}} props */
function Picture({ figures }) {
  if (!figures.width) return null;
  return html`<div><dt>${t("facilitator.link.figure.picture")}</dt><dd><span class="digits">${figures.width} × ${figures.height}</span></dd></div>`;
}

/** Rates in Mbit/s: nobody reads four digits beside a picture. @param {string} name @param {number} value */
function shown(name, value) {
  return decimal(name.endsWith("_kbps") ? value / 1000 : value);
}

/** The newest at the right edge; the highest at the top. @param {(number | null)[]} values */
function points(values) {
  const top = Math.max(1, ...values.map((value) => value ?? 0));
  const step = WIDTH / (A_MINUTE - 1);
  return values
    .map((value, at) => {
      const x = WIDTH - (values.length - 1 - at) * step;
      return `${x.toFixed(1)},${(HEIGHT - 1 - ((value ?? 0) / top) * (HEIGHT - 2)).toFixed(1)}`;
    })
    .join(" ");
}
