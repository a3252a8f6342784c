"""A file of an earlier schema is lifted when it is opened: nothing in it is lost, and it works as a new one does."""

import sqlite3
from pathlib import Path

import pytest

from server.errors import StoreError
from server.store import sqlite_file
from server.store.base import Receipt
from server.store.sqlite import SqliteStore
from tests.store.samples import AT, commit, commits

HERE = Path(__file__).parent


def written_by_schema_1(path: Path) -> Path:
    db = sqlite3.connect(path)
    db.executescript((HERE / "schema-1.sql").read_text())
    db.close()
    return path


async def test_a_file_of_schema_1_is_lifted_with_all_it_holds(tmp_path: Path) -> None:
    store = SqliteStore(written_by_schema_1(tmp_path / "old.db"))
    for _ in range(2):  # lifted once, opened twice
        await store.open()
        rows = await store.sessions()
        assert [(row.id, row.archived, row.keep_days, row.used_at) for row in rows] == [
            ("s1", False, 30, AT + 5),
            ("s2", True, 30, AT + 1),
        ]
        loaded = await store.load("s1")
        assert loaded.commits == [commit(number, command_id=f"c{number}") for number in range(1, 6)]
        assert (loaded.names, loaded.ballots) == ({"anna": "Анна"}, {"round00001": {"anna": {"n1": 2}}})
        assert await store.receipt("s1", "ben", "b1") == Receipt("ben", "b1", "round_closed", {"limit": 3}, AT + 9)
        assert await store.audit_trail() == []
        await store.close()
    await store.open()
    await store.append("s1", loaded.revision, commits(6, 7))
    assert len((await store.load("s1")).commits) == 7
    await store.close()


async def test_a_lifted_file_has_the_tables_of_a_new_one(tmp_path: Path) -> None:
    shapes = []
    new = SqliteStore(tmp_path / "new.db")
    for store in (new, SqliteStore(written_by_schema_1(tmp_path / "old.db"))):
        await store.open()
        await store.close()
        db = sqlite3.connect(store.path)
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        shapes.append({table: [c[1:4] for c in db.execute(f"PRAGMA table_info({table})")] for table in tables})
        db.close()
    assert shapes[0] == shapes[1]


async def test_a_lift_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written_by_schema_1(tmp_path / "old.db")
    broken = sqlite_file._LIFTS[1] + "ALTER TABLE nowhere ADD COLUMN x;\n"
    monkeypatch.setitem(sqlite_file._LIFTS, 1, broken)
    with pytest.raises(StoreError, match="no such table"):
        await SqliteStore(path).open()
    monkeypatch.undo()
    store = SqliteStore(path)
    await store.open()
    assert len((await store.load("s1")).commits) == 5
    await store.close()
