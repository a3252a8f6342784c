"""Many connected phones at little cost: raw sockets, a minimal frame reader, and a stopwatch for each change."""

import asyncio
import base64
import json
import re
import secrets
import struct
import time
from array import array
from typing import cast

_MARK = re.compile(rb'"note:([a-z0-9]+)"')
_ACK = re.compile(rb'"type":"ack","id":"([a-z0-9]+)"')
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10


class Stopwatch:
    """`fan_out` and `acks` in seconds, of what was sent since `start`; `deliveries`: changes that reached a phone."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.sent: dict[bytes, float] = {}
        self.fan_out = array("d")
        self.acks = array("d")
        self.deliveries = 0
        self.frames = 0
        self.bytes = 0


class Line(asyncio.Protocol):
    """One phone. `hello` is said once the line is open; `ready` is done with the first frame of its answer."""

    def __init__(self, host: str, path: str, cookie: str, hello: bytes | None, watch: Stopwatch) -> None:
        self._request = (
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {base64.b64encode(secrets.token_bytes(16)).decode()}\r\nSec-WebSocket-Version: 13\r\n"
            f"Cookie: {cookie}\r\n\r\n"
        ).encode()
        self._hello = hello
        self._watch = watch
        self._buffer = b""
        self._open = False
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance
        self.transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_exception(ConnectionError("the server closed the line before it answered"))

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        data = self._buffer + data if self._buffer else data
        if not self._open:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._buffer = head
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self.ready.set_exception(ConnectionError(head.decode("latin-1")))
                return
            self._open = True
            if self._hello is not None:
                self.send(self._hello)
            else:
                self.ready.set_result(None)
        self._buffer = self._frames(data, now)

    def _frames(self, data: bytes, now: float) -> bytes:
        """Whole frames are read; what is left of one is given back."""
        at, size = 0, len(data)
        while size - at >= 2:
            length, start = data[at + 1], at + 2
            if length == 126:
                if size < at + 4:
                    break
                length, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif length == 127:
                if size < at + 10:
                    break
                length, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if size < start + length:
                break
            self._frame(data[at] & 15, data[start : start + length], now)
            at = start + length
        return data[at:]

    def _frame(self, opcode: int, payload: bytes, now: float) -> None:
        watch = self._watch
        if opcode == _PING:
            self._write(_PONG, payload)
            return
        if not self.ready.done():
            self.ready.set_result(None)
        watch.frames += 1
        watch.bytes += len(payload)
        if payload.startswith(b'{"type":"ack"'):
            found = _ACK.search(payload)
            sent = watch.sent.get(found[1]) if found else None
            if sent is not None:
                watch.acks.append(now - sent)
            return
        for note in _MARK.findall(payload):
            sent = watch.sent.get(note)
            if sent is not None:
                watch.deliveries += 1
                watch.fan_out.append(now - sent)

    def send(self, message: bytes) -> None:
        self._write(_TEXT, message)

    def command(self, note: str, text: str) -> None:
        """Write a note; its id is the command's as well."""
        command = {"type": "AddNote", "note_id": note, "activity_id": STEP, "column_id": COLUMN, "language": "de"}
        message = {"type": "command", "id": note, "command": {**command, "text": text}}
        self._watch.sent[note.encode()] = time.perf_counter()
        self.send(json.dumps(message, ensure_ascii=False).encode())

    def _write(self, opcode: int, payload: bytes) -> None:
        """Masked with zeros: what a client must do, at no cost."""
        size = len(payload)
        head = (
            struct.pack("!BB", 0x80 | opcode, 0x80 | size)
            if size < 126
            else struct.pack("!BBH", 0x80 | opcode, 254, size)
        )
        self.transport.write(head + b"\0\0\0\0" + payload)


STEP, COLUMN = "karte-schreiben", "menschen"
