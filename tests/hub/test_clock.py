"""R16, the server's half: its wall clock is set an hour forward or back, and no timer, code or link ends early or late."""

import ast
import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from server.app import create_app
from server.core.agenda import OpenStep
from server.core.entrances import check_entrance
from server.core.invitations import INVITED_FOR_MS, InviteFacilitator
from server.core.state import Entrance
from server.core.timers import StartTimer
from server.errors import Close, Code, Rejected
from server.hub.bus import MemoryBus
from server.hub.clock import Clock, Steps
from server.serving import _Server, uvicorn_config
from server.settings import ROOT, Settings
from server.store.memory import MemoryStore
from server.web.pairing import Pairings
from tests.core.worlds import BOTH, FKA, I1, I2, START, after
from tests.hub.fakes import TroubledStore, everybody_joins, give, wake

HOUR_S = 3600.0
MINUTE_MS = 60_000

Step = Callable[[float], None]


@pytest.fixture
def step(monkeypatch: pytest.MonkeyPatch) -> Step:
    """Sets the system's clock by so many seconds."""
    real = time.time

    def by(seconds: float) -> None:
        monkeypatch.setattr(time, "time", lambda: real() + seconds)

    return by


class WallClock:
    """The control: asks the system each time."""

    def now(self) -> int:
        return int(time.time() * 1000)


async def ends_early_or_late(clock: Clock | WallClock, step: Step, seconds: float) -> list[str]:
    """What a step of the clock ends that should go on, or keeps alive that should end."""
    started, pairings = clock.now(), Pairings(clock.now, MemoryBus())
    world = after(START, (FKA, InviteFacilitator(I1)), at=started + 30 * MINUTE_MS - INVITED_FOR_MS)
    world = after(world, (FKA, InviteFacilitator(I2)), at=started - MINUTE_MS - INVITED_FOR_MS)
    device = await pairings.start()
    step(seconds)
    wrong = [] if abs(clock.now() - started) < 30_000 else ["the clock itself"]
    for name, link, refused in (("a link", I1, None), ("a link that is over", I2, Code.LINK_EXPIRED)):
        try:
            check_entrance(world.state, "facilitator", Entrance(invitation=link), clock.now())
            found = None
        except Rejected as no:
            found = no.code
        wrong += [name] if found != refused else []
    expires_in = device.expires_at - clock.now()
    return wrong + ([] if await pairings.find(device.secret) and expires_in <= 5 * MINUTE_MS else ["a code on a wall"])


@pytest.mark.parametrize("seconds", [HOUR_S, -HOUR_S])
async def test_a_step_of_the_wall_clock_ends_nothing_early_or_late(step: Step, seconds: float) -> None:
    assert await ends_early_or_late(Clock(), step, seconds) == []


async def test_control_a_clock_that_asks_the_system_ends_things_early_and_late(step: Step) -> None:
    assert await ends_early_or_late(WallClock(), step, HOUR_S) == ["the clock itself", "a link", "a code on a wall"]
    assert await ends_early_or_late(WallClock(), step, -HOUR_S) != []


@pytest.mark.parametrize("seconds", [HOUR_S, -HOUR_S])
async def test_a_running_timer_rings_when_it_should(store: TroubledStore, step: Step, seconds: float) -> None:
    live = await wake(store, Clock().now)
    await everybody_joins(live)
    await give(live, (FKA, OpenStep("write", BOTH)), (FKA, StartTimer(BOTH, 10 * MINUTE_MS)))
    step(seconds)
    live._alarm.set()
    assert live._alarm._due is not None
    assert live._alarm._due.when() - asyncio.get_running_loop().time() == pytest.approx(600, abs=30)
    assert {timer.status for timer in live.state.timers.values()} == {"running"}
    await live.close(Close.RESTARTING)


@pytest.mark.parametrize("seconds", [HOUR_S, -HOUR_S])
def test_a_step_is_noticed_once(step: Step, seconds: float) -> None:
    steps = Steps()
    assert steps.look() is None
    step(seconds)
    assert steps.look() == pytest.approx(seconds, abs=1)
    assert steps.look() is None


async def test_the_server_says_that_the_clock_was_set(step: Step, tmp_path: Path) -> None:
    settings = Settings(public_url="http://lab.example.org", database=tmp_path)
    config = uvicorn_config(create_app(settings, MemoryStore()), settings)
    config.load()
    server = _Server(config)
    step(HOUR_S)
    with capture_logs() as said:
        for counter in range(30):
            await server.on_tick(counter)
    assert [(line["event"], line["by_s"]) for line in said] == [("clock_was_set", 3600)]


def test_nothing_else_in_the_server_asks_what_the_wall_clock_says() -> None:
    """Only the clock does, once. A rehearsal stands where phones do: it is told the server's time like them."""
    asking = {("time", "time"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "server").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in asking
    }
    assert found == {"server/hub/clock.py", "server/rehearsal/client.py"}
