"""What all transports share: who is let in, how a line begins, how a message is answered.

`web/socket.py` is the WebSocket, `web/events.py` the way round it. Everything but the transport is here or the hub's.
"""

import asyncio
from abc import ABC, abstractmethod

import structlog
from starlette.requests import HTTPConnection

from server import VERSION
from server.core.limits import LIMITS
from server.core.state import Actor
from server.errors import Close, Code, NotSaved, Rejected, StoreError
from server.hub.connection import Connection
from server.hub.live_session import LiveSession
from server.hub.outbox import Frame, Outbox, Sink
from server.protocol import (
    PROTOCOL,
    Ack,
    Bye,
    CommandMessage,
    ErrorMessage,
    Hello,
    Measure,
    Ping,
    Pong,
    RejectedMessage,
    ServerMessage,
    SetLanguage,
    Signal,
    Welcome,
    Whisper,
    You,
    encode,
    parse,
    parse_command,
)
from server.rtc.signaling import pass_between, pass_on, show
from server.store.base import Receipt
from server.web.faces import person_asking
from server.web.origin import is_own_origin
from server.web.rate import Allowance
from server.web.services import Services

HELLO_WITHIN_S = 5.0

log = structlog.get_logger()

_CLOSES = {
    Code.ORIGIN_REFUSED: Close.ORIGIN,
    Code.NOT_SIGNED_IN: Close.SIGN_IN,
    Code.REMOVED: Close.REMOVED,
    Code.ERASED: Close.ERASED,
    Code.SESSION_UNKNOWN: Close.SESSION_GONE,
    Code.SESSION_DELETED: Close.SESSION_DELETED,
    Code.SESSION_ARCHIVED: Close.SESSION_GONE,
}


async def let_in(asking: HTTPConnection) -> tuple[LiveSession, Actor] | Close:
    """Whose line it is, below `/…/{session}/{person}`; or the code to turn them away with."""
    services: Services = asking.state.services
    try:
        if not is_own_origin(asking, services.settings):
            raise Rejected(Code.ORIGIN_REFUSED)
        live, person = await person_asking(asking, asking.path_params["session"], asking.path_params["person"])
    except Rejected as no:
        services.count(no.code.value)
        return _CLOSES[no.code]
    except StoreError:
        services.count(Code.NOT_LOADED.value)
        return Close.NOT_LOADED
    return live, Actor(person.id, person.role, person.room)


def bye(services: Services, language: str, code: Close) -> Bye:
    return Bye(code, services.catalogues.text(language, f"error.close.{code.name.lower()}"))


class Talk(ABC):
    """One person's side of the talk: each message is read here, its answer given to `say`."""

    def __init__(
        self, services: Services, live: LiveSession, actor: Actor, language: str, allowance: Allowance
    ) -> None:
        self.services = services
        self.live = live
        self.actor = actor
        self.language = language
        self.allowance = allowance

    @abstractmethod
    def say(self, message: ServerMessage) -> None: ...

    def hear(self, data: bytes | str) -> bool:
        """Whether an answer follows, at once or once the command is durable."""
        try:
            if not self.allowance.take():
                raise Rejected(Code.TOO_FAST)
            message = parse(data)
        except Rejected as no:
            self.refuse(no)
            return True
        match message:
            case CommandMessage():
                self._command(message)
            case Ping(at):
                self.say(Pong(at, self.live.now()))
            case SetLanguage(language):
                self.language = language
                return False
            case Signal():
                pass_on(self.live, self.actor, message)
                return False
            case Whisper():
                pass_between(self.live, self.actor, message)
                return False
            case Measure():
                show(self.live, self.actor, message)
                return False
            case Hello():
                self.refuse(Rejected(Code.MALFORMED))
        return True

    def refuse(self, no: Rejected, command_id: str | None = None) -> None:
        """Answer what was no valid message."""
        self.allowance.refused += 1
        self.services.count(no.code.value)
        sentence = self.services.catalogues.refusal(self.language, no.code.value, no.params)
        self.say(ErrorMessage(no.code.value, sentence, command_id))

    def _command(self, message: CommandMessage) -> None:
        try:
            command = parse_command(message.command)
        except Rejected as no:
            self.refuse(no, message.id)
            return
        answer = self.live.submit(self.actor, command, message.id)
        answer.add_done_callback(lambda done: self._answered(message.id, done))

    def _answered(self, command_id: str, done: asyncio.Future[Receipt]) -> None:
        if done.cancelled():
            return
        error = done.exception()
        if error is not None:
            code = Code.NOT_SAVED if isinstance(error, NotSaved) else Code.INTERNAL
            self.refuse(Rejected(code), command_id)
            return
        receipt = done.result()
        if receipt.code is None:
            self.say(Ack(command_id))
        else:
            self.services.count(receipt.code)
            sentence = self.services.catalogues.refusal(self.language, receipt.code, receipt.params)
            self.say(RejectedMessage(command_id, receipt.code, sentence, receipt.params))


class Line(Talk):
    """A line that stays open: what happens is told on it. The transport gives the sink and knows how to close."""

    def __init__(self, services: Services, live: LiveSession, actor: Actor, language: str, sink: Sink) -> None:
        super().__init__(services, live, actor, language, services.allowances.of(live.id, actor.person))
        self.outbox = Outbox(sink)
        self.connection = Connection(actor, self.outbox, self.close_soon)
        services.windows.opened(self)

    @abstractmethod
    def close_soon(self, code: Close) -> None:
        """Say goodbye and end the line, once; never waits."""

    def say(self, message: ServerMessage) -> None:
        self.outbox.send(Frame(encode(message)))

    def greet(self, data: bytes | str) -> bool:
        """Answer hello with welcome and subscribe. False: it was no hello; that was answered, the line is to be closed."""
        try:
            hello = parse(data)
            if not isinstance(hello, Hello):
                raise Rejected(Code.HELLO_EXPECTED)
            if hello.protocol != PROTOCOL:
                raise Rejected(Code.PROTOCOL_VERSION)
        except Rejected as no:
            self.refuse(no)
            return False
        self.language = hello.language
        live, actor, streams = self.live, self.actor, self.connection.streams
        you = You(actor.person, actor.role, actor.room)
        self.say(Welcome(PROTOCOL, live.id, live.epoch, you, streams, LIMITS, live.now(), VERSION))
        resume = hello.resume
        live.connect(self.connection, resume.streams if resume is not None and resume.epoch == live.epoch else {})
        return True

    def leave(self) -> None:
        """The line has ended, whoever ended it."""
        self.services.windows.closed(self)
        self.live.disconnect(self.connection)
        why = self.outbox.cut_for or ("abuse" if self.allowance.spent else "")
        if why:
            self.services.hub.meter.cut[why] += 1
            log.info("line_cut", reason=why, session=self.live.id, face=self.actor.role, room=self.actor.room)
