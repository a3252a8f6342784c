"""Files as a disk may hold them after the power went: what was synced, and of the rest whatever chance left.

After a file's last sync each write may be there, missing, or torn between sectors; a file that was made or removed may be
so or not until its folder was synced.
"""

from collections.abc import Iterable
from pathlib import Path
from random import Random

from tests.faults.strace import Call

SECTOR = 512


class Disk:
    """What calls of one program leave of the files in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, bytes] = {}
        self._pending: dict[str, list[Call]] = {}
        self._made: set[str] = set()
        self._removed: dict[str, bytes] = {}

    def take(self, call: Call) -> None:
        if call.place == str(self._folder) and call.name in ("fsync", "fdatasync"):
            self._made.clear()
            self._removed.clear()
        if Path(call.place).parent != self._folder:
            return
        if call.name == "openat" and call.place not in self._kept:
            self._kept[call.place] = b""
            self._made.add(call.place)
        elif call.name in ("pwrite64", "ftruncate"):
            self._pending.setdefault(call.place, []).append(call)
        elif call.name in ("fsync", "fdatasync"):
            for done in self._pending.pop(call.place, []):
                self._kept[call.place] = _done(self._kept[call.place], done)
        elif call.name == "unlink":
            self._removed[call.place] = self._kept.pop(call.place, b"")
            self._pending.pop(call.place, None)

    def after_a_cut(self, random: Random) -> dict[str, bytes]:
        """The files' names and contents, with all that is left to chance decided."""
        found: dict[str, bytes] = {}
        back = {path: content for path, content in self._removed.items() if random.random() < 0.5}
        for path, content in (self._kept | back).items():
            if path in self._made and random.random() < 0.5:
                continue
            likely = random.choice((0.05, 0.5, 0.95))
            for call in self._pending.get(path, []):
                if random.random() < likely:
                    content = _done(content, call, random if random.random() < 0.3 else None)
            found[Path(path).name] = content
        return found


def _done(content: bytes, call: Call, torn: Random | None = None) -> bytes:
    """The content after a call; `torn`: only some sectors of it arrived."""
    if call.name == "ftruncate":
        length = call.numbers[-1]
        return content[:length].ljust(length, b"\0")
    offset = call.numbers[-1]
    found = bytearray(content.ljust(offset + len(call.data), b"\0"))
    for start, end in _sectors(offset, offset + len(call.data)):
        if torn is None or torn.random() < 0.5:
            found[start:end] = call.data[start - offset : end - offset]
    return bytes(found)


def _sectors(start: int, end: int) -> Iterable[tuple[int, int]]:
    while start < end:
        next_one = min((start // SECTOR + 1) * SECTOR, end)
        yield start, next_one
        start = next_one
