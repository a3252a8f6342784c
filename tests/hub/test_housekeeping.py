"""The daily round (P3): what is too old goes, what is in use stays, and whoever does it twice changes nothing."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from server.core.people import SetName
from server.core.plan import KEEP_DAYS
from server.errors import NotSaved, StoreError
from server.hub.housekeeping import AUDIT_DAYS, FIRST_S, RECEIPTS_DAYS, ROUND_S, Housekeeping
from server.hub.hub import Hub
from server.hub.trail import What
from server.store.base import DAY_MS, AuditEntry, SessionRow, deleted_at
from server.store.memory import MemoryStore
from tests.core.worlds import ANNA, NOW, PKA, PLAN
from tests.hub.fakes import Client, HandClock, everybody_joins, give


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def hub(clock: HandClock) -> AsyncIterator[Hub]:
    hub = Hub(MemoryStore(), clock)
    await hub.start()
    yield hub
    await hub.stop()


def words(entries: list[AuditEntry]) -> list[tuple[str, str, str]]:
    return [(entry.what, entry.session, entry.by) for entry in entries]


async def test_a_session_goes_when_its_days_are_over_and_not_a_moment_before(hub: Hub, clock: HandClock) -> None:
    row = await hub.open(PLAN)
    clock.at = NOW + KEEP_DAYS * DAY_MS - 1
    assert await Housekeeping(hub).round() == []
    assert await hub.store.sessions() == [row]
    clock.at += 1
    assert await Housekeeping(hub).round() == [row.id]
    assert await hub.store.sessions() == []
    assert words(await hub.store.audit_trail(row.id)) == [
        ("session_deleted", row.id, "retention"),
        ("session_opened", row.id, ""),
    ]
    assert await Housekeeping(hub).round() == [], "twice is the same"


async def test_every_use_begins_the_days_anew(hub: Hub, clock: HandClock) -> None:
    row = await hub.open(PLAN)
    live = await hub.live(row.id)
    await everybody_joins(live)
    clock.at = NOW + 20 * DAY_MS
    await give(live, (ANNA, SetName("Anna")))
    await live.submit(ANNA, SetName("Anke"), "c000000001")
    clock.at = NOW + 49 * DAY_MS
    assert await Housekeeping(hub).round() == []
    clock.at = NOW + 50 * DAY_MS
    assert await Housekeeping(hub).round() == [row.id]


@pytest.mark.parametrize("days", [1, 7, 365])
async def test_the_days_a_host_chose_count(hub: Hub, clock: HandClock, days: int) -> None:
    row = await hub.open(PLAN)
    await hub.set_keep_days(row.id, days)
    clock.at = NOW + days * DAY_MS - 1
    assert await Housekeeping(hub).round() == []
    clock.at += 1
    assert await Housekeeping(hub).round() == [row.id]


async def test_archived_sessions_go_as_well(hub: Hub, clock: HandClock) -> None:
    row = await hub.open(PLAN)
    await hub.set_archived(row.id, True)
    clock.at = NOW + KEEP_DAYS * DAY_MS
    assert await Housekeeping(hub).round() == [row.id]


async def test_nothing_is_deleted_under_peoples_feet_but_a_wall_keeps_nothing(hub: Hub, clock: HandClock) -> None:
    row = await hub.open(PLAN)
    live = await hub.live(row.id)
    await everybody_joins(live)
    phone, wall = Client(ANNA).connect(live), Client(PKA).connect(live)
    clock.at = NOW + 400 * DAY_MS
    assert await Housekeeping(hub).round() == []
    assert phone.closed == []
    phone.disconnect(live)
    assert await Housekeeping(hub).round() == [row.id]
    assert [code.name for code in wall.closed] == ["SESSION_DELETED"]


def test_a_session_that_was_never_used_counts_from_its_making() -> None:
    assert deleted_at(SessionRow("s1", {}, "", NOW, keep_days=7)) == NOW + 7 * DAY_MS


async def test_receipts_and_lines_of_the_trail_go_in_their_time(hub: Hub, clock: HandClock) -> None:
    row = await hub.open(PLAN)
    live = await hub.live(row.id)
    await everybody_joins(live)
    await live.submit(ANNA, SetName("Anke"), "c000000001")
    await hub.set_keep_days(row.id, 365)
    clock.at = NOW + RECEIPTS_DAYS * DAY_MS
    await Housekeeping(hub).round()
    assert await hub.store.receipt(row.id, "anna", "c000000001") is not None
    clock.at += 1
    await Housekeeping(hub).round()
    assert await hub.store.receipt(row.id, "anna", "c000000001") is None
    opened = (What.SESSION_OPENED.value, row.id, "")
    assert opened in words(await hub.store.audit_trail())
    clock.at = NOW + AUDIT_DAYS * DAY_MS + 1
    await Housekeeping(hub).round()
    assert opened not in words(await hub.store.audit_trail())


async def test_control_without_its_round_nothing_ever_goes(hub: Hub, clock: HandClock) -> None:
    row = await hub.open(PLAN)
    clock.at = NOW + 4000 * DAY_MS
    assert await hub.store.sessions() == [row]


class Broken(MemoryStore):
    """Cannot be read, once."""

    troubles = 1

    async def forget(self, receipts_before: int, audit_before: int) -> None:
        if self.troubles:
            self.troubles -= 1
            raise NotSaved("The disk is full: make room.")
        await super().forget(receipts_before, audit_before)

    async def audit(self, entry: AuditEntry) -> None:
        if entry.what == "keep_days_changed":
            raise StoreError("The disk is full: make room.")
        await super().audit(entry)


async def test_rounds_begin_soon_go_on_daily_and_outlive_a_failure(clock: HandClock) -> None:
    hub = Hub(Broken(), clock)
    await hub.start()
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 4:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await Housekeeping(hub, sleep, lambda: 0.5).go_on()
    assert waits == [FIRST_S, ROUND_S, ROUND_S, ROUND_S]
    assert words(await hub.store.audit_trail()).count(("retention_ran", "", "retention")) == 2
    await hub.stop()


async def test_what_cannot_be_noted_is_done_all_the_same(clock: HandClock) -> None:
    hub = Hub(Broken(), clock)
    await hub.start()
    row = await hub.open(PLAN)
    await hub.set_keep_days(row.id, 90)
    assert (await hub.store.sessions())[0].keep_days == 90
    await hub.stop()
