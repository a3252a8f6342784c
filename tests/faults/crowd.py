"""Many simulated phones at once: they come in at a server and hold their lines, directly or by way of a fault proxy."""

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator, Sequence

from bench.servers import Serving
from server.core.entities import NoteEntity
from server.rehearsal.client import Client
from server.rehearsal.doorstep import Door, Person, enter, read_door
from server.rehearsal.stats import Stats
from server.rehearsal.waiting import finished, until
from server.web.auth import cookie_name
from tests.hall import Hall

ENTERING_AT_ONCE = 20
FILES = 8192


def allow_many_files() -> None:
    """A phone by way of the proxy holds three of this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


async def come_in(server: Serving, count: int) -> list[Person]:
    """So many new participants, half of them in each room."""
    door, gate = read_door(server.base, server.code), asyncio.Semaphore(ENTERING_AT_ONCE)

    async def one(number: int) -> Person:
        async with gate:
            return await enter(door, ("ka", "kr")[number % 2])

    return list(await asyncio.gather(*(one(number) for number in range(count))))


async def join(hall: Hall, count: int) -> list[Person]:
    """The same in a server of this process."""
    live, keys = hall.live, hall.services.keys
    people = [await hall.join("participant", ("ka", "kr")[number % 2]) for number in range(count)]
    return [Person(f"/s/{live.id}/{who}", f"{cookie_name(who, False)}={keys.token(live.id, who)}") for who in people]


@contextlib.asynccontextmanager
async def at_their_phones(url: str, people: Sequence[Person]) -> AsyncIterator[list[Client]]:
    """All of them with an open line, until the block ends."""
    clients = [Client(Door(url), person, "de", Stats()) for person in people]
    tasks = [asyncio.create_task(client.run()) for client in clients]
    try:
        assert await until(lambda: all(client.live.is_set() for client in clients), 60), "not everybody came in"
        yield clients
    finally:
        for client in clients:
            client.stop()
        for task in tasks:
            await finished(task)


def notes_of(client: Client) -> dict[str, str]:
    """What notes say, by id, as this client sees them."""
    return {note.id: note.text for note in client.view.all(NoteEntity)}
