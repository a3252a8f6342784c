"""The way to this process's recordings: signed orders of the server, and files for whom the server has given leave.

aiortc comes in with the first that is recorded; to list, to hand out and to delete files nobody needs it.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from server.rtc.media.endpoints import Endpoints
from server.rtc.media.shelf import Shelf
from server.rtc.recordings import (
    Close,
    End,
    Forget,
    Keep,
    Order,
    Record,
    Remove,
    SendAway,
    Show,
    Told,
    decode_order,
    encode,
)
from server.rtc.tokens import digest, read_token

if TYPE_CHECKING:
    from server.rtc.media.recorder import Recorder

MAX_ORDER_BYTES = 4096
TIDY_S = 600.0

log = structlog.get_logger()


class RecorderDoor:
    """`root`: where the files lie. `endpoints`: to this process's streams. `now`: UTC ms."""

    def __init__(self, root: Path, endpoints: Endpoints, now: Callable[[], int]) -> None:
        self._shelf = Shelf(root)
        self._endpoints, self._now = endpoints, now
        self._recorder: Recorder | None = None
        self._opening = asyncio.Lock()
        self._tidying: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Delete what is overdue, now and every few minutes, whether or not a server asks."""
        self._tidying = asyncio.get_running_loop().create_task(self._tidy_on(), name="recordings overdue")

    async def close(self) -> None:
        if self._tidying is not None:
            self._tidying.cancel()
        if self._recorder is not None:
            await self._recorder.close()

    async def order(self, order: Order) -> Told:
        """As `Recordings.order`: in the server's own process this is one. A disk that refuses is told as trouble."""
        try:
            return await self._obey(order)
        except OSError as error:
            log.error("recordings_not_reached", reason=str(error))
            return Told("unwritable")

    async def _obey(self, order: Order) -> Told:
        match order:
            case Record(stream, keep_until, revision):
                return Told(await (await self._at_work()).record(stream, keep_until, revision))
            case End(stream, revision):
                if self._recorder is not None:
                    await self._recorder.end(stream, revision)
            case Keep(session, until):
                await asyncio.to_thread(self._shelf.keep, session, until)
            case Remove(session, name):
                await asyncio.to_thread(self._shelf.remove, session, name)
            case Forget(session):
                await self._forget(session)
            case SendAway() | Close():
                await self._endpoints.void(order)
            case Show(""):
                return Told(sessions=tuple(await asyncio.to_thread(self._shelf.sessions)))
            case Show(session):
                writing = self._recorder.writing() if self._recorder is not None else set()
                return Told(parts=tuple(await asyncio.to_thread(self._shelf.parts, session, writing)))
            case _:
                assert_never(order)
        return Told()

    async def tidy(self) -> None:
        """Delete what is overdue."""
        for session in await asyncio.to_thread(self._shelf.overdue, self._now()):
            log.info("recordings_overdue", session=session)
            await self._forget(session)

    async def _tidy_on(self) -> None:
        while True:
            try:
                await self.tidy()
            except OSError as error:
                log.error("recordings_not_tidied", reason=str(error))
            except Exception:  # what nobody thought of must not keep for ever what is to be deleted
                log.exception("recordings_tidy_failed")
            await asyncio.sleep(TIDY_S)

    async def _forget(self, session: str) -> None:
        if self._recorder is not None:
            await self._recorder.end_session(session)
        await asyncio.to_thread(self._shelf.forget, session)

    async def _at_work(self) -> "Recorder":
        async with self._opening:
            if self._recorder is None:
                made = await asyncio.to_thread(_recorder_class)
                self._recorder = made(self._shelf, await self._endpoints.streams(), self._now)
        return self._recorder

    async def file(self, session: str, name: str) -> Response:
        """The file, or the part of it that was asked for (RFC 9110, 14): a download that broke off goes on."""
        path = await asyncio.to_thread(self._shelf.find, session, name)
        if path is None:
            return Response(status_code=404)
        headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
        return FileResponse(path, media_type="video/webm", filename=name, headers=headers)


def routes(door: RecorderDoor, key: bytes, now: Callable[[], int]) -> list[Route]:
    """For a media process; who is signed in at the host's page needs none of it. `key`: that of media tokens."""

    async def order(request: Request) -> Response:
        """POST `/media/recordings`: an order, signed with what it says."""
        data = b""
        async for part in request.stream():
            data += part
            if len(data) > MAX_ORDER_BYTES:
                return Response(status_code=413)
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        leave = read_token(key, text, now()) if scheme.lower() == "bearer" else None
        if leave is None or (leave.act, leave.stream, leave.holder) != ("record", "recordings", digest(data)):
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        try:
            wanted = decode_order(data)
        except msgspec.MsgspecError:
            return Response(status_code=400)
        return Response(encode(await door.order(wanted)), media_type="application/json")

    async def file(request: Request) -> Response:
        """GET `/media/recordings/{session}/{name}?leave=…`: one file, for who was sent here by the host's page."""
        session, name = request.path_params["session"], request.path_params["name"]
        leave = read_token(key, request.query_params.get("leave", ""), now())
        if leave is None or (leave.act, leave.stream) != ("fetch", f"{session}/{name}"):
            return Response(status_code=401)
        return await door.file(session, name)

    return [
        Route("/media/recordings", order, methods=["POST"]),
        Route("/media/recordings/{session}/{name}", file),
    ]


def _recorder_class() -> "type[Recorder]":
    from server.rtc.media.recorder import Recorder

    return Recorder
