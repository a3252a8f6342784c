"""What is recorded is what both rooms agreed to: the orders a server gives, whatever becomes of them."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from msgspec import structs

from server.core.decider import Command
from server.core.link_state import Recording, RecordingTrouble
from server.core.links import EndLink, GoLive, OfferStation, SetReady
from server.core.people import Join, RemovePerson
from server.core.recording import AgreeToRecord, AskToRecord
from server.core.state import SYSTEM, Actor
from server.hub.clock import Clock
from server.hub.hub import Hub
from server.hub.live_session import LiveSession
from server.rtc import clerk as clerk_module
from server.rtc import closing as closing_module
from server.rtc.clerk import Clerk
from server.rtc.recordings import Away, Close, End, Forget, Keep, Order, Record, SendAway, Show, Told
from server.store.base import DAY_MS
from server.store.memory import MemoryStore
from tests.core.worlds import PLAN

WITHIN_S = 30


class Writer:
    """Who writes the files, or does not. `orders`: as they came; `closed`: those about streams of windows that are over."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.closed: list[Close] = []
        self.trouble: RecordingTrouble | None = None
        self.away = False
        self.sessions: tuple[str, ...] = ()

    async def order(self, order: Order) -> Told:
        if self.away:
            raise Away("nobody there")
        if isinstance(order, Close):
            self.closed.append(order)
        else:
            self.orders.append(order)
        return Told(self.trouble, sessions=self.sessions)

    @property
    def sent_away(self) -> list[str]:
        return [order.holder for order in self.orders if isinstance(order, SendAway)]

    def streams(self, kind: type[Record] | type[End]) -> set[str]:
        return {order.stream for order in self.orders if isinstance(order, kind)}


class Office:
    def __init__(self, hub: Hub, live: LiveSession, writer: Writer, clerk: Clerk) -> None:
        self.hub, self.live, self.writer, self.clerk = hub, live, writer, clerk

    async def give(self, room: str, command: Command) -> None:
        role = "projector" if isinstance(command, OfferStation) else "facilitator"
        receipt = await self.live.submit(Actor(f"{role[0]}{room}", role, room), command)  # type: ignore[arg-type]
        assert receipt.code is None

    async def both(self, command: Callable[[str], Command]) -> None:
        for room in ("ka", "kr"):
            await self.give(room, command(room))

    @property
    def recording(self) -> Recording | None:
        return self.live.state.links["link"].recording

    @property
    def streams(self) -> set[str]:
        return {f"{self.live.id}.link.hall.{room}" for room in ("ka", "kr")}

    async def agreed(self) -> None:
        await self.give("ka", AskToRecord("link"))
        await self.give("kr", AgreeToRecord("link", True))


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not true():
            await asyncio.sleep(0.02)


@pytest.fixture
async def office(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """Both halls on the air, and nothing recorded."""
    monkeypatch.setattr(clerk_module, "LOOK_S", 0.1)
    hub = Hub(MemoryStore(), Clock().now)
    await hub.start()
    live = await hub.live((await hub.open(PLAN)).id)
    writer = Writer()
    found = Office(hub, live, writer, Clerk(hub, writer))
    for room in ("ka", "kr"):
        await live.submit(SYSTEM, Join(f"p{room}", "projector", room))
        await live.submit(SYSTEM, Join(f"f{room}", "facilitator", room))
    await found.both(lambda room: OfferStation(f"station000{room}", True, True))
    await found.both(lambda room: SetReady("link", True))
    await found.give("ka", GoLive("link"))
    task = asyncio.create_task(found.clerk.go_on())
    yield found
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await hub.stop()


async def test_both_halls_are_ordered_once_both_agreed_and_again_and_again(office: Office) -> None:
    await office.give("ka", AskToRecord("link"))
    await asyncio.sleep(0.3)
    assert office.writer.streams(Record) == set(), "one room has not agreed"
    await office.give("kr", AgreeToRecord("link", True))
    await until(lambda: office.writer.streams(Record) == office.streams)
    (first, *_) = (order for order in office.writer.orders if isinstance(order, Record))
    assert abs(first.keep_until - (office.hub.now() + PLAN.keep_days * DAY_MS)) < 60_000
    many = len(office.writer.orders)
    await until(lambda: len(office.writer.orders) >= many + 4)


@pytest.mark.parametrize("how", [AgreeToRecord("link", False), EndLink("link")], ids=["taken back", "over"])
async def test_both_end_at_once_and_nothing_is_ordered_after(office: Office, how: Command) -> None:
    await office.agreed()
    await until(lambda: office.writer.streams(Record) == office.streams)
    await office.give("kr", how)
    await until(lambda: office.writer.streams(End) == office.streams)
    office.writer.orders.clear()
    await asyncio.sleep(0.4)
    assert office.writer.orders == []


async def test_who_asked_agreed_took_it_back_and_refused_stands_in_the_trail(office: Office) -> None:
    await office.agreed()
    await office.give("kr", AgreeToRecord("link", False))
    await office.give("ka", AskToRecord("link"))
    await office.give("kr", AgreeToRecord("link", False))
    trail = await office.hub.store.audit_trail(office.live.id, 5)
    said = [(entry.what.removeprefix("recording_"), entry.by) for entry in reversed(trail)]
    once = [("asked", "fka"), ("agreed", "fkr"), ("taken_back", "fkr")]
    assert said == [*once, ("asked", "fka"), ("refused", "fkr")]


async def test_an_end_that_could_not_be_told_is_told_when_it_can_be(office: Office) -> None:
    await office.agreed()
    await until(lambda: office.writer.streams(Record) == office.streams)
    office.writer.away = True
    await office.give("kr", AgreeToRecord("link", False))
    await asyncio.sleep(0.3)
    office.writer.away = False
    await until(lambda: office.writer.streams(End) == office.streams)


async def test_desks_are_told_that_it_is_interrupted_and_that_it_goes_on(office: Office) -> None:
    office.writer.away = True
    await office.agreed()
    await until(lambda: office.recording is not None and office.recording.trouble == "away")
    office.writer.away = False
    await until(lambda: office.recording is not None and office.recording.trouble is None)
    assert office.recording is not None
    assert office.recording.runs


async def test_a_full_disk_ends_it_and_leaves_the_link_alone(office: Office) -> None:
    office.writer.trouble = "full"
    await office.agreed()
    await until(lambda: office.recording is not None and office.recording.trouble == "full")
    assert office.recording is not None
    assert not office.recording.open
    assert office.live.state.links["link"].status == "live"


async def test_somebody_elses_media_server_is_not_asked(office: Office) -> None:
    other = Clerk(office.hub, None)
    assert not other.offered
    assert office.clerk.offered
    task = asyncio.create_task(other.go_on())
    await office.give("ka", AskToRecord("link"))
    await until(lambda: office.recording is not None and office.recording.trouble == "not_offered")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_recordings_go_with_their_session(office: Office) -> None:
    await office.hub.set_archived(office.live.id, True)
    await until(lambda: Forget(office.live.id) in office.writer.orders)
    await until(lambda: [(one.session, one.activity) for one in office.writer.closed] == [(office.live.id, "")])
    office.writer.orders.clear()
    await office.hub.delete(office.live.id)
    await until(lambda: Forget(office.live.id) in office.writer.orders)


async def test_what_was_deleted_while_it_was_away_is_made_up_for_and_strange_sessions_are_left_alone(
    office: Office,
) -> None:
    deleted, kept = await office.hub.open(PLAN), await office.hub.open(PLAN)
    archived = await office.hub.open(structs.replace(PLAN, keep_days=7))
    office.writer.away = True
    await office.hub.delete(deleted.id)
    await office.hub.set_archived(archived.id, True)
    await asyncio.sleep(0.1)
    office.writer.away = False
    office.writer.orders.clear()
    office.writer.sessions = (deleted.id, kept.id, archived.id, "elsewhere")
    await office.clerk.tidy()
    orders = [order for order in office.writer.orders if not isinstance(order, Show)]
    assert [type(order) for order in orders] == [Forget, Keep, Forget]
    assert [order.session for order in orders if isinstance(order, Forget | Keep)] == [deleted.id, kept.id, archived.id]


async def test_of_who_was_removed_the_connections_are_ended_while_there_can_be_any(office: Office) -> None:
    told: list[tuple[str, str]] = []
    office.hub.shown_out += [lambda session, person: told.append((session, person)), office.clerk.send_away]
    for person in ("one", "two"):
        await office.live.submit(SYSTEM, Join(person, "participant", "ka"))
    await office.give("ka", RemovePerson("one"))
    await until(lambda: office.writer.sent_away == ["one"])
    await office.give("ka", EndLink("link"))
    await office.give("ka", RemovePerson("two"))
    await until(lambda: told == [(office.live.id, "one"), (office.live.id, "two")])
    await asyncio.sleep(0.2)  # two looks, in which nothing is to come
    assert office.writer.sent_away == ["one"], "nobody is told for a workshop that has no media"


async def test_that_a_window_is_over_is_told_until_no_leave_from_before_is_valid(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing_module, "VALID_MS", 2_500)
    await asyncio.sleep(0.3)  # three looks, in which nothing is to come
    told = office.writer.closed
    assert told == [], "not while it is live"
    office.writer.away = True
    live_at = office.hub.now()
    await office.give("kr", EndLink("link"))
    await asyncio.sleep(0.3)  # three looks in vain
    office.writer.away = False
    await until(lambda: len(told) > 0)
    told_at = office.hub.now()
    await until(lambda: office.hub.now() > told[0].until)
    many = 0
    for _ in range(20):
        if many == len(told):
            break
        many = len(told)  # a look that is late still tells
        await asyncio.sleep(0.5)
    assert many == len(told) > 1, "again and again, and not for ever"
    assert {(one.session, one.activity) for one in told} == {(office.live.id, "link")}
    (last,) = {one.until for one in told}
    assert live_at <= last - 2_500 <= told_at
    await office.both(lambda room: SetReady("link", True))
    await office.give("ka", SetReady("link", False))
    await until(lambda: len(told) > many)


async def test_a_server_that_was_started_since_tells_it_as_well(office: Office) -> None:
    await office.give("kr", EndLink("link"))
    writer = Writer()
    task = asyncio.create_task(Clerk(office.hub, writer).go_on())
    await until(lambda: [one.activity for one in writer.closed[:1]] == ["link"])
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
