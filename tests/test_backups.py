"""Copies of everything: made while the server works, read in full, put back, with a clear sentence for each mistake (R20)."""

import asyncio
import shutil
from pathlib import Path

import pytest
from msgspec import structs

from server import backups, cli
from server.core.decider import World, fold
from server.core.state import State
from server.rehearsal.client import Client
from server.rehearsal.doorstep import Door
from server.rehearsal.stats import Stats
from server.rehearsal.verify import compare
from server.rehearsal.waiting import finished, until
from server.store.backup_door import ServedStore
from server.store.base import Loaded, Write
from server.store.sqlite import SqliteStore
from server.store.sqlite_copy import CopyStore
from tests.core.worlds import START
from tests.faults.editors import Editor, at_work, open_workshop, read_log
from tests.faults.killed_server import NEVER
from tests.faults.nursery import nursery
from tests.store.samples import EVENTS, commit, row
from tests.store.test_sqlite_lifting import written_by_schema_1

Capture = pytest.CaptureFixture[str]


async def contents(copy: Path, session: str) -> Loaded:
    store = CopyStore(copy)
    await store.open()
    try:
        return await store.load(session)
    finally:
        await store.close()


def state_of(loaded: Loaded, version: int) -> State:
    return fold(event for found in loaded.commits[:version] for event in found.events)


def state_hash(loaded: Loaded, version: int) -> str:
    return backups.world_hash(World(state_of(loaded, version)))


async def some_more(editors: list[Editor]) -> int:
    """Gives how many were acknowledged before everybody had one more."""
    before = [len(one.acknowledged) for one in editors]
    assert await until(lambda: all(len(e.acknowledged) > n for e, n in zip(editors, before, strict=True)), 60)
    return sum(before)


async def backed_up(database: Path, copy: Path) -> None:
    assert await asyncio.to_thread(backups.backup, database, copy, False) == 0


async def test_backups_under_load_hold_what_was_acknowledged_and_nothing_by_halves(tmp_path: Path) -> None:
    path, copies = tmp_path / "lab.sqlite", [tmp_path / f"copy-{number}.sqlite" for number in range(3)]
    session, people = await open_workshop(path, 20)
    promised: list[dict[str, set[int]]] = []
    async with nursery(path) as found, at_work(found.url, people) as editors:
        await found.start(NEVER)
        for copy in copies:
            await some_more(editors)
            promised.append({one.person: set(one.acknowledged) for one in editors})
            await backed_up(path, copy)
        careless = shutil.copy(path, tmp_path / "careless.sqlite")
        await found.kill()
        await found.ended()
        whole = await read_log(path, session)
    for copy, acknowledged in zip(copies, promised, strict=True):
        held = await contents(copy, session)
        version = len(held.commits)
        assert held.commits == whole.commits[:version]
        assert state_hash(held, version) == state_hash(whole, version)
        notes = state_of(held, version).notes
        assert all(int(notes[e.note].text) >= max(acknowledged[e.person]) for e in editors)
        assert copy.stat().st_mode & 0o777 == 0o600
    # The control: the file alone, copied under the server, lacks what still lies in the WAL.
    assert len((await contents(Path(careless), session)).commits) < max(sum(map(len, p.values())) for p in promised)
    assert not [found.name for found in tmp_path.iterdir() if "partial" in found.name or ".sqlite.copy-" in found.name]


async def test_after_a_restore_nobody_keeps_a_number_of_the_future(tmp_path: Path) -> None:
    path, copy = tmp_path / "lab.sqlite", tmp_path / "copy.sqlite"
    session, people = await open_workshop(path, 4)
    async with nursery(path) as found:
        watcher = Client(Door(found.url), people[0][1], "de", Stats())
        task = asyncio.create_task(watcher.run())
        async with at_work(found.url, people[1:]) as editors:
            await found.start(NEVER)
            await some_more(editors)
            await backed_up(path, copy)
            await some_more(editors)
        last = len((await contents(copy, session)).commits)
        epoch, number = watcher.view.epoch, watcher.view.numbers["participant"]
        await found.kill()
        await found.ended()
        assert await asyncio.to_thread(backups.restore, copy, path, False) == 0
        await found.start(NEVER)
        assert await until(lambda: watcher.live.is_set() and watcher.view.epoch != epoch, 30)
        assert watcher.view.numbers["participant"] < number
        fresh = Client(Door(found.url), people[0][1], "de", Stats())
        looking = asyncio.create_task(fresh.run())
        assert await until(fresh.live.is_set, 30)
        assert compare(watcher.view.streams, fresh.view.streams) == []
        for client, running in ((watcher, task), (fresh, looking)):
            client.stop()
            await finished(running)
        await found.kill()
        await found.ended()
    assert len((await read_log(path, session)).commits) == last
    aside = next(tmp_path.glob("lab.sqlite.before-restore-*[0-9]"))
    assert len((await read_log(aside, session)).commits) > last, "what was replaced is there, its WAL too"


@pytest.fixture
async def stopped(tmp_path: Path) -> Path:
    """A database that no server has, with one session of three people."""
    await open_workshop(tmp_path / "lab.sqlite", 3)
    return tmp_path / "lab.sqlite"


async def test_a_backup_of_a_server_at_rest_is_the_same_and_changes_nothing(stopped: Path, capsys: Capture) -> None:
    before = stopped.read_bytes()
    copy = stopped.with_name("copy.sqlite")
    assert await run("backup", "--from", stopped, "--to", copy) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"{stopped} is in {copy} (0.")
    assert "Zwei Städte: people 4, notes 3, version 10, hash " in said[1]
    assert said[2] == backups.KEY_WARNING
    assert stopped.read_bytes() == before
    assert await run("verify", copy) == 0
    verified = capsys.readouterr().out.splitlines()
    assert verified == [f"{copy} is whole, with 1 session:", said[1]]
    assert await read_log(copy, session_in(said[1])) == await read_log(stopped, session_in(said[1]))


def session_in(line: str) -> str:
    return line.split()[0]


async def run(*arguments: object) -> int:
    """A command as from a shell: it has a loop of its own."""
    return await asyncio.to_thread(cli.main, [str(argument) for argument in arguments])


async def told(capsys: Capture, *arguments: object) -> str:
    """The one sentence of a mistake, without our name."""
    assert await run(*arguments) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1, said
    return said[0].removeprefix("twin-city-lab: ")


async def test_mistakes_of_a_backup_are_one_sentence_each(
    stopped: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = stopped.with_name("copy.sqlite")
    copy.write_text("somebody's")
    nowhere = stopped.with_name("nowhere.sqlite")
    assert await told(capsys, "backup", "--from", nowhere, "--to", copy) == (
        f"there is no database {nowhere}: name it with --from"
    )
    assert await told(capsys, "backup", "--from", stopped, "--to", copy) == (
        f"{copy} is there already: choose another name, or --force to put the backup in its place"
    )
    assert copy.read_text() == "somebody's"
    deeper = stopped.parent / "no-folder" / "copy.sqlite"
    assert await told(capsys, "backup", "--from", stopped, "--to", deeper) == (
        f"there is no folder {deeper.parent}: make it, or choose another"
    )
    assert "is not a database" in await told(capsys, "backup", "--from", copy, "--to", copy.with_name("other"))
    assert "Redis" in await told(capsys, "backup", "--from", "redis://127.0.0.1", "--to", copy.with_name("other"))
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1")
    assert "REDIS_URL is set" in await told(capsys, "backup", "--to", copy.with_name("other"))
    assert await run("backup", "--from", stopped, "--to", copy, "--force") == 0
    assert not [found.name for found in stopped.parent.iterdir() if "partial" in found.name]


async def test_a_copy_that_is_damaged_is_told_and_not_restored(stopped: Path, capsys: Capture) -> None:
    whole = stopped.read_bytes()
    copy = stopped.with_name("copy.sqlite")
    copy.write_bytes(whole[:8192] + b"\xaa" * 4096 + whole[12288:])
    for command in (("verify", copy), ("restore", "--from", copy, "--to", stopped)):
        said = await told(capsys, *command)
        assert said.startswith(f"{copy} is damaged (Page 3: ")
        assert said.endswith("): restore the newest backup.")
    assert stopped.read_bytes() == whole
    copy.write_text("Not a database, but somebody's notes.\n" * 200)
    assert "is not a database" in await told(capsys, "verify", copy)
    assert (
        await told(capsys, "verify", copy.with_name("nowhere"))
        == f"There is no file {copy.with_name('nowhere')}: check its name."
    )


async def test_a_session_that_cannot_be_read_is_named_and_the_others_too(stopped: Path, capsys: Capture) -> None:
    store = SqliteStore(stopped)
    await store.open()
    await store.create(row("broken"), Write(commits=(commit(1, EVENTS[0]),)))
    await store.writer.write(lambda db: db.execute("UPDATE commits SET events = '[{' WHERE session = 'broken'"))
    await store.close()
    copy = stopped.with_name("copy.sqlite")
    assert await run("backup", "--from", stopped, "--to", copy) == 1, "it is there all the same"
    assert await run("verify", copy) == 1
    said = capsys.readouterr().out
    assert "broken  Zwei Städte: CANNOT BE READ. The log is damaged" in said
    assert "people 4, notes 3" in said
    assert "take another backup, or --force" in await told(capsys, "restore", "--from", copy, "--to", stopped)
    assert await run("restore", "--from", copy, "--to", stopped, "--force") == 0


async def test_a_copy_of_an_older_schema_is_read_and_left_as_it_is(tmp_path: Path, capsys: Capture) -> None:
    copy = written_by_schema_1(tmp_path / "old.sqlite")
    before = copy.read_bytes()
    store = CopyStore(copy)
    await store.open()
    assert [(found.id, found.keep_days) for found in await store.sessions()] == [("s1", 30), ("s2", 30)]
    await store.close()
    assert copy.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["old.sqlite"]


async def test_what_a_server_has_is_neither_verified_nor_replaced(stopped: Path, capsys: Capture) -> None:
    copy = stopped.with_name("copy.sqlite")
    assert await run("backup", "--from", stopped, "--to", copy) == 0
    capsys.readouterr()
    store = ServedStore(stopped)
    await store.open()
    assert "is in use by a server: make a backup" in await told(capsys, "verify", stopped)
    assert await told(capsys, "restore", "--from", copy, "--to", stopped) == (
        f"a server runs on {stopped}: end it, then restore"
    )
    assert len(await store.sessions()) == 1
    await store.close()


async def test_a_file_with_a_wal_beside_it_is_not_taken_for_all(stopped: Path, capsys: Capture) -> None:
    stopped.with_name("lab.sqlite-wal").write_bytes(b"x" * 100)
    assert "lies beside it, so the file alone is not all" in await told(capsys, "verify", stopped)


def test_the_hash_of_a_world_knows_every_part_of_it() -> None:
    world = START
    others = [
        structs.replace(world, names={**world.names, "anna": "Anne"}),
        structs.replace(world, ballots={"r": {"anna": {"n": 1}}}),
        structs.replace(world, state=structs.replace(world.state, next_rank=99)),
    ]
    assert len({backups.world_hash(found) for found in (world, *others)}) == 4
    assert backups.world_hash(structs.replace(world, names=dict(reversed(world.names.items())))) == backups.world_hash(
        world
    )
