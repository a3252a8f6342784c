"""`python -m server rehearse`: a crowd, a live line, perhaps facilitators by script; at the end the verdict."""

import asyncio
import contextlib
import signal
import sys
import time
from typing import Any, TextIO

from msgspec import Struct

from server.mistakes import Mistake
from server.rehearsal.client import Client
from server.rehearsal.crowd import Crowd, Setting
from server.rehearsal.doorstep import Door, Refused, enter
from server.rehearsal.script import Pace, Script
from server.rehearsal.stats import Stats
from server.rehearsal.waiting import finished

TELL_EVERY_S = 1.0
TELL_PLAINLY_EVERY_S = 10.0


class Rehearsal(Struct, frozen=True, kw_only=True):
    """`facilitators`: doors of facilitators' links, one for each room that is to be driven by script; none: real ones do it."""

    facilitators: tuple[Door, ...] = ()
    pace: Pace = Pace()
    seconds: float | None = None


class Outcome(Struct, frozen=True):
    disagreements: list[str]
    skipped: list[str]
    refused: list[str]


async def hands_of(facilitators: tuple[Door, ...], stats: Stats) -> dict[str, Client]:
    """A facilitator's client by room. Raises `Mistake`."""
    hands: dict[str, Client] = {}
    for door in facilitators:
        purpose, _, room, *_ = (*door.invitation.split("."), "", "", "")
        if purpose != "facilitator":
            raise Mistake("--facilitator takes a facilitator's link, as printed by serve: it says #facilitator")
        try:
            hands[room] = Client(door, await enter(door, room, "Rehearsal"), "en", stats)
        except (Refused, OSError) as error:
            raise Mistake(f"the facilitator's link does not open ({error}): copy it anew from the server") from None
    return hands


async def rehearse(crowd: Crowd, rehearsal: Rehearsal, stop: asyncio.Event) -> Outcome:
    """Until `stop`, the given seconds, the last step or the end of the script; then verified. Raises `Mistake`."""
    await crowd.open()
    loop = asyncio.get_running_loop()
    hands = await hands_of(rehearsal.facilitators, Stats())
    lines = [asyncio.create_task(hand.run()) for hand in hands.values()]
    script = Script(hands, crowd.setting.speed, rehearsal.pace) if hands else None
    going: list[asyncio.Task[None]] = [loop.create_task(crowd.join())]
    ending: list[asyncio.Task[Any]] = [loop.create_task(stop.wait())]
    ending.append(loop.create_task(script.play() if script else crowd.live()))
    try:
        going.append(asyncio.create_task(_failing(going[0])))
        watched = [*ending, going[-1]]
        done, _ = await asyncio.wait(watched, timeout=rehearsal.seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        for task in (*going, *ending):
            await finished(task)
        await crowd.rest()
        disagreements = await crowd.verify(hands.values(), alone=script is not None)
    finally:
        for task in (*going, *ending):
            await finished(task)
        for hand in hands.values():
            hand.stop()
        for line in lines:
            await finished(line)
    return Outcome(disagreements, script.skipped if script else [], script.refused if script else [])


async def _failing(task: "asyncio.Task[None]") -> None:
    """Raises what the task raised; else it lasts."""
    await task
    await asyncio.Event().wait()


async def on_console(crowd: Crowd, rehearsal: Rehearsal, out: TextIO) -> int:
    """With the live line and the report; gives the exit code."""
    stop = asyncio.Event()
    with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers; there Ctrl-C ends it unverified
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
    print(
        f"Rehearsing at {crowd.door.base} with {crowd.setting.people} people. Ctrl-C ends and verifies.",
        file=out,
    )
    teller = asyncio.create_task(_tell(crowd, out))
    try:
        outcome = await rehearse(crowd, rehearsal, stop)
        print(f"\r{_line(crowd)}", file=out)
    finally:
        await finished(teller)
        await crowd.close()
    return _report(crowd, outcome, out)


async def _tell(crowd: Crowd, out: TextIO) -> None:
    """One line: rewritten each second on a terminal, else a new one every ten seconds."""
    live = out.isatty()
    while True:
        await asyncio.sleep(TELL_EVERY_S if live else TELL_PLAINLY_EVERY_S)
        print(f"\r{_line(crowd)}" if live else _line(crowd), end="" if live else "\n", file=out, flush=True)


def _line(crowd: Crowd) -> str:
    stats = crowd.stats
    here = sum(person.client.live.is_set() for person in crowd.people)
    return (
        f"{time.strftime('%H:%M:%S')}  people {here:>3} of {stats.people:<3}  commands {stats.commands:<6}"
        f"  answered in p50 {stats.time_ms(0.5):.0f} ms, p95 {stats.time_ms(0.95):.0f} ms"
        f"  refused {stats.refusals.total()}  disagreements {len(stats.disagreements)} "
    )


def _report(crowd: Crowd, outcome: Outcome, out: TextIO) -> int:
    stats = crowd.stats
    notes = sum(len(person.journal.notes) for person in crowd.people)
    dots = sum(sum(given.values()) for person in crowd.people for given in person.journal.dots.values())
    print(f"\n{stats.people} people over {stats.lines} lines; {notes} notes and {dots} dots acknowledged.", file=out)
    if stats.refusals:
        told = ", ".join(f"{code} {count}" for code, count in stats.refusals.most_common())
        print(f"Refused: {told}. (Steps that closed while someone was writing are part of it.)", file=out)
    if outcome.skipped:
        print(f"Left out for want of a facilitator's link of that room: {', '.join(outcome.skipped)}.", file=out)
    if not outcome.disagreements:
        print(
            "Verified: every view equals the server's, every acknowledged note is there once, no budget exceeded.",
            file=out,
        )
        return 0
    print(f"\nNOT in agreement ({len(outcome.disagreements)}):", file=out)
    for sentence in outcome.disagreements:
        print(f"  - {sentence}", file=out)
    return 1


def run(door: Door, setting: Setting, rehearsal: Rehearsal) -> int:
    async def whole() -> int:
        return await on_console(Crowd(door, setting), rehearsal, sys.stdout)

    return asyncio.run(whole())
