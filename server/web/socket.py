"""One WebSocket: hello, then commands in and frames out. What is said is `web/line.py`'s, everything else the hub's."""

import asyncio

from starlette.websockets import WebSocket, WebSocketDisconnect

from server.core.state import Actor
from server.errors import Close, Code, Rejected
from server.hub.live_session import LiveSession
from server.protocol import encode
from server.web import line
from server.web.line import Line, bye, let_in
from server.web.services import Services
from server.web.templating import language_of


async def socket(websocket: WebSocket) -> None:
    """`/ws/{session}/{person}`. Refusals are told by close code, since a browser hides a refused handshake's reason."""
    try:
        found = await let_in(websocket)
        await websocket.accept()
        if isinstance(found, Close):
            services: Services = websocket.state.services
            await websocket.send_text(encode(bye(services, language_of(websocket), found)).decode())
            await websocket.close(found)
        else:
            await SocketLine(websocket, *found).run()
    except WebSocketDisconnect:
        return  # gone in the middle of a handshake or a goodbye


class SocketLine(Line):
    """One open WebSocket of one person."""

    def __init__(self, websocket: WebSocket, live: LiveSession, actor: Actor) -> None:
        # The language of the browser until hello says the person's.
        super().__init__(
            websocket.state.services, live, actor, language_of(websocket), websocket.scope["state"]["line"]
        )
        self._websocket = websocket
        self._closing: asyncio.Task[None] | None = None

    async def run(self) -> None:
        try:
            if await self._begin():
                await self._listen()
        finally:
            self.leave()
            if self._closing is not None:
                await asyncio.gather(self._closing, return_exceptions=True)

    async def _begin(self) -> bool:
        """Wait for hello. False: the line is closed."""
        try:
            data = await asyncio.wait_for(self._receive(), line.HELLO_WITHIN_S)
        except TimeoutError:
            await self._close(Close.PROTOCOL)
            return False
        if data is None:
            return False
        if not self.greet(data):
            await self._close(Close.PROTOCOL)
            return False
        return True

    async def _listen(self) -> None:
        while (data := await self._receive()) is not None:
            self.hear(data)
            if self.allowance.spent:
                await self._close(Close.ABUSE)
                return

    async def _receive(self) -> str | None:
        """The next text; None when the line is closed. A binary frame is answered and passed over."""
        while True:
            event = await self._websocket.receive()
            if event["type"] == "websocket.disconnect":
                return None
            text = event.get("text")
            if isinstance(text, str):
                return text
            self.refuse(Rejected(Code.NOT_TEXT))
            if self.allowance.spent:
                await self._close(Close.ABUSE)
                return None

    def close_soon(self, code: Close) -> None:
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._close(code))

    async def _close(self, code: Close) -> None:
        self.say(bye(self.services, self.language, code))
        try:
            await self._websocket.close(code)
        except (RuntimeError, WebSocketDisconnect):
            return  # it was gone already
