"""`python -m server rehearse` and `demo` as people start them: in processes of their own."""

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from server.rehearsal.doorstep import Refused, read_door, rooms_behind
from server.settings import ROOT
from tests.hall import running_hall
from tests.rehearsal.crowds import OPEN_WRITING, open_step


@contextlib.asynccontextmanager
async def command(*arguments: str, cwd: Path = ROOT) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", *arguments),
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_rehearsal_by_typed_code_fills_both_rooms_and_verifies(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        await open_step(hall, OPEN_WRITING)
        code = hall.services.keys.join_code(hall.live.id)
        asked = (
            "rehearse",
            "--url",
            hall.url,
            "--session",
            code,
            "--participants",
            "8",
            "--speed",
            "60",
            "--seconds",
            "4",
        )
        async with command(*asked) as process:
            said = (await process.communicate())[0].decode()
        assert process.returncode == 0, said
        assert "Verified: every view equals the server's" in said
        rooms = [person.room for person in hall.live.state.people.values() if person.role == "participant"]
        assert sorted(rooms) == ["ka"] * 4 + ["kr"] * 4
        assert len(hall.live.state.notes) > 0


async def test_ctrl_c_ends_a_rehearsal_with_its_verdict(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        await open_step(hall, OPEN_WRITING)
        asked = ("rehearse", "--session", hall.link("participant", "kr"), "--participants", "4", "--speed", "60")
        async with command(*asked) as process:
            async with asyncio.timeout(60):
                while not hall.live.state.notes:
                    await asyncio.sleep(0.05)
            process.send_signal(signal.SIGINT)
            said = (await process.communicate())[0].decode()
        assert process.returncode == 0, said
        assert "Verified" in said


async def test_a_wrong_code_is_one_sentence(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall, command("rehearse", "--url", hall.url, "--session", "AAAA") as process:
        said = (await process.communicate())[0].decode().splitlines()
        assert process.returncode == 2
        assert re.fullmatch(r"twin-city-lab: http\S+ does not let us in \(.+\): check --session", said[-1])


async def test_demo_lives_within_seconds_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    async with command("demo", "--host", "127.0.0.1", "--port", "0", "--speed", "6", cwd=tmp_path) as process:
        assert process.stdout is not None
        said = ""
        async with asyncio.timeout(60):
            while " type  " not in said:
                said += (await process.stdout.readline()).decode()
        assert "It keeps nothing: var/demo.sqlite is new at every start" in said
        url, code = re.findall(r"Participants open (\S+) and type  (\w+ \w+)", said)[0]
        facilitator = re.findall(r"http\S+#(facilitator\.\S+\.ka\.\S+)", said)[0]
        await lives(url, code, facilitator)
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(60):
            rest = (await process.communicate())[0].decode()
        assert "Traceback" not in rest
        assert "stopped playing" not in rest
        assert (tmp_path / "var" / "demo.sqlite").exists()


async def lives(url: str, code: str, facilitator: str) -> None:
    """People are here from both cities, a step is open, and within a while somebody writes."""
    from server.core.entities import CountsEntity, PersonEntity, SessionEntity
    from server.rehearsal.client import Client
    from server.rehearsal.doorstep import enter
    from server.rehearsal.stats import Stats
    from server.rehearsal.waiting import finished, until

    door = read_door(url, f"{url}/enter#{facilitator}")
    try:
        assert await rooms_behind(read_door(url, code)) == ["ka", "kr"]
    except Refused as no:
        raise AssertionError(f"the printed code does not open: {no}") from no
    client = Client(door, await enter(door, "ka"), "en", Stats())
    task = asyncio.create_task(client.run())
    try:
        view = client.view

        def notes() -> int:
            return sum(
                n for board in view.all(CountsEntity) for rooms in board.columns.values() for n in rooms.values()
            )

        def people() -> list[PersonEntity]:
            return [person for person in view.all(PersonEntity) if person.role == "participant"]

        # How soon depends on the machine; that it comes to life is what counts.
        assert await until(lambda: notes() >= 5 and len(people()) >= 10, 90)
        assert {person.room for person in people()} == {"ka", "kr"}
        session = next(iter(view.all(SessionEntity)))
        assert session.started is not None
        assert view.step("ka") is not None
    finally:
        client.stop()
        await finished(task)
