/**
 * The phone in a hall that is connected to another: where to look, what to talk about, who speaks, and one's own hand. At home,
 * both halls themselves.
 */

import { newId } from "../lib/commands.js";
import { html, useEffect, useMemo, useSignal } from "../lib/html.js";
import { pick, t } from "../lib/i18n.js";
import { isRecorded, rooms } from "../lib/session.js";
import { queueOf } from "../lib/speakers.js";
import { roomStyle } from "../lib/start.js";
import { Icon, Mark } from "../ui/parts.js";
import { AtHome } from "./at-home.js";
import { Heading } from "./frame.js";
import { earOf, Hear } from "./hear.js";
import { atHome } from "./home.js";
import { WallResults } from "./screens.js";
import { notify, say } from "./status.js";

/** @typedef {import("../lib/start.js").App} App */
/** @typedef {import("../lib/types.js").Activity} Activity */
/** @typedef {import("../lib/types.js").Command} Command */

/** @param {{app: App, step: Activity}} props */
export function Live({ app, step }) {
  const { plan } = step;
  const inHall = !atHome(app.boot.session).value;
  const ear = useMemo(() => earOf(app, step), []);
  const consent = !isRecorded(app) && pick(plan.consent); // what is asked beforehand reads as untrue below the red mark
  const others = rooms(app.store).filter((room) => room.id !== app.boot.room && plan.rooms.includes(room.id));
  if (app.store.one("link", step.id)?.status === "over") return html`<${Ended} app=${app} step=${step} />`;
  return html`<div class="quiet-screen">
    <${Heading} text=${pick(plan.title)} hint=${pick(plan.instruction)} />
    ${inHall && html`<${Elsewhere} app=${app} others=${others} step=${step} />`}
    ${inHall && html`<${Hear} ear=${ear} link=${app.store.one("link", step.id)} inHall=${true} />`}
    <${AtHome} app=${app} step=${step} ear=${ear} />
    ${!inHall && html`<${LinkLine} app=${app} step=${step} inHall=${false} />`}
    <${RaisedHand} app=${app} step=${step} inHall=${inHall} />
    ${pick(plan.speakers) && html`<div class="panel"><h2 class="panel-title">${t("phone.live.speakers")}</h2><p>${pick(plan.speakers)}</p></div>`}
    ${consent && html`<p class="hint"><${Icon} name="info" /> ${consent}</p>`}
    <${WallResults} app=${app} />
  </div>`;
}

/** Nothing is to be seen, heard or asked any more. @param {{app: App, step: Activity}} props */
function Ended({ app, step }) {
  return html`<div class="quiet-screen">
    <${Heading} text=${pick(step.plan.title)} />
    <p role="status">${t("phone.live.ended")}</p>
    <p>${t("phone.break.stay")}</p>
    <${WallResults} app=${app} />
  </div>`;
}

/** Where to look, and whom one sees there. What is said of the line has its place here: nothing below is pushed away. */
/** @param {{app: App, others: import("../lib/types.js").Room[], step: Activity}} props */
function Elsewhere({ app, others, step }) {
  return html`<div class="stage-card">
    <${Icon} name="video" />
    <p class="stage-card-title">${t("phone.live.look")}</p>
    <ul>
      ${others.map((room) => html`<li key=${room.id} style=${roomStyle(room.id)}><${Mark} app=${app} room=${room.id} /> ${pick(room.plan.name)}</li>`)}
    </ul>
    <${LinkLine} app=${app} step=${step} />
  </div>`;
}

/** What is not as it should be between the halls: who sees nothing wants to know whether anybody does. */
/** @param {{app: App, step: Activity, inHall?: boolean}} props */
function LinkLine({ app, step, inHall = true }) {
  const link = app.store.one("link", step.id);
  if (link?.status !== "live") return null;
  // At home each picture says for itself that it is left out.
  const held = rooms(app.store).filter((room) => inHall && room.id in link.held_back);
  const said =
    link.came.length < link.rooms.length
      ? [t("phone.live.connecting")]
      : held.map(({ plan }) => t("phone.live.too_weak", { hall: pick(plan.name) }));
  return html`<div class="link-line" role="status">${said.map((text) => html`<p key=${text} class="hint"><${Icon} name="circle-alert" /> ${text}</p>`)}</div>`;
}

/**
 * Wanting to speak, waiting for it, speaking. Whoever goes home with a hand up still has it in the queue.
 * @param {{app: App, step: Activity, inHall: boolean}} props
 */
function RaisedHand({ app, step, inHall }) {
  const own = app.store.one("own_hand", step.id)?.hand;
  const { speaking, waiting } = queueOf(app.store, step.id);
  const place = waiting.findIndex(({ id }) => id === own) + 1;
  const state = own && speaking?.id === own ? "speaking" : place ? "waiting" : "down";
  const sentence = state === "down" ? "" : t(`phone.hand.${state}`, { n: place });
  useEffect(() => {
    if (sentence) say(sentence, "hand");
  }, [sentence]);
  if (state === "down") return inHall && html`<${Raise} app=${app} step=${step} />`;
  const lower = () => give(app, { type: "LowerHand", hand_id: own });
  return html`<div class="panel hand-up ${state}">
    <p><${Icon} name=${state === "speaking" ? "message-square" : "hand"} /> ${sentence}</p>
    <button type="button" class="button" onClick=${lower}>${t(`phone.hand.lower_${state}`)}</button>
  </div>`;
}

/** @param {{app: App, step: Activity}} props */
function Raise({ app, step }) {
  const label = useSignal(app.store.one("me", "me")?.name ?? "");
  const raise = (/** @type {Event} */ event) => {
    event.preventDefault();
    give(app, { type: "RaiseHand", hand_id: newId(), activity_id: step.id, label: label.value });
  };
  return html`<form class="panel raise" onSubmit=${raise}>
    <h2 class="panel-title">${t("phone.hand.title")}</h2>
    <label>
      <span>${t("phone.hand.label")}</span>
      <input
        class="field"
        value=${label.value}
        maxlength=${app.socket.limits.value?.name_chars ?? 40}
        autocomplete="off"
        onInput=${(/** @type {any} */ event) => {
          label.value = event.currentTarget.value;
        }}
      />
    </label>
    <p class="hint">${t("phone.hand.who_reads")}</p>
    <button class="button primary big"><${Icon} name="hand" /> ${t("phone.hand.raise")}</button>
  </form>`;
}

/** @param {App} app @param {Command} command */
async function give(app, command) {
  const answer = await app.commands.give(command);
  if (!answer.ok) notify({ text: answer.code === "offline" ? t("phone.hand.offline") : answer.message, bad: true });
}
