"""What was erased is not in the file's bytes either (S4). Each test sees its canaries there first."""

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

import pytest

from server.core.people import NameSet
from server.core.voting import DotsPlaced
from server.store import sqlite_file, sqlite_rows
from server.store.base import Receipt, StateSnapshot, Write
from server.store.sqlite import SqliteStore
from tests.store.samples import closing, commit, commits, row

ROUND, OTHER = "round00001", "round00002"


def found_on_disk(store: SqliteStore, canaries: Iterable[str]) -> int:
    data = b"".join(found.read_bytes() for found in store.path.parent.iterdir())
    return sum(canary.encode() in data for canary in canaries)


async def settled(store: SqliteStore) -> None:
    """The next answer comes only after the thread has tidied."""
    await store.sessions()


def canary(round_id: str, number: int) -> str:
    return f"voter{number * 7919 % 100_003:06d}{round_id}"


async def vote(store: SqliteStore, voters: int) -> None:
    """Two open rounds, voted on turn by turn."""
    for start in range(0, voters, 100):
        numbers = range(start, min(start + 100, voters))
        dots = [DotsPlaced(r, canary(r, n), f"item{n % 40:06d}{r}", 1 + n % 3) for n in numbers for r in (ROUND, OTHER)]
        await store.append("s1", (await store.load("s1")).revision, Write(dots=tuple(dots)))


async def test_a_closed_rounds_ballots_are_nowhere_on_the_disk(sqlite: SqliteStore) -> None:
    await vote(sqlite, 300)
    gone = [canary(ROUND, number) for number in range(300)] + [f"item{number:06d}{ROUND}" for number in range(40)]
    assert found_on_disk(sqlite, gone) == len(gone)
    await sqlite.append("s1", (await sqlite.load("s1")).revision, Write(commits=(closing(2, ROUND),)))
    await settled(sqlite)
    assert found_on_disk(sqlite, gone) == 0
    assert len((await sqlite.load("s1")).ballots[OTHER]) == 300
    await sqlite.close()
    assert found_on_disk(sqlite, gone) == 0


def left_behind(path: Path, seed: int, erase: Callable[[sqlite3.Connection, str, set[tuple[str, str]]], None]) -> int:
    """How many ballots of a closed round are in the file after 3,000 dots in random order and `erase`."""
    lock = sqlite_file.Lock(path)
    db = sqlite_file.connect(path, lock)
    random = Random(seed)
    voters = [f"{random.getrandbits(80):020x}" for _ in range(300)]
    items = [f"{random.getrandbits(80):020x}" for _ in range(40)]
    db.execute("BEGIN")
    for _ in range(3000):
        voter, item = random.choice(voters), random.choice(items)
        key = (random.choice(("rA", "rB", "rC")), voter, item)
        db.execute("INSERT OR REPLACE INTO ballots VALUES ('s', ?, ?, ?, ?)", (*key, random.randrange(1, 5)))
    db.execute("COMMIT")
    gone = db.execute("SELECT voter, item FROM ballots WHERE round = 'rB'").fetchall()
    db.execute("BEGIN")
    erase(db, "ballots", {("s", "rB")})
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    db.close()
    lock.release()
    data = path.read_bytes()
    path.unlink()
    return sum(f"rB{voter}{item}".encode() in data for voter, item in gone)


SEEDS = range(5, 13)  # seed 6 is the one that leaves a ballot behind with SQLite 3.40.1


def test_ballots_in_pages_that_were_split_are_nowhere_either(tmp_path: Path) -> None:
    assert [left_behind(tmp_path / "x.db", seed, sqlite_rows._rewrite) for seed in SEEDS] == [0] * len(SEEDS)


def test_a_plain_delete_leaves_ballots_behind(tmp_path: Path) -> None:
    """The control, and the reason for `_rewrite`: secure_delete is on here too."""

    def plain(db: sqlite3.Connection, table: str, gone: set[tuple[str, str]]) -> None:
        db.execute("DELETE FROM ballots WHERE round = 'rB'")

    if not any(left_behind(tmp_path / "x.db", seed, plain) for seed in SEEDS):
        pytest.skip(f"SQLite {sqlite3.sqlite_version} leaves nothing behind with these seeds")


async def test_an_erased_name_is_nowhere_on_the_disk(sqlite: SqliteStore) -> None:
    names = {f"p{number}": f"Name{number:05d}" for number in range(500)}
    await sqlite.append("s1", 1, Write(names=tuple(NameSet(person, name) for person, name in names.items())))
    gone = {person: name for person, name in names.items() if int(person[1:]) % 2}
    assert found_on_disk(sqlite, gone.values()) == 250
    await sqlite.append("s1", 2, Write(names=tuple(NameSet(person, "") for person in gone)))
    await settled(sqlite)
    assert found_on_disk(sqlite, gone.values()) == 0
    assert len((await sqlite.load("s1")).names) == 250


async def fill_and_delete(store: SqliteStore) -> list[str]:
    await store.create(row("session-to-delete"), Write())
    for revision, start in enumerate(range(1, 301, 10), start=1):  # side by side with another session's rows
        await store.append("s1", revision, commits(start + 1, start + 10))
        mine = tuple(commit(number, command_id=f"delete{number:05d}") for number in range(start, start + 10))
        receipts = tuple(Receipt(f"person-to-delete{found.version}", str(found.command_id), None) for found in mine)
        await store.append("session-to-delete", revision, Write(mine, receipts))
    last = Write(names=(NameSet("p", "name-to-delete"),), dots=(DotsPlaced(ROUND, "p", "item-to-delete", 1),))
    await store.append("session-to-delete", 31, last)
    gone = ["session-to-delete", "name-to-delete", "item-to-delete"]
    gone += [f"person-to-delete{number}" for number in range(1, 301)]
    assert found_on_disk(store, gone) == len(gone)
    await store.delete("session-to-delete")
    return gone


async def test_a_deleted_session_is_nowhere_on_the_disk(sqlite: SqliteStore) -> None:
    gone = await fill_and_delete(sqlite)
    await settled(sqlite)
    assert found_on_disk(sqlite, gone) == 0
    # Built anew, that is: a page freed and not written over may keep a copy of a row, as above.
    assert await sqlite.writer.read(lambda db: db.execute("PRAGMA freelist_count").fetchone()) == (0,)
    await sqlite.close()
    assert found_on_disk(sqlite, gone) == 0


async def test_wiping_that_has_to_wait_is_made_up_for(sqlite: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    tidy, refusals = sqlite_rows.tidy, 0

    def disk_full(db: sqlite3.Connection) -> None:
        nonlocal refusals
        refusals += 1
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(sqlite_rows, "tidy", disk_full)
    await sqlite.close()
    await sqlite.open()
    gone = await fill_and_delete(sqlite)
    await settled(sqlite)
    assert found_on_disk(sqlite, gone) > 0, "the control: with nothing tidied, the WAL still tells"
    await sqlite.append("s1", 31, commits(302, 302))
    assert refusals >= 3
    await sqlite.close()
    monkeypatch.setattr(sqlite_rows, "tidy", tidy)
    await sqlite.open()
    await settled(sqlite)
    assert found_on_disk(sqlite, gone) == 0
    assert await sqlite.writer.read(lambda db: db.execute("SELECT count(*) FROM meta").fetchone()) == (1,)


async def test_the_wal_is_emptied_when_a_round_closes(sqlite: SqliteStore) -> None:
    wal = Path(f"{sqlite.path}-wal")
    await vote(sqlite, 100)
    await settled(sqlite)
    assert wal.stat().st_size > 0
    await sqlite.append("s1", (await sqlite.load("s1")).revision, Write(commits=(closing(2, ROUND),)))
    await settled(sqlite)
    assert wal.stat().st_size == 0


@pytest.mark.parametrize("erased", ["a person", "the session"])
async def test_what_a_snapshot_held_is_nowhere_on_the_disk(sqlite: SqliteStore, erased: str) -> None:
    await sqlite.append("s1", 1, commits(2, 9))
    words = [f"words-{number * 7919 % 100_003:06d}" for number in range(2000)]
    for version in (3, 6, 9):
        await sqlite.keep_snapshot("s1", StateSnapshot(version, "code", " ".join(words).encode()))
    assert found_on_disk(sqlite, words) > len(words) * 0.9, "a few lie across two pages"
    if erased == "a person":
        await sqlite.erase("s1", "anna", [])
    else:
        await sqlite.delete("s1")
    await settled(sqlite)
    assert found_on_disk(sqlite, words) == 0
