"""uvicorn's protocols, with what a hall needs: frames encoded once for all, stalled readers cut, floods ended.

Used as `ws="server.web.wire:HallProtocol"` and `http="server.web.wire:HallHttp"`. They lean on private names of uvicorn's
protocols; a test pins the version. The application finds its own as `scope["state"]["line"]`.
"""

import asyncio
import resource
import socket
from asyncio import TimerHandle
from collections.abc import Callable
from socket import IPPROTO_TCP, TCP_NODELAY

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Opcode
from websockets.frames import Frame as WireFrame
from websockets.http11 import Request
from websockets.protocol import State

from server.errors import Close
from server.hub.outbox import Frame

STALLED_AFTER_S = 10.0
REQUEST_WITHIN_S = 20.0
WRITE_BUFFER_HIGH = 64 * 1024
UNSENT_BYTES = 32 * 1024
PINGS_PER_WINDOW = 25
PING_WINDOW_S = 5.0
FRAGMENTS_PER_MESSAGE = 64
MOST_CONNECTIONS = 6000
FILES_FOR_OURSELVES = 64
_NOTSENT_LOWAT: int | None = getattr(socket, "TCP_NOTSENT_LOWAT", None)  # Linux and macOS have it


class _Impatient(asyncio.Protocol):
    """Cuts a reader that takes nothing at all; one on a thin line that still takes something may go on."""

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    writable_now = True
    cut_for = ""
    _on_writable: Callable[[], None] | None = None
    _stall: TimerHandle | None = None

    def abort(self) -> None:
        self.transport.abort()

    def _cut(self, why: str) -> None:
        self.cut_for = why
        self.abort()

    def set_on_writable(self, callback: Callable[[], None] | None) -> None:
        self._on_writable = callback

    def pause_writing(self) -> None:
        super().pause_writing()
        self.writable_now = False
        if self._stall is None:
            self._watch_stall()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.writable_now = True
        self._end_stall()
        if self._on_writable is not None:
            self._on_writable()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_stall()
        super().connection_lost(exc)

    def _watch_stall(self) -> None:
        self._stall = self.loop.call_later(STALLED_AFTER_S, self._judge_stall, self.transport.get_write_buffer_size())

    def _judge_stall(self, unsent_before: int) -> None:
        if self.transport.get_write_buffer_size() < unsent_before:
            self._watch_stall()
        else:
            self._cut("stalled")

    def _end_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def _hasten(self) -> None:
        """Set for what is written frame by frame."""
        self.transport.set_write_buffer_limits(high=WRITE_BUFFER_HIGH)
        plain = self.transport.get_extra_info("socket")
        # Only uvloop sets it by itself; without it an ack behind a patch waits 40 ms for the patch's own ACK.
        plain.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        if _NOTSENT_LOWAT is not None:
            # Left to itself the system takes up to 4 MB for a reader that has stopped, and we notice minutes later.
            plain.setsockopt(IPPROTO_TCP, _NOTSENT_LOWAT, UNSENT_BYTES)


class HallProtocol(_Impatient, WebSocketsSansIOProtocol):
    """A `hub.outbox.Sink`. Server frames are not masked, so the very same bytes go to every client."""

    _pings = 0
    _ping_window = 0.0

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            # The task that reads the scope starts with the next turn of the loop: in time.
            self.scope["state"]["line"] = self
            self._hasten()

    def shutdown(self) -> None:
        """uvicorn says goodbye to all, stumbles where the other side is just saying it, and the whole stop would end there."""
        if not self.handshake_complete or self.close_sent or self.conn.state is State.OPEN:
            super().shutdown()
            return
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": Close.RESTARTING})
        self.transport.close()

    def write(self, frame: Frame) -> None:
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return
        if frame.wire is None:
            frame.wire = WireFrame(Opcode.TEXT, frame.data).serialize(mask=False)
        self.transport.write(frame.wire)

    def handle_ping(self) -> None:
        now = self.loop.time()
        if now - self._ping_window > PING_WINDOW_S:
            self._ping_window, self._pings = now, 0
        self._pings += 1
        if self._pings > PINGS_PER_WINDOW:
            self._cut("pings")
        else:
            super().handle_ping()

    def send_receive_event_to_app(self) -> None:
        """Text that is no UTF-8 is the sender's mistake: closed with 1007, without the traceback uvicorn would log."""
        if self.curr_msg_data_type == "text" and not self.close_sent and not _is_utf8(b"".join(self.frames)):
            self.conn.fail(CloseCode.INVALID_DATA)
            self.handle_parser_exception()
        else:
            super().send_receive_event_to_app()

    def handle_cont(self, event: WireFrame) -> None:
        if len(self.frames) >= FRAGMENTS_PER_MESSAGE:
            self._cut("fragments")
        else:
            super().handle_cont(event)


class HallHttp(_Impatient, HttpToolsProtocol):
    """Requests must arrive in time, answers be read; one answer may stay open as a stream of events."""

    stream: "EventSink | None" = None
    _late: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > most_connections():
            # At once and in plain words: who waits in vain presses "reload". Those who are in notice nothing.
            transport.write(_FULL)
            transport.close()
            return
        self._await_request()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["state"]["line"] = self
        self._await_request()

    def on_message_complete(self) -> None:
        self._request_here()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._request_here()
        super().connection_lost(exc)
        if self.stream is not None:
            self.stream.finish(None)

    def shutdown(self) -> None:
        super().shutdown()
        if self.stream is not None:
            self.stream.finish(Close.RESTARTING)

    def _await_request(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(REQUEST_WITHIN_S, self.abort)

    def _request_here(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def most_connections() -> int:
    """Fewer where the system gives fewer files: at the last one, `accept` would fail for the database as well."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(MOST_CONNECTIONS, files - FILES_FOR_OURSELVES)


_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 10\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Length: 59\r\n\r\nToo many people at once. Please reload in a little moment.\n"
)


class EventSink:
    """A `hub.outbox.Sink` on an answer that goes on: each frame a server-sent event, in a chunk of its own (RFC 9112, 7.1).

    `over` is done when the answer is to end: with what the client is told, or None where there is no client any more.
    """

    def __init__(self, protocol: HallHttp) -> None:
        self.over: asyncio.Future[Close | None] = asyncio.get_running_loop().create_future()
        self._protocol = protocol
        protocol.stream = self
        protocol._hasten()

    @property
    def writable_now(self) -> bool:
        return self._protocol.writable_now

    @property
    def cut_for(self) -> str:
        return self._protocol.cut_for

    def write(self, frame: Frame) -> None:
        if self._protocol.stream is not self or self._protocol.transport.is_closing():
            return
        if frame.event is None:
            frame.event = chunk(b"data: %b\n\n" % frame.data)
        self._protocol.transport.write(frame.event)

    def abort(self) -> None:
        self._protocol.abort()

    def set_on_writable(self, callback: Callable[[], None]) -> None:
        self._protocol.set_on_writable(callback)

    def finish(self, code: Close | None) -> None:
        if not self.over.done():
            self.over.set_result(code)

    def detach(self) -> None:
        """The answer ends here; nothing may be written behind its end."""
        self._protocol.set_on_writable(None)
        self._protocol.stream = None


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
