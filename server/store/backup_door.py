"""The way to the file while its server has it: `<database>.sock`, which answers whoever may open it with a copy.

The server makes the copy and sends it; whoever asked writes it, with their own rights and wherever they may. Asked is by
connecting: there is nothing else to ask for. The answer is a line of JSON, then as many bytes as it says.
"""

import asyncio
import os
import secrets
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

import msgspec
import structlog
from msgspec import Struct

from server.errors import StoreError
from server.store.sqlite import SqliteStore
from server.store.sqlite_copy import copy_pages

CHUNK_BYTES = 1 << 20
ANSWER_WITHIN_S = 60.0
TAKEN_WITHIN_S = 600.0

log = structlog.get_logger()


class Answer(Struct):
    """`trouble`: a sentence, when there is no copy."""

    bytes: int = 0
    trouble: str = ""


def door_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.sock")


class ServedStore(SqliteStore):
    """The default store of a server: it can be backed up while it is at work."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(path)
        self._door: asyncio.Server | None = None
        self._one_at_a_time = asyncio.Lock()

    async def open(self) -> None:
        await super().open()
        if self._door is None:
            self._tidy_up()
            try:
                self._door = await asyncio.start_unix_server(self._answer, sock=_listening(door_of(self.path)))
            except OSError as error:
                # As where a path is too long for a socket, or the file system has none: no reason not to serve.
                log.warning("no_online_backup", reason=str(error), path=str(door_of(self.path)))

    async def close(self) -> None:
        if self._door is not None:
            self._door.close()
            self._door = None
            self._tidy_up()
        await super().close()

    def _tidy_up(self) -> None:
        """Also what a killed server left: the lock says that there is no other."""
        door_of(self.path).unlink(missing_ok=True)
        for left in self.path.parent.glob(f"{self.path.name}.copy-*"):
            left.unlink(missing_ok=True)

    async def _answer(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(TAKEN_WITHIN_S):
                try:
                    async with self._one_at_a_time:  # a copy needs as much room as the database
                        file = await self._copied()
                except (StoreError, OSError) as error:
                    writer.write(msgspec.json.encode(Answer(trouble=str(error))) + b"\n")
                    return
                with file:
                    await _send(file, writer)
        except OSError as error:  # whoever asked has gone, or takes nothing
            log.warning("backup_not_taken", reason=str(error))
        finally:
            writer.close()

    async def _copied(self) -> BinaryIO:
        """A copy that goes when it is closed: it has no name any more."""
        copy = self.path.with_name(f"{self.path.name}.copy-{secrets.token_hex(4)}")
        try:
            os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            await self.writer.read(partial(copy_pages, copy))
            return copy.open("rb")
        finally:
            copy.unlink(missing_ok=True)


async def _send(file: BinaryIO, writer: asyncio.StreamWriter) -> None:
    writer.write(msgspec.json.encode(Answer(bytes=os.fstat(file.fileno()).st_size)) + b"\n")
    while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
        writer.write(chunk)
        await writer.drain()


def _listening(door: Path) -> socket.socket:
    """Nobody can come in before `listen`, so for nobody else it was ever open."""
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        found.bind(str(door))
        door.chmod(0o600)
    except OSError:
        found.close()
        raise
    return found


def fetch(database: Path) -> Iterator[bytes]:
    """A copy, piece by piece, from the server that has `database`. Raises `StoreError`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(ANSWER_WITHIN_S)
        try:
            line.connect(str(door_of(database)))
            found = line.makefile("rb")
            answer = msgspec.json.decode(found.readline(), type=Answer)
        except (OSError, msgspec.DecodeError) as error:
            raise StoreError(f"{database} is in use, and its server gives no copy ({error}): end it first.") from error
        if answer.trouble:
            raise StoreError(answer.trouble)
        left = answer.bytes
        while left:
            chunk = _read(found, min(left, CHUNK_BYTES))
            if not chunk:
                raise StoreError(f"The server that has {database} ended in the middle of the copy: try again.")
            left -= len(chunk)
            yield chunk


def _read(found: BinaryIO, most: int) -> bytes:
    try:
        return found.read(most)
    except OSError:
        return b""
