"""What every store promises of the one snapshot a session may have."""

import pytest

from server.errors import StoreError
from server.store.base import StateSnapshot, Store
from tests.store.samples import commit, commits

SHAPE = "this-code"


def snapshot(version: int, data: bytes = b"state", shape: str = SHAPE) -> StateSnapshot:
    return StateSnapshot(version, shape, data)


@pytest.fixture
async def long(store: Store) -> Store:
    """Session s1 at version 9."""
    await store.append("s1", 1, commits(2, 9))
    return store


async def kept(store: Store) -> tuple[StateSnapshot | None, list[int]]:
    """What a load gives: the snapshot, and the versions of the commits with it."""
    loaded = await store.load("s1", SHAPE)
    return loaded.snapshot, [found.version for found in loaded.commits]


ALL = list(range(1, 10))


async def test_a_load_begins_at_the_snapshot(long: Store) -> None:
    assert await kept(long) == (None, ALL)
    await long.keep_snapshot("s1", snapshot(7, b"\0state\xff" * 100_000))
    await long.close()
    await long.open()
    assert await kept(long) == (snapshot(7, b"\0state\xff" * 100_000), [8, 9])
    loaded = await long.load("s1", SHAPE)
    assert (loaded.revision, loaded.commits[0]) == (2, commit(8, command_id="c8"))


async def test_a_snapshot_of_the_whole_log_leaves_no_commits(long: Store) -> None:
    await long.keep_snapshot("s1", snapshot(9))
    assert await kept(long) == (snapshot(9), [])


async def test_code_of_another_shape_is_given_the_whole_log(long: Store) -> None:
    await long.keep_snapshot("s1", snapshot(7))
    for shape in ("", "other-code"):
        loaded = await long.load("s1", shape)
        assert (loaded.snapshot, len(loaded.commits)) == (None, 9)


async def test_a_newer_snapshot_takes_the_place_of_an_older_one_and_never_the_other_way_round(long: Store) -> None:
    for version in (5, 7, 6, 7):
        await long.keep_snapshot("s1", snapshot(version, str(version).encode()))
    assert await kept(long) == (snapshot(7, b"7"), [8, 9])
    await long.keep_snapshot("s1", snapshot(8, b"8", "other-code"))
    assert await kept(long) == (None, ALL)


async def test_a_snapshot_from_beyond_the_log_is_not_kept(long: Store) -> None:
    await long.keep_snapshot("s1", snapshot(10))
    assert await kept(long) == (None, ALL)


async def test_erasing_a_person_drops_the_snapshot_and_any_from_before(long: Store) -> None:
    """One that was made before and comes after would bring back what was erased."""
    await long.keep_snapshot("s1", snapshot(7))
    await long.erase("s1", "anna", [commit(3)])
    assert await kept(long) == (None, ALL)
    for version in (8, 9):
        await long.keep_snapshot("s1", snapshot(version))
        assert await kept(long) == (None, ALL)
    await long.append("s1", 2, commits(10, 10))
    await long.keep_snapshot("s1", snapshot(10))
    assert await kept(long) == (snapshot(10), [])


async def test_news_are_given_whatever_snapshot_is_kept(long: Store) -> None:
    await long.keep_snapshot("s1", snapshot(8))
    found = await long.news("s1", 3, 1)
    assert found is not None
    assert (found.snapshot, [one.version for one in found.commits]) == (None, [4, 5, 6, 7, 8, 9])


async def test_a_snapshot_moves_neither_version_nor_revision(long: Store) -> None:
    await long.keep_snapshot("s1", snapshot(9))
    await long.append("s1", 2, commits(10, 10))
    assert await kept(long) == (snapshot(9), [10])


async def test_a_deleted_session_leaves_no_snapshot_to_one_of_the_same_id(long: Store) -> None:
    row = (await long.sessions())[0]
    await long.keep_snapshot("s1", snapshot(2))
    await long.delete("s1")
    with pytest.raises(StoreError, match="no session s1"):
        await long.keep_snapshot("s1", snapshot(2))
    await long.create(row, commits(1, 4))
    assert await kept(long) == (None, [1, 2, 3, 4])
