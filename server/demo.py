"""`python -m server demo`: the server as ever, with a rehearsal playing in it, again from the start whenever it is over."""

import argparse
import asyncio
import sys

from server.greeting import print_welcome
from server.hub.live_session import LiveSession
from server.mistakes import Mistake
from server.rehearsal.crowd import Crowd, Setting
from server.rehearsal.doorstep import Door
from server.rehearsal.rehearse import Rehearsal, rehearse
from server.rehearsal.script import Pace
from server.serving import serve
from server.store.sqlite_file import Lock
from server.web.auth import Purpose
from server.web.services import Services

JOINING_S = 9.0
PACE = Pace(welcome=9, live=9, writing=50, voting=50, patience=0.2)
LINGER_S = 30.0


def demo(options: argparse.Namespace) -> int:
    """Until Ctrl-C. Raises `Mistake`."""
    _start_afresh(options)
    print(
        f"A demo: {options.participants} simulated people come in and live through the whole plan, again and again until Ctrl-C.\n"
        f"It keeps nothing: {options.database} is new at every start, and your own sessions are not touched."
    )
    playing: list[asyncio.Task[None]] = []

    async def begin(services: Services, live: LiveSession) -> None:
        playing.append(asyncio.get_running_loop().create_task(_play(options, services, live)))
        playing[0].add_done_callback(_told)

    return serve(options, also=begin)


def _start_afresh(options: argparse.Namespace) -> None:
    database = options.database
    database.parent.mkdir(parents=True, exist_ok=True)
    lock = Lock(database)
    try:
        lock.take()
    except BlockingIOError:
        raise Mistake(f"a demo is running here already (it holds {database}): end that one first") from None
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    lock.release()


def _told(playing: "asyncio.Task[None]") -> None:
    if not playing.cancelled() and (error := playing.exception()) is not None:
        print(f"The demo stopped playing, the server goes on: {error!r}", file=sys.stderr)


async def _play(options: argparse.Namespace, services: Services, live: LiveSession) -> None:
    settings, plan = services.settings, live.state.plan
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host
    base = f"{'https' if settings.tls_cert else 'http'}://{f'[{host}]' if ':' in host else host}:{settings.port}"
    run = 0
    while True:
        run += 1

        def door(purpose: Purpose, room: str, session: str = live.id) -> Door:
            return Door(base, services.keys.invitation(purpose, session, room), any_certificate=True)

        crowd = Crowd(
            door("participant", plan.rooms[0].id),
            Setting(people=options.participants, speed=options.speed, joining_s=JOINING_S * options.speed, seed=run),
        )
        hands = tuple(door("facilitator", room.id) for room in plan.rooms)
        try:
            outcome = await rehearse(crowd, Rehearsal(facilitators=hands, pace=PACE), asyncio.Event())
            for sentence in outcome.disagreements:
                print(f"The demo found a disagreement: {sentence}", file=sys.stderr)
            await asyncio.sleep(LINGER_S / options.speed)
        finally:
            await crowd.close()
        row = await services.hub.open(plan)
        live = await services.hub.live(row.id)
        print("\nThe workshop is over. A new one begins, with new links:")
        print_welcome(services, live, sys.stdout)
