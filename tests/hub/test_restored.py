"""A session that goes on from a backup: what a screen was told of the undone future must not count as known (R20)."""

from copy import deepcopy

from server.core.notes import AddNote, EditNote
from server.errors import Close
from server.store.memory import MemoryStore
from tests.core.worlds import ANNA, BORIS, FKA, FKR, N1, N2, opened
from tests.hub.fakes import Client, HandClock, create, everybody_joins, give, wake


async def views_after_a_restore(resume: bool) -> tuple[object, object]:
    """What a screen shows that was there before, and what a new one does. `resume`: its numbers are taken as they are."""
    store, clock = MemoryStore(), HandClock()
    await store.open()
    await create(store)
    live = await wake(store, clock)
    await everybody_joins(live)
    await give(
        live, opened("write"), *((by, AddNote(n, "write", "topics", "0", "de")) for by, n in ((ANNA, N1), (BORIS, N2)))
    )
    backup = deepcopy(store)
    screen = Client(FKA).connect(live)
    await give(live, *((ANNA, EditNote(N1, f"undone {number}")) for number in range(3)))
    screen.read()
    await live.close(Close.RESTARTING)
    again = await wake(backup, clock)
    assert again.epoch != live.epoch, "so a line gives no numbers of the old one"
    other = Client(FKR).connect(again)
    await give(again, *((BORIS, EditNote(N2, f"anew {number}")) for number in range(9)))
    screen.connect(again, resume)
    screen.read()
    other.read()
    await again.close(Close.RESTARTING)
    return screen.entities["facilitator"], other.entities["facilitator"]


async def test_a_screen_from_before_a_restore_shows_what_the_backup_has() -> None:
    old, new = await views_after_a_restore(resume=False)
    assert old == new


async def test_a_screen_that_keeps_its_numbers_over_a_restore_shows_what_was_undone() -> None:
    """The control: it is the new epoch that makes it begin anew."""
    old, new = await views_after_a_restore(resume=True)
    assert old != new
