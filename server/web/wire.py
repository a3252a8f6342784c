"""uvicorn's WebSocket protocol, with what a hall needs: frames encoded once for all, stalled readers cut, floods ended.

Used as `ws="server.web.wire:HallProtocol"`. It leans on private names of uvicorn's websockets-sansio protocol; a test pins
the version. The application finds it as `scope["state"]["line"]`.
"""

from asyncio import TimerHandle
from collections.abc import Callable
from socket import IPPROTO_TCP, TCP_NODELAY

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Opcode
from websockets.frames import Frame as WireFrame
from websockets.http11 import Request

from server.hub.outbox import Frame

STALLED_AFTER_S = 10.0
WRITE_BUFFER_HIGH = 64 * 1024
PINGS_PER_WINDOW = 25
PING_WINDOW_S = 5.0
FRAGMENTS_PER_MESSAGE = 64


class HallProtocol(WebSocketsSansIOProtocol):
    """A `hub.outbox.Sink`. Server frames are not masked, so the very same bytes go to every client."""

    writable_now = True
    cut_for = ""
    _on_writable: Callable[[], None] | None = None
    _stall: TimerHandle | None = None
    _pings = 0
    _ping_window = 0.0

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            # The task that reads the scope starts with the next turn of the loop: in time.
            self.scope["state"]["line"] = self
            self.transport.set_write_buffer_limits(high=WRITE_BUFFER_HIGH)
            # Only uvloop sets it by itself; without it an ack behind a patch waits 40 ms for the patch's own ACK.
            self.transport.get_extra_info("socket").setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)

    def write(self, frame: Frame) -> None:
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return
        if frame.wire is None:
            frame.wire = WireFrame(Opcode.TEXT, frame.data).serialize(mask=False)
        self.transport.write(frame.wire)

    def abort(self) -> None:
        self.transport.abort()

    def _cut(self, why: str) -> None:
        self.cut_for = why
        self.abort()

    def set_on_writable(self, callback: Callable[[], None]) -> None:
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
        """Cut a reader that takes nothing at all; one on a thin line that still takes something may go on."""
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


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
