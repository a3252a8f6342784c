/** How people get in: the code and its QR, here and on one's own wall. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { joinCode, joinQr } from "../lib/joining.js";
import { Icon } from "../ui/parts.js";
import { Box } from "./box.js";
import { Renew } from "./renew.js";
import { roomName } from "./words.js";

/** @param {{desk: import("./desk.js").Desk}} props */
export function JoinDialog({ desk }) {
  const { boot } = desk.app;
  const onWall = desk.store.one("stage", desk.room)?.wall.kind === "join";
  const room = roomName(desk.store, desk.room);
  const show = () =>
    desk.act({ type: "SetWall", room: desk.room, kind: onWall ? "auto" : "join" }, { done: t("facilitator.wall.set") });
  const actions = html`<button type="button" class="button" aria-pressed=${String(onWall)} onClick=${show}>
    <${Icon} name="presentation" />${t(onWall ? "facilitator.join.off_wall" : "facilitator.join.on_wall")}
  </button>`;
  return html`<${Box} desk=${desk} title=${t("facilitator.join.title", { room })} actions=${actions}>
    <div class="qr"><img src=${joinQr(desk.app)} alt=${t("facilitator.join.qr", { room })} width="260" height="260" /></div>
    <p class="join-address">${boot.join_address}</p>
    <p class="join-code">${t("facilitator.join.code")} <strong class="digits">${joinCode(desk.app)}</strong></p>
    <p class="muted">${t("facilitator.join.why", { room })}</p>
    <${Renew} desk=${desk} purpose="participant" />
  <//>`;
}
