"""Where recordings lie: a directory for each session, in it a file for each part, named by window, hall and instant.

No name of a person is in a name of a file:

    <root>/<session>/<window>.<hall>.<UTC>.webm
    <root>/<session>/keep_until                    when all of it is deleted, UTC ms

A file says all there is to say of it: its name where and when it began, its last change when it ended.
"""

import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from server.core.link_state import RecordingTrouble
from server.core.plan import MOST_KEEP_DAYS
from server.rtc.recordings import Part

RESERVE_BYTES = 512 * 1024 * 1024
"""What is left to boards that may live on the same disk: two halls fill it in a quarter of an hour."""
DAY_MS = 24 * 3_600_000

_ID = r"[a-z0-9][a-z0-9_-]{0,39}"
_SESSION = re.compile(rf"{_ID}\Z")
_NAME = re.compile(rf"({_ID})\.({_ID})\.(\d{{8}}T\d{{6}})(\d{{3}})Z\.webm\Z")
_KEEP = "keep_until"


class Shelf:
    """All methods may wait for the disk, and raise `OSError`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def trouble(self) -> RecordingTrouble | None:
        """Why nothing may be written now."""
        try:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            free = shutil.disk_usage(self._root).free
        except OSError:
            return "unwritable"
        if not os.access(self._root, os.W_OK | os.X_OK):
            return "unwritable"
        return "full" if free < RESERVE_BYTES else None

    def new(self, session: str, activity: str, room: str, at: int) -> Path:
        """Where a part that begins at `at` (UTC ms) is to be written; nothing lies there yet."""
        if not all(_SESSION.match(one) for one in (session, activity, room)):
            raise OSError(f"no names for a file: {session}, {activity}, {room}")
        directory = self._root / session
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        while True:
            moment = datetime.fromtimestamp(at // 1000, UTC).strftime("%Y%m%dT%H%M%S")
            path = directory / f"{activity}.{room}.{moment}{at % 1000:03}Z.webm"
            try:
                path.touch(mode=0o600, exist_ok=False)  # another process may have begun in the same instant
            except FileExistsError:
                at += 1
            else:
                return path

    def sessions(self) -> list[str]:
        if not self._root.is_dir():
            return []
        return sorted(one.name for one in self._root.iterdir() if one.is_dir() and _SESSION.match(one.name))

    def parts(self, session: str, writing: set[Path]) -> list[Part]:
        """Oldest first. `writing`: those that are at work in this process."""
        found = (_part(path, path in writing) for path in self._files(session))
        return sorted((part for part in found if part is not None), key=lambda part: (part.began_at, part.room))

    def find(self, session: str, name: str) -> Path | None:
        """None for what is not there, and for what is no recording's name."""
        if not _SESSION.match(session) or not _NAME.match(name):
            return None
        path = self._root / session / name
        return path if path.is_file() else None

    def remove(self, session: str, name: str) -> None:
        path = self.find(session, name)
        if path is not None:
            path.unlink(missing_ok=True)

    def forget(self, session: str) -> None:
        if _SESSION.match(session):
            shutil.rmtree(self._root / session, ignore_errors=True)

    def keep(self, session: str, until: int) -> None:
        """Nothing where the session has no recording."""
        directory = self._root / session
        if not _SESSION.match(session) or not directory.is_dir():
            return
        new = directory / f"{_KEEP}.new"
        new.write_text(str(until))
        new.replace(directory / _KEEP)

    def overdue(self, now: int) -> list[str]:
        """The sessions whose recordings' time is over."""
        return [session for session in self.sessions() if now >= self._until(session)]

    def _until(self, session: str) -> int:
        """Nothing is kept for ever because a word is missing."""
        directory = self._root / session
        try:
            return int((directory / _KEEP).read_text())
        except (OSError, ValueError):
            return int(directory.stat().st_mtime * 1000) + MOST_KEEP_DAYS * DAY_MS

    def _files(self, session: str) -> Iterator[Path]:
        directory = self._root / session
        if _SESSION.match(session) and directory.is_dir():
            yield from directory.iterdir()


def _part(path: Path, writing: bool) -> Part | None:
    named = _NAME.match(path.name)
    if named is None:
        return None
    activity, room, moment, ms = named.groups()
    began = datetime.strptime(moment, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    began_at = int(began.timestamp()) * 1000 + int(ms)
    try:
        stat = path.stat()
    except FileNotFoundError:  # deleted a moment ago
        return None
    length = max(0, int(stat.st_mtime * 1000) - began_at)
    return Part(path.name, activity, room, began_at, length, stat.st_size, writing)
