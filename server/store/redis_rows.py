"""How a session lies in Redis, and the way there and back. Scripts in `lua/` read and write the same.

All keys of a session bear its id as their hash tag, so that a Redis Cluster keeps them together and sessions apart:

    tcl:{ID}:meta         hash    the row of the list of sessions, its version and its revision
    tcl:{ID}:log          stream  commits; the one of version N has the id N-1
    tcl:{ID}:receipts     hash    person NUL command -> [at, code, params]
    tcl:{ID}:names        hash    person -> name
    tcl:{ID}:ballots      set     rounds that may have ballots; the hash tcl:{ID}:ballots:ROUND has voter NUL item -> dots
    tcl:{ID}:recent       list    ids of the newest writes: one that is sent again is recognised
    tcl:{ID}:snapshot     hash    version, shape and data of the snapshot; after an erasure the version alone

    tcl:sessions          sorted set  ids by created_at
    tcl:secret            string      32 bytes
    tcl:audit             sorted set  [when, what, ...] by its instant
    tcl:format            string      `redis_check.FORMAT`
    tcl:untidy            string      set while something erased may still be in Redis' files
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec
from msgspec import Struct

from server import codec
from server.core.state import Ballots
from server.errors import StoreError
from server.store.base import AuditEntry, Commit, Receipt, SessionRow, Write, closed_rounds, used_at, whole_characters

T = TypeVar("T")

ROW_FIELDS = ("title", "plan_slug", "created_at", "archived", "keep_days", "used_at")

_TITLE = msgspec.json.Decoder(dict[str, str])
_RECEIPT = msgspec.json.Decoder(tuple[int, str | None, dict[str, int | str]])
_Entry = tuple[str, list[str]]
"""An id, then field, value, field, value."""
_PAGE = msgspec.msgpack.Decoder(list[_Entry])
_FOUND = msgspec.msgpack.Decoder(tuple[list[_Entry], list[str], list[tuple[str, list[str]]]])
_AUDIT = msgspec.json.Decoder(tuple[str, int, str, str, str, str])


class Packed(Struct):
    """A write as `append.lua` takes it, all but `revision` and `first` as the strings that Redis keeps.

    `revision` is the one expected, `first` the version of the first commit. `row`: fields and values of a new session.
    """

    id: str
    revision: int
    row: list[str]
    first: int
    commits: list[list[str]]
    receipts: list[tuple[str, str]]
    names: list[tuple[str, str]]
    dots: list[tuple[str, str, str]]
    closed: list[str]
    used_at: str


def keys(session: str) -> tuple[str, ...]:
    """In the order scripts take them."""
    parts = ("meta", "log", "receipts", "names", "ballots", "recent", "snapshot")
    return tuple(f"tcl:{{{session}}}:{part}" for part in parts)


def receipt_field(person: str, command_id: str) -> str:
    return f"{person}\0{command_id}"


def of_receipt(field: bytes) -> tuple[str, str]:
    """Person and command."""
    person, _, command_id = field.decode().partition("\0")
    return person, command_id


def pack(write_id: str, revision: int, write: Write, row: SessionRow | None = None) -> bytes:
    """For `append.lua`, as msgpack. Raises `NotSaved` for what cannot be stored."""
    with whole_characters():
        packed = Packed(
            write_id,
            revision,
            [] if row is None else _packed_row(row),
            write.commits[0].version if write.commits else 0,
            [_packed_commit(commit) for commit in write.commits],
            [
                (receipt_field(receipt.person, receipt.command_id), _packed_receipt(receipt))
                for receipt in write.receipts
            ],
            [(named.person_id, named.name) for named in write.names],
            [(placed.round_id, f"{placed.voter}\0{placed.item_id}", str(placed.dots)) for placed in write.dots],
            closed_rounds(write),
            str(used_at(write)),
        )
        return msgspec.msgpack.encode(packed)


def pack_replaced(commits: Sequence[Commit]) -> bytes:
    """For `erase.lua`, as msgpack. Raises `NotSaved` for what cannot be stored."""
    with whole_characters():
        return msgspec.msgpack.encode([(commit.version, _packed_commit(commit)) for commit in commits])


def _packed_row(row: SessionRow) -> list[str]:
    title = msgspec.json.encode(row.title).decode()
    values = (title, row.plan_slug, row.created_at, int(row.archived), row.keep_days, row.used_at)
    return [part for pair in zip(ROW_FIELDS, map(str, values), strict=True) for part in pair]


def unpacked_row(session: str, values: Sequence[bytes]) -> SessionRow:
    title, slug, created_at, archived, keep_days, used = values
    return SessionRow(
        session, _TITLE.decode(title), slug.decode(), int(created_at), archived == b"1", int(keep_days), int(used)
    )


def _packed_commit(commit: Commit) -> list[str]:
    """XADD's arguments."""
    fields = [f"{commit.version}-1", "at", str(commit.at), "actor", commit.actor]
    if commit.command_id is not None:
        fields += ["command", commit.command_id]
    return [*fields, "format", str(codec.FORMAT), "events", codec.encode_events(commit.events).decode()]


def unpack(packed: bytes) -> tuple[list[_Entry], dict[str, str], dict[str, Ballots]]:
    """What `load.lua` found: entries of the log, names and ballots. A round whose dots were all taken back is empty there."""
    entries, names, rounds = _FOUND.decode(packed)
    ballots: dict[str, Ballots] = {}
    for round_id, flat in rounds:
        for field, dots in pairs(flat).items():
            voter, _, item = field.partition("\0")
            ballots.setdefault(round_id, {}).setdefault(voter, {})[item] = int(dots)
    return entries, pairs(names), ballots


def unpack_page(packed: bytes) -> list[_Entry]:
    """What `page.lua` found."""
    return _PAGE.decode(packed)


def commits(entries: Sequence[_Entry], after: int) -> list[Commit]:
    """Entries of the log. Raises `StoreError` when the one behind version `after` does not follow on it."""
    found: list[Commit] = []
    for number, (entry, flat) in enumerate(entries, start=after + 1):
        if entry != f"{number}-1":
            raise StoreError(f"The log lacks version {number}: restore the newest backup.")
        fields = pairs(flat)
        events = codec.decode_events(fields["events"].encode(), int(fields["format"]))
        found.append(Commit(number, int(fields["at"]), fields["actor"], fields.get("command"), events))
    return found


def pairs(flat: Iterable[T]) -> dict[T, T]:
    """A hash, which arrives as field, value, field, value."""
    each = iter(flat)
    return dict(zip(each, each, strict=True))


def _packed_receipt(receipt: Receipt) -> str:
    return msgspec.json.encode((receipt.at, receipt.code, receipt.params)).decode()


def unpacked_receipt(person: str, command_id: str, value: bytes) -> Receipt:
    at, code, params = _RECEIPT.decode(value)
    return Receipt(person, command_id, code, params, at)


def packed_audit(entry: AuditEntry, order: str) -> bytes:
    """`order` comes first: lines of one instant are sorted by it, and a line that is sent again is the same one."""
    return msgspec.json.encode((order, entry.at, entry.what, entry.session, entry.by, entry.about))


def unpacked_audit(value: bytes) -> AuditEntry:
    _, at, what, session, by, about = _AUDIT.decode(value)
    return AuditEntry(at, what, session, by, about)
