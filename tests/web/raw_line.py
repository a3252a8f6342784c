"""A WebSocket spoken by hand, frame by frame, over a socket that need not be read."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

from msgspec import json
from websockets.frames import Frame, Opcode

from tests.hall import Hall
from tests.web.phone import HELLO, WITHIN_S, address, cookie


class RawLine:
    def __init__(self, plain: socket.socket, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.plain, self.reader, self.writer = plain, reader, writer

    def stop_reading(self) -> None:
        self.writer.transport.pause_reading()  # type: ignore[attr-defined]

    def read_a_little(self) -> int:
        """After `stop_reading`: some bytes, straight from the socket."""
        try:
            return len(self.plain.recv(4096))
        except BlockingIOError:
            return 0

    def frame(self, opcode: Opcode, data: bytes = b"", fin: bool = True) -> None:
        self.writer.write(Frame(opcode, data, fin).serialize(mask=True))

    def text(self, message: object) -> None:
        self.frame(Opcode.TEXT, json.encode(message))

    async def ended(self) -> bool:
        """Whether the server ends the line by itself; what it says until then is read and passed over."""
        try:
            async with asyncio.timeout(WITHIN_S):
                while await self.reader.read(65_536):
                    pass
        except TimeoutError:
            return False
        except ConnectionResetError:
            pass
        return True

    async def hears(self, word: bytes) -> bool:
        heard = b""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WITHIN_S):
                while word not in heard and (more := await self.reader.read(65_536)):
                    heard += more
        return word in heard


@contextlib.asynccontextmanager
async def raw_line(hall: Hall, person: str, receive_buffer: int = 0) -> AsyncIterator[RawLine]:
    host, port = hall.url.removeprefix("http://").split(":")
    plain = socket.socket()
    if receive_buffer:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    plain.setblocking(False)
    await asyncio.get_running_loop().sock_connect(plain, (host, int(port)))
    reader, writer = await asyncio.open_connection(sock=plain, limit=4096)
    path = address(hall, person).split(f":{port}", 1)[1]
    head = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        f"Cookie: {cookie(hall, person)['Cookie']}",
    ]
    writer.write("\r\n".join([*head, "", ""]).encode())
    await reader.readuntil(b"\r\n\r\n")
    line = RawLine(plain, reader, writer)
    line.text(HELLO)
    assert await line.hears(b'"presence"')
    try:
        yield line
    finally:
        writer.transport.abort()
