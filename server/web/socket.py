"""One WebSocket: the door (origin, cookie), hello, then commands in and frames out. Everything else is the hub's."""

import asyncio
import time
from typing import Any

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from server import VERSION
from server.core.limits import LIMITS
from server.core.state import Actor
from server.errors import Close, Code, NotSaved, Rejected, StoreError
from server.hub.connection import Connection
from server.hub.live_session import LiveSession
from server.hub.outbox import Frame, Outbox
from server.protocol import (
    PROTOCOL,
    Ack,
    Bye,
    CommandMessage,
    ErrorMessage,
    Hello,
    Ping,
    Pong,
    RejectedMessage,
    SetLanguage,
    Welcome,
    You,
    encode,
    parse,
    parse_command,
)
from server.store.base import Receipt
from server.web.origin import is_own_origin
from server.web.services import Services
from server.web.templating import language_of

HELLO_WITHIN_S = 5.0
MESSAGES_PER_S = 10.0
BURST = 30.0
ABUSE_AFTER = 200

log = structlog.get_logger()


async def socket(websocket: WebSocket) -> None:
    """`/ws/{session}/{person}`. Refusals are told by close code, since a browser hides a refused handshake's reason."""
    try:
        await _admit(websocket)
    except WebSocketDisconnect:
        return  # gone in the middle of a handshake or a goodbye


async def _admit(websocket: WebSocket) -> None:
    services: Services = websocket.state.services
    if not is_own_origin(websocket, services.settings):
        await _turn_away(websocket, Close.ORIGIN, Code.ORIGIN_REFUSED)
        return
    session_id, person_id = websocket.path_params["session"], websocket.path_params["person"]
    try:
        live = await services.hub.live(session_id)
    except Rejected as no:
        await _turn_away(websocket, Close.SESSION_GONE, no.code)
        return
    except StoreError:
        await _turn_away(websocket, Close.NOT_LOADED, Code.NOT_LOADED)
        return
    person = live.state.people.get(person_id)
    if person is not None and person.erased:
        await _turn_away(websocket, Close.ERASED, Code.ERASED)
        return
    if person is None or not services.is_signed_in(websocket.cookies, session_id, person_id):
        await _turn_away(websocket, Close.SIGN_IN, Code.NOT_SIGNED_IN)
        return
    if person.removed:
        await _turn_away(websocket, Close.REMOVED, Code.REMOVED)
        return
    await websocket.accept()
    await Line(websocket, services, live, Actor(person.id, person.role, person.room)).run()


async def _turn_away(websocket: WebSocket, code: Close, why: Code) -> None:
    services: Services = websocket.state.services
    services.count(why.value)
    await websocket.accept()
    await websocket.send_text(encode(_bye(services, language_of(websocket), code)).decode())
    await websocket.close(code)


def _bye(services: Services, language: str, code: Close) -> Bye:
    return Bye(code, services.catalogues.text(language, f"error.close.{code.name.lower()}"))


class Line:
    """One open WebSocket of one person."""

    def __init__(self, websocket: WebSocket, services: Services, live: LiveSession, actor: Actor) -> None:
        self._websocket = websocket
        self._services = services
        self._live = live
        self._outbox = Outbox(websocket.scope["state"]["line"])
        self._connection = Connection(actor, self._outbox, self._close_soon)
        self._language: str = language_of(websocket)  # until hello says it
        self._allowance = BURST
        self._allowance_at = time.monotonic()
        self._refused = 0
        self._closing: asyncio.Task[None] | None = None

    async def run(self) -> None:
        try:
            if await self._greet():
                await self._listen()
        finally:
            self._live.disconnect(self._connection)
            self._tell_cut()
            if self._closing is not None:
                await asyncio.gather(self._closing, return_exceptions=True)

    async def _greet(self) -> bool:
        """Wait for hello, answer welcome, subscribe. False: the line is closed."""
        try:
            data = await asyncio.wait_for(self._receive(), HELLO_WITHIN_S)
            hello = parse(data) if data is not None else None
        except TimeoutError:
            await self._close(Close.PROTOCOL)
            return False
        except Rejected as no:
            self._send_error(no)
            await self._close(Close.PROTOCOL)
            return False
        if hello is None:
            return False
        if not isinstance(hello, Hello) or hello.protocol != PROTOCOL:
            code = Code.PROTOCOL_VERSION if isinstance(hello, Hello) else Code.HELLO_EXPECTED
            self._send_error(Rejected(code))
            await self._close(Close.PROTOCOL)
            return False
        self._language = hello.language
        live, actor = self._live, self._connection.actor
        you = You(actor.person, actor.role, actor.room)
        streams = self._connection.streams
        self._send(Welcome(PROTOCOL, live.id, live.epoch, you, streams, LIMITS, live.now(), VERSION))
        resume = hello.resume
        live.connect(self._connection, resume.streams if resume is not None and resume.epoch == live.epoch else {})
        return True

    async def _listen(self) -> None:
        while (data := await self._receive()) is not None:
            try:
                if not self._within_rate():
                    raise Rejected(Code.TOO_FAST)
                message = parse(data)
            except Rejected as no:
                self._send_error(no)
                if self._refused >= ABUSE_AFTER:
                    await self._close(Close.ABUSE)
                    return
                continue
            match message:
                case CommandMessage():
                    self._command(message)
                case Ping(at):
                    self._send(Pong(at, self._live.now()))
                case SetLanguage(language):
                    self._language = language
                case Hello():
                    self._send_error(Rejected(Code.MALFORMED))

    async def _receive(self) -> str | None:
        """The next text; None when the line is closed. A binary frame is answered and passed over."""
        while True:
            event = await self._websocket.receive()
            if event["type"] == "websocket.disconnect":
                return None
            text = event.get("text")
            if isinstance(text, str):
                return text
            self._send_error(Rejected(Code.NOT_TEXT))
            if self._refused >= ABUSE_AFTER:
                await self._close(Close.ABUSE)
                return None

    def _command(self, message: CommandMessage) -> None:
        try:
            command = parse_command(message.command)
        except Rejected as no:
            self._send_error(no, message.id)
            return
        answer = self._live.submit(self._connection.actor, command, message.id)
        answer.add_done_callback(lambda done: self._answered(message.id, done))

    def _answered(self, command_id: str, done: asyncio.Future[Receipt]) -> None:
        if done.cancelled():
            return
        error = done.exception()
        if error is not None:
            code = Code.NOT_SAVED if isinstance(error, NotSaved) else Code.INTERNAL
            self._send_error(Rejected(code), command_id)
            return
        receipt = done.result()
        if receipt.code is None:
            self._send(Ack(command_id))
        else:
            self._services.count(receipt.code)
            sentence = self._services.catalogues.refusal(self._language, receipt.code, receipt.params)
            self._send(RejectedMessage(command_id, receipt.code, sentence, receipt.params))

    def _send(self, message: Any) -> None:
        self._outbox.send(Frame(encode(message)))

    def _send_error(self, no: Rejected, command_id: str | None = None) -> None:
        self._refused += 1
        self._services.count(no.code.value)
        sentence = self._services.catalogues.refusal(self._language, no.code.value, no.params)
        self._send(ErrorMessage(no.code.value, sentence, command_id))

    def _within_rate(self) -> bool:
        now = time.monotonic()
        self._allowance = min(BURST, self._allowance + (now - self._allowance_at) * MESSAGES_PER_S)
        self._allowance_at = now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    def _tell_cut(self) -> None:
        why = self._outbox.cut_for or ("abuse" if self._refused >= ABUSE_AFTER else "")
        if why:
            self._services.hub.meter.cut[why] += 1
            actor = self._connection.actor
            log.info("line_cut", reason=why, session=self._live.id, face=actor.role, room=actor.room)

    def _close_soon(self, code: Close) -> None:
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._close(code))

    async def _close(self, code: Close) -> None:
        self._send(_bye(self._services, self._language, code))
        try:
            await self._websocket.close(code)
        except (RuntimeError, WebSocketDisconnect):
            return  # it was gone already
