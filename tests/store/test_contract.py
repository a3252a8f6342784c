"""What `server/store/base.py` promises, for every store."""

import asyncio

import pytest
from msgspec import structs

from server.core.notes import NoteEdited
from server.core.people import NameSet
from server.core.voting import DotsPlaced
from server.errors import AlreadyAnswered, NotSaved, StoreError, VersionConflict
from server.store.base import AuditEntry, Receipt, Store, Write
from tests.store.samples import AT, EVENTS, closing, commit, commits, row

ROUND, OTHER = "round00001", "round00002"
AUDITED = (("opened", "s1"), ("deleted", "s2"), ("erased", "s1"))


async def test_a_new_store_has_no_sessions(empty_store: Store) -> None:
    assert await empty_store.sessions() == []


async def test_the_secret_after_a_restart_is_the_same(empty_store: Store) -> None:
    secret = await empty_store.secret()
    await empty_store.close()
    await empty_store.open()
    assert len(secret) == 32
    assert await empty_store.secret() == secret


async def test_a_secret_that_is_put_takes_the_place_of_the_first(empty_store: Store) -> None:
    await empty_store.put_secret(b"k" * 32)
    await empty_store.close()
    await empty_store.open()
    assert await empty_store.secret() == b"k" * 32


async def test_sessions_are_listed_oldest_first_archived_ones_too(empty_store: Store) -> None:
    for session, created_at in (("b", 2), ("c", 3), ("a", 1), ("z", 3)):
        await empty_store.create(row(session, created_at), Write())
    await empty_store.set_archived("b", True)
    listed = await empty_store.sessions()
    assert [(found.id, found.archived) for found in listed] == [("a", False), ("b", True), ("c", False), ("z", False)]
    assert listed[0] == row("a", 1)
    await empty_store.set_keep_days("a", 90)
    assert [found.keep_days for found in await empty_store.sessions()] == [90, 30, 30, 30]
    await empty_store.set_archived("b", False)
    assert not any(found.archived for found in await empty_store.sessions())


async def test_a_session_is_created_with_all_of_its_write(empty_store: Store) -> None:
    receipt = Receipt("anna", "c1", None, at=AT)
    first = Write((commit(1),), (receipt,), (DotsPlaced(ROUND, "anna", "n1", 2),), (NameSet("anna", "Анна"),))
    await empty_store.create(row(), first)
    loaded = await empty_store.load("s1")
    assert loaded.commits == [commit(1)]
    assert loaded.names == {"anna": "Анна"}
    assert loaded.ballots == {ROUND: {"anna": {"n1": 2}}}
    assert await empty_store.receipt("s1", "anna", "c1") == receipt


async def test_a_taken_id_is_refused_and_nothing_changes(store: Store) -> None:
    before = await store.load("s1")
    with pytest.raises(StoreError, match="session s1 already"):
        await store.create(row(), commits(1, 3))
    assert await store.load("s1") == before
    assert len(await store.sessions()) == 1


async def test_every_event_comes_back_as_it_was_written(store: Store) -> None:
    written = [commit(number, event, command_id=f"c{number}") for number, event in enumerate(EVENTS, start=2)]
    written.append(commit(len(EVENTS) + 2, *EVENTS))
    await store.append("s1", 1, Write(commits=tuple(written)))
    assert (await store.load("s1")).commits[1:] == written


async def test_a_log_after_a_restart_is_the_same(store: Store) -> None:
    await store.append("s1", 1, commits(2, 200))
    before = await store.load("s1")
    await store.close()
    await store.open()
    assert await store.load("s1") == before
    assert [found.version for found in before.commits] == list(range(1, 201))


@pytest.mark.parametrize("expected", [0, 1, 3])
async def test_an_append_at_another_version_conflicts_and_leaves_nothing(store: Store, expected: int) -> None:
    await store.append("s1", 1, commits(2, 2))
    before = await store.load("s1")
    write = Write(
        commits(expected + 1, expected + 1).commits,
        (Receipt("ben", "b1", None),),
        (DotsPlaced(ROUND, "ben", "n1", 1),),
        (NameSet("ben", "Ben"),),
    )
    with pytest.raises(VersionConflict):
        await store.append("s1", expected, write)
    assert await store.load("s1") == before
    assert await store.receipt("s1", "ben", "b1") is None


async def test_a_write_failing_halfway_leaves_nothing(store: Store) -> None:
    before = await store.load("s1")
    half_a_character = NameSet("ben", "\ud83c")
    write = Write(
        (commit(2),), (Receipt("ben", "b1", None),), (DotsPlaced(ROUND, "ben", "n1", 1),), (half_a_character,)
    )
    with pytest.raises(NotSaved, match="half a character"):
        await store.append("s1", 1, write)
    with pytest.raises(NotSaved, match="half a character"):
        await store.create(row("s2"), Write(names=(half_a_character,)))
    assert await store.load("s1") == before
    assert await store.receipt("s1", "ben", "b1") is None
    assert [found.id for found in await store.sessions()] == ["s1"]
    await store.append("s1", 1, commits(2, 2))


async def test_a_gap_between_versions_is_a_bug(store: Store) -> None:
    for write in (Write(commits=(commit(3),)), Write(commits=(commit(2), commit(2)))):
        with pytest.raises(ValueError, match="numbered densely"):
            await store.append("s1", 1, write)
        assert (await store.load("s1")).revision == 1
    with pytest.raises(ValueError, match="numbered densely"):
        await store.create(row("s2"), Write(commits=(commit(2),)))


async def test_an_unknown_session_is_an_error_and_never_empty(store: Store) -> None:
    with pytest.raises(StoreError, match="no session nowhere"):
        await store.load("nowhere")
    with pytest.raises(StoreError, match="no session nowhere"):
        await store.append("nowhere", 0, commits(1, 1))
    with pytest.raises(StoreError, match="no session nowhere"):
        await store.set_archived("nowhere", True)
    with pytest.raises(StoreError, match="no session nowhere"):
        await store.set_keep_days("nowhere", 9)
    with pytest.raises(StoreError, match="no session nowhere"):
        await store.erase("nowhere", "anna", [])
    assert await store.receipt("nowhere", "anna", "c1") is None
    await store.delete("nowhere")


async def test_a_write_without_commits_moves_the_revision_and_keeps_the_version(store: Store) -> None:
    dots = Write(dots=(DotsPlaced(ROUND, "anna", "n1", 1),))
    await store.append("s1", 1, dots)
    await store.append("s1", 2, dots)
    await store.append("s1", 3, Write())
    for expected in (1, 3, 5):
        with pytest.raises(VersionConflict):
            await store.append("s1", expected, Write(dots=(DotsPlaced(ROUND, "ben", "n1", 1),)))
    loaded = await store.load("s1")
    assert (loaded.ballots, loaded.revision, len(loaded.commits)) == ({ROUND: {"anna": {"n1": 1}}}, 4, 1)


async def test_news_are_what_was_written_since(store: Store) -> None:
    assert await store.news("s1", 1, 1) is None
    await store.append("s1", 1, commits(2, 4))
    await store.append("s1", 2, Write((commit(5),), names=(NameSet("anna", "Anna"),)))
    await store.append("s1", 3, Write(dots=(DotsPlaced(ROUND, "anna", "n1", 1),)))
    news = await store.news("s1", 3, 1)
    assert news is not None
    assert [found.version for found in news.commits] == [4, 5]
    assert (news.names, news.ballots, news.revision) == ({"anna": "Anna"}, {ROUND: {"anna": {"n1": 1}}}, 4)
    beside = await store.news("s1", 5, 3)
    assert beside is not None
    assert (beside.commits, beside.revision) == ([], 4)
    assert await store.news("s1", 5, 4) is None
    with pytest.raises(StoreError, match="no session nowhere"):
        await store.news("nowhere", 0, 0)


async def test_a_command_is_answered_once_and_a_second_answer_takes_its_whole_write_along(store: Store) -> None:
    refused = Receipt("anna", "c1", "budget_spent", {"limit": 3, "item": "Bäume"}, AT)
    await store.append("s1", 1, Write(receipts=(refused,)))
    before = await store.load("s1")
    again = Write((commit(2),), (Receipt("anna", "c2", None), Receipt("anna", "c1", None, at=AT + 9)))
    with pytest.raises(AlreadyAnswered):
        await store.append("s1", 2, again)
    assert await store.load("s1") == before
    assert await store.receipt("s1", "anna", "c1") == refused
    assert await store.receipt("s1", "anna", "c2") is None


async def test_a_receipt_is_of_one_person_in_one_session(store: Store) -> None:
    await store.create(row("s2"), Write())
    await store.append("s1", 1, Write(receipts=(Receipt("anna", "c1", None), Receipt("ben", "c1", "round_closed"))))
    assert await store.receipt("s1", "anna", "c1") == Receipt("anna", "c1", None)
    assert await store.receipt("s1", "ben", "c1") == Receipt("ben", "c1", "round_closed")
    assert await store.receipt("s2", "anna", "c1") is None
    assert await store.receipt("s1", "anna", "c2") is None


async def test_all_answers_of_a_session_can_be_had(store: Store) -> None:
    given = [
        Receipt(f"p{n % 7}", f"c{n}", "budget_spent" if n % 2 else None, {"limit": n}, AT + n) for n in range(1200)
    ]
    await store.append("s1", 1, Write(receipts=tuple(given)))
    assert sorted(await store.receipts("s1"), key=lambda receipt: receipt.at) == given
    assert await store.receipts("nowhere") == []


async def test_the_dots_given_last_stand_and_none_leave_no_entry(store: Store) -> None:
    def dots(*entries: tuple[str, str, int]) -> Write:
        return Write(dots=tuple(DotsPlaced(ROUND, voter, item, count) for voter, item, count in entries))

    await store.append("s1", 1, dots(("anna", "n1", 1), ("anna", "n2", 2), ("anna", "n1", 3), ("ben", "n1", 1)))
    assert (await store.load("s1")).ballots == {ROUND: {"anna": {"n1": 3, "n2": 2}, "ben": {"n1": 1}}}
    await store.append("s1", 2, dots(("anna", "n1", 0), ("ben", "n1", 0), ("ben", "never", 0)))
    assert (await store.load("s1")).ballots == {ROUND: {"anna": {"n2": 2}}}
    await store.append("s1", 3, dots(("anna", "n2", 0), ("anna", "n2", 1), ("anna", "n2", 0)))
    assert (await store.load("s1")).ballots == {}


async def test_closing_a_round_erases_its_ballots_and_no_others(store: Store) -> None:
    await store.create(row("s2"), Write())
    for session in ("s1", "s2"):
        dots = tuple(DotsPlaced(round_id, "anna", "n1", 2) for round_id in (ROUND, OTHER))
        await store.append(session, 1, Write(dots=dots))
    in_the_same_write = (DotsPlaced(ROUND, "ben", "n1", 1), DotsPlaced(OTHER, "ben", "n1", 1))
    await store.append("s1", 2, Write(commits=(closing(2, ROUND),), dots=in_the_same_write))
    assert (await store.load("s1")).ballots == {OTHER: {"anna": {"n1": 2}, "ben": {"n1": 1}}}
    assert (await store.load("s2")).ballots == {ROUND: {"anna": {"n1": 2}}, OTHER: {"anna": {"n1": 2}}}


async def test_a_name_given_last_stands_and_an_empty_one_is_none(store: Store) -> None:
    await store.append("s1", 1, Write(names=(NameSet("anna", "Anna"), NameSet("ben", "Ben"), NameSet("cem", ""))))
    await store.append("s1", 2, Write(names=(NameSet("ben", "Benno"), NameSet("ben", "Benjamin"))))
    assert (await store.load("s1")).names == {"anna": "Anna", "ben": "Benjamin"}
    await store.append("s1", 3, Write(names=(NameSet("anna", ""), NameSet("ben", ""), NameSet("ben", "B."))))
    assert (await store.load("s1")).names == {"ben": "B."}


async def test_a_deleted_session_leaves_nothing_to_one_of_the_same_id(store: Store) -> None:
    more = Write(
        (commit(2),), (Receipt("anna", "c1", None),), (DotsPlaced(ROUND, "anna", "n1", 1),), (NameSet("a", "A"),)
    )
    await store.append("s1", 1, more)
    await store.create(row("s2"), commits(1, 3))
    await store.delete("s1")
    with pytest.raises(StoreError, match="no session s1"):
        await store.load("s1")
    assert [found.id for found in await store.sessions()] == ["s2"]
    assert len((await store.load("s2")).commits) == 3
    assert await store.receipt("s1", "anna", "c1") is None
    await store.create(row(), Write())
    again = await store.load("s1")
    assert (again.commits, again.names, again.ballots) == ([], {}, {})
    assert await store.receipt("s1", "anna", "c1") is None


async def test_eight_writers_on_one_log_lose_nothing(store: Store) -> None:
    conflicts = 0

    async def write(writer: int, count: int) -> None:
        nonlocal conflicts
        for number in range(count):
            command_id = f"w{writer}-{number}"
            while True:
                loaded = await store.load("s1")
                version = len(loaded.commits)
                one = Write((commit(version + 1, command_id=command_id),), (Receipt(f"p{writer}", command_id, None),))
                try:
                    await store.append("s1", loaded.revision, one)
                    break
                except VersionConflict:
                    conflicts += 1

    await asyncio.gather(*(write(writer, 10) for writer in range(8)))
    log = (await store.load("s1")).commits
    assert [found.version for found in log] == list(range(1, 82))
    assert sorted(str(found.command_id) for found in log[1:]) == sorted(
        f"w{w}-{n}" for w in range(8) for n in range(10)
    )
    assert conflicts > 0, "the writers never met, so this proves nothing"


async def test_calls_take_effect_in_the_order_they_were_made(store: Store) -> None:
    answers = await asyncio.gather(
        store.append("s1", 1, commits(2, 2)),
        store.load("s1"),
        store.append("s1", 2, commits(3, 3)),
        store.receipt("s1", "anna", "c3"),
        store.receipt("s1", "anna", "c4"),
        store.append("s1", 3, commits(4, 4)),
    )
    assert len(answers[1].commits) == 2
    assert answers[3] is not None
    assert answers[4] is None


async def test_a_write_whose_task_is_cancelled_still_happens(store: Store) -> None:
    task = asyncio.create_task(store.append("s1", 1, commits(2, 2)))
    await asyncio.sleep(0)
    task.cancel()
    assert len((await store.load("s1")).commits) == 2
    assert task.cancelled()
    await store.append("s1", 2, commits(3, 3))


async def test_changing_what_was_loaded_does_not_change_the_store(store: Store) -> None:
    await store.append("s1", 1, Write(names=(NameSet("anna", "Anna"),), dots=(DotsPlaced(ROUND, "anna", "n1", 1),)))
    loaded = await store.load("s1")
    loaded.commits.clear()
    loaded.names.clear()
    loaded.ballots[ROUND]["anna"]["n1"] = 9
    again = await store.load("s1")
    assert (len(again.commits), again.names, again.ballots) == (1, {"anna": "Anna"}, {ROUND: {"anna": {"n1": 1}}})


async def test_a_closed_store_refuses_and_closes_twice(store: Store) -> None:
    waiting = asyncio.gather(store.append("s1", 1, commits(2, 2)), store.append("s1", 2, commits(3, 3)))
    await asyncio.sleep(0)
    await store.close()
    await store.close()
    await waiting
    for refused in (store.sessions(), store.load("s1"), store.append("s1", 3, Write()), store.secret()):
        with pytest.raises(StoreError, match="closed"):
            await refused
    await store.open()
    assert len((await store.load("s1")).commits) == 3


async def test_the_newest_write_says_when_a_session_was_used_last(store: Store) -> None:
    assert [found.used_at for found in await store.sessions()] == [AT + 1]
    await store.append("s1", 1, Write(receipts=(Receipt("anna", "c9", None, at=AT + 9),)))
    await store.append("s1", 2, Write((commit(2),)))
    assert [found.used_at for found in await store.sessions()] == [AT + 9]


async def test_a_person_is_erased_and_nobody_else(store: Store) -> None:
    names = (NameSet("anna", "Anna"), NameSet("ben", "Ben"))
    dots = (DotsPlaced(ROUND, "anna", "n1", 1), DotsPlaced(ROUND, "ben", "n1", 1), DotsPlaced(OTHER, "anna", "n1", 1))
    receipts = (Receipt("anna", "c1", None), Receipt("ben", "c1", None))
    await store.append("s1", 1, Write((commit(2), commit(3)), receipts, dots, names))
    wordless = structs.replace(commit(2), actor="", events=(NoteEdited("note000001", "", AT),))
    await store.erase("s1", "anna", [wordless])
    loaded = await store.load("s1")
    assert loaded.commits == [commit(1, EVENTS[0]), wordless, commit(3)]
    assert (loaded.names, loaded.ballots, loaded.revision) == ({"ben": "Ben"}, {ROUND: {"ben": {"n1": 1}}}, 2)
    assert await store.receipt("s1", "anna", "c1") is None
    assert await store.receipt("s1", "ben", "c1") == Receipt("ben", "c1", None)
    with pytest.raises(ValueError, match="not in the log"):
        await store.erase("s1", "ben", [commit(2), commit(4)])
    assert await store.load("s1") == loaded
    await store.append("s1", 2, commits(4, 4))


async def test_the_audit_trail_is_newest_first_and_outlives_its_session(store: Store) -> None:
    entries = [AuditEntry(AT + n, what, session, "anna", "x") for n, (what, session) in enumerate(AUDITED)]
    for entry in entries:
        await store.audit(entry)
    await store.delete("s1")
    assert await store.audit_trail() == entries[::-1]
    assert await store.audit_trail("s1") == [entries[2], entries[0]]
    assert await store.audit_trail(limit=1) == [entries[2]]


async def test_what_is_too_old_is_forgotten(store: Store) -> None:
    for at in (AT, AT + 5):
        await store.audit(AuditEntry(at, "opened"))
    receipts = tuple(Receipt("anna", f"c{n}", None, at=AT + n) for n in (1, 5))
    await store.append("s1", 1, Write(receipts=receipts))
    await store.forget(receipts_before=AT + 5, audit_before=AT + 3)
    assert await store.receipt("s1", "anna", "c1") is None
    assert await store.receipt("s1", "anna", "c5") == receipts[1]
    assert [entry.at for entry in await store.audit_trail()] == [AT + 5]
