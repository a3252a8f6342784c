"""A disk that fills up under a hall at work: people are told, screens go on, and once there is room everything does (R15)."""

import asyncio
import resource
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from server.rehearsal.client import Client
from server.rehearsal.doorstep import Door
from server.rehearsal.stats import Stats
from server.rehearsal.verify import compare
from server.rehearsal.waiting import finished, until
from server.store.sqlite import SqliteStore
from tests.faults.editors import Editor, at_work, broken_promises, open_workshop, read_log
from tests.faults.killed_server import NEVER
from tests.faults.nursery import nursery
from tests.hall import running_hall

PEOPLE = 8


def acknowledged(editors: list[Editor]) -> int:
    return sum(len(one.acknowledged) for one in editors)


def told(editors: list[Editor]) -> int:
    """How often somebody heard that nothing was saved."""
    return sum(one.stats.passing["not_saved"] for one in editors)


@asynccontextmanager
async def newcomer(url: str, one: Editor) -> AsyncIterator[Client]:
    """A second screen of a person, which knows nothing yet."""
    client = Client(Door(url), one.client.person, "de", Stats())
    task = asyncio.create_task(client.run())
    try:
        yield client
    finally:
        client.stop()
        await finished(task)


async def fill_up_and_make_room(
    url: str, editors: list[Editor], fill: Callable[[], Awaitable[None]], make_room: Callable[[], Awaitable[None]]
) -> None:
    assert await until(lambda: all(one.acknowledged for one in editors), 20)
    assert told(editors) == 0, "the control: with room nobody is told anything"
    await fill()
    assert await until(lambda: told(editors) > PEOPLE, 20)
    async with newcomer(url, editors[0]) as screen:
        assert await until(lambda: screen.live.is_set() and screen.pongs > 0, 30), "reading goes on, and clocks are set"
        same = editors[0].client.view
        assert await until(lambda: compare(screen.view.streams, same.streams) == [], 30), "and shows what is saved"
    await make_room()
    before = {one.person: len(one.acknowledged) for one in editors}
    assert await until(lambda: all(len(one.acknowledged) > before[one.person] for one in editors), 20)


async def test_a_hall_whose_database_may_not_grow_is_told_and_goes_on_once_it_may(tmp_path: Path) -> None:
    session, people = await open_workshop(tmp_path / "hall.sqlite", PEOPLE)
    async with running_hall(tmp_path) as hall:
        store = hall.services.hub.store
        assert isinstance(store, SqliteStore)

        async def most_pages(text: str) -> None:
            await store.writer.read(lambda db: db.execute(f"PRAGMA max_page_count = {text}").fetchall())

        async with at_work(hall.url, people) as editors:
            await fill_up_and_make_room(hall.url, editors, lambda: most_pages("1"), lambda: most_pages("100000"))
    assert broken_promises(await read_log(tmp_path / "hall.sqlite", session), editors, ordered=False) == []


async def test_a_server_whose_files_may_not_grow_tells_and_goes_on_once_they_may(tmp_path: Path) -> None:
    """RLIMIT_FSIZE, set on the running process from outside: the system refuses in the middle of a write."""
    path = tmp_path / "lab.sqlite"
    session, people = await open_workshop(path, PEOPLE)
    async with nursery(path) as found, at_work(found.url, people) as editors:
        await found.start(NEVER)
        none = resource.prlimit(found.server, resource.RLIMIT_FSIZE)

        async def limit(soft: int) -> None:
            resource.prlimit(found.server, resource.RLIMIT_FSIZE, (soft, none[1]))

        wal = path.with_name(f"{path.name}-wal")
        await fill_up_and_make_room(
            found.url, editors, lambda: limit(wal.stat().st_size + 20_000), lambda: limit(none[0])
        )
        await found.kill()
        await found.ended()
        assert broken_promises(await read_log(path, session), editors, ordered=False) == []
