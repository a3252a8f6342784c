"""The way round for networks that let no WebSocket through: what happens as server-sent events, what a client says by POST.

Both are plain requests and need not reach the same process: the stream is a line of the hub like any other, a POST gives its
command to the session of whichever process it came to, and its answer is the response.
"""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from server.core.state import Actor
from server.errors import Close, Code, NotSaved, Rejected
from server.hub.live_session import LiveSession
from server.hub.outbox import Frame
from server.protocol import MAX_MESSAGE_BYTES, ServerMessage, encode
from server.web import line
from server.web.doors import answer, content
from server.web.faces import person_asking
from server.web.line import Line, Talk, bye, let_in
from server.web.origin import post
from server.web.services import Services
from server.web.templating import language_of
from server.web.wire import EventSink, chunk

BEAT_EVERY_S = 10.0
UNHEARD_AFTER_S = 30.0
ANSWER_WITHIN_S = 10.0
_LINE_CHARS = 32
_HEADERS = {
    "Cache-Control": "no-store, no-transform",
    "Content-Type": "text/event-stream",
    "X-Accel-Buffering": "no",  # nginx would keep events back until a buffer is full
    "Connection": "close",
}


def routes() -> list[Route]:
    return [post("/events/{session}/{person}", events), post("/api/send/{session}/{person}", send)]


async def events(request: Request) -> Response:
    """POST `/events/{session}/{person}?line=…`: the body is hello, the answer goes on until the line ends."""
    services: Services = request.state.services
    found = await let_in(request)
    if isinstance(found, Close):
        said = b"data: %b\n\n" % encode(bye(services, language_of(request), found))
        return Response(said, headers=_HEADERS)
    try:
        hello = await asyncio.wait_for(content(request, MAX_MESSAGE_BYTES), line.HELLO_WITHIN_S)
    except TimeoutError:
        raise Rejected(Code.HELLO_EXPECTED) from None
    return _Events(request, *found, hello)


async def send(request: Request) -> Response:
    """POST `/api/send/{session}/{person}?line=…&language=…`: one message; its answer is the response, 204 where there is none.

    Raises `Rejected`, or `NotSaved` where the session was put to sleep under the command.
    """
    services: Services = request.state.services
    live, person = await person_asking(request, request.path_params["session"], request.path_params["person"])
    data = await content(request, MAX_MESSAGE_BYTES)
    services.posts.heard(_line_of(request))
    talk = _Posted(request, live, Actor(person.id, person.role, person.room))
    if talk.allowance.spent:
        return answer(bye(services, talk.language, Close.ABUSE), 429)
    if not talk.hear(data):
        return Response(status_code=204)
    try:
        return answer(await asyncio.wait_for(talk.said, ANSWER_WITHIN_S))
    except TimeoutError:
        raise NotSaved("the command was not answered in time; give it again") from None


def _line_of(request: Request) -> tuple[str, str, str]:
    """Which line a request belongs to: the client makes up a name for each it opens."""
    name = request.query_params.get("line", "")[:_LINE_CHARS]
    return request.path_params["session"], request.path_params["person"], name


class _Posted(Talk):
    """One message by POST."""

    def __init__(self, request: Request, live: LiveSession, actor: Actor) -> None:
        services: Services = request.state.services
        allowance = services.allowances.of(live.id, actor.person)
        super().__init__(services, live, actor, language_of(request), allowance)
        self.said: asyncio.Future[ServerMessage] = asyncio.get_running_loop().create_future()

    def say(self, message: ServerMessage) -> None:
        if not self.said.done():
            self.said.set_result(message)


class _Events(Response):
    """The answer that stays open."""

    def __init__(self, request: Request, live: LiveSession, actor: Actor, hello: bytes) -> None:
        self.status_code = 200
        self.background = None
        self.init_headers(_HEADERS)
        self._request, self._live, self._actor, self._hello = request, live, actor, hello

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  the sink sees who goes
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        sink = EventSink(scope["state"]["line"])
        try:
            await EventLine(self._request, self._live, self._actor, sink).run(self._hello)
        finally:
            sink.detach()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class EventLine(Line):
    """One open stream of one person."""

    def __init__(self, request: Request, live: LiveSession, actor: Actor, sink: EventSink) -> None:
        super().__init__(request.state.services, live, actor, language_of(request), sink)
        self._sink = sink
        self._name = _line_of(request)
        self._beat: asyncio.TimerHandle | None = None

    async def run(self, hello: bytes) -> None:
        posts = self.services.posts
        posts.opened(self._name)
        try:
            if self.greet(hello):
                self._next_beat()
            else:
                self.close_soon(Close.PROTOCOL)
            code = await self._sink.over
            if code is not None:
                self.say(bye(self.services, self.language, code))
        finally:
            self.leave()
            posts.closed(self._name)
            if self._beat is not None:
                self._beat.cancel()

    def close_soon(self, code: Close) -> None:
        self._sink.finish(code)

    def _next_beat(self) -> None:
        self._beat = asyncio.get_running_loop().call_later(BEAT_EVERY_S, self._judge)

    def _judge(self) -> None:
        """Each side must notice when the other is gone without a word: here a comment goes out, there pings come in."""
        if self.services.posts.silence_s(self._name) > UNHEARD_AFTER_S:
            self.close_soon(Close.UNHEARD)
            return
        beat = Frame(b"")
        beat.event = _BEAT
        self.outbox.send(beat, replaces="beat")
        self._next_beat()


_BEAT = chunk(b":\n\n")
