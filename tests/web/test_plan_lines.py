"""The line index agrees with tomllib: it finds every key that is there, on the line where it was written."""

import tomllib
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from server.web.plan_lines import Path, key_lines
from tests.web.plan_sources import KICKOFF, MINIMAL

TRICKY = """\
# comment with [brackets] and "quotes
first = 1
dotted . key = "x # no comment = [1]"
"quoted.key".'ä' = 'it''s'
long = \"\"\"
[not.a.header]
key = "no key" ""\\\"\"\"
\"\"\"\"\"
raw = '''
'' still = "raw"
'''
list = [ # comment ]
  1, [2,
  3], { inside = "]", other.deep = 4 },
  "last", # , { x = 1 }
]

[table.'sub' ]  # comment
key = 2021-07-24T10:00:00Z

[[rows]]
name = "one"
[[rows.cells]]
name = "a"
[rows.cells.more]
x = 1
[[rows.cells]]
name = "b"
[[rows]]
[[rows.cells]]
name = "c"
""".replace("'it''s'", "'its'")


def paths_of(value: object, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from paths_of(child, (*path, key))


def test_every_key_of_a_tricky_text_is_found() -> None:
    assert set(key_lines(TRICKY)) == set(paths_of(tomllib.loads(TRICKY)))


def test_every_key_of_the_shipped_plans_is_found() -> None:
    for source in (MINIMAL, KICKOFF):
        assert set(key_lines(source)) == set(paths_of(tomllib.loads(source)))


def test_keys_stand_on_the_lines_where_they_were_written() -> None:
    lines = key_lines(TRICKY)

    assert lines["first",] == 2
    assert lines["dotted", "key"] == 3
    assert lines["quoted.key", "ä"] == 4
    assert (lines["long",], lines["raw",], lines["list",]) == (5, 9, 12)
    assert (lines["list", 1], lines["list", 1, 1], lines["list", 2, "other", "deep"], lines["list", 3]) == (
        13,
        14,
        14,
        15,
    )
    assert (lines["table", "sub"], lines["table", "sub", "key"]) == (18, 19)
    assert (lines["rows",], lines["rows", 0], lines["rows", 1]) == (21, 21, 29)
    assert (lines["rows", 0, "cells", 0, "more", "x"], lines["rows", 0, "cells", 1, "name"]) == (26, 28)
    assert lines["rows", 1, "cells", 0, "name"] == 31


VALUES = st.sampled_from(
    [
        "1",
        "true",
        "10:30:00",
        '"a # = [b]"',
        "'c\\'",
        '"""x\n\n"y""""',
        "'''z\n'''",
        "[]",
        "[\n1,\n[2], # c\n]",
        "{ q = 1 }",
    ]
)
KEYS = st.sampled_from(["a", "b-c", '"d e"', "f.g", "h . 'i.j'"])
FILLERS = st.sampled_from(["", "\n", "# comment = 1\n", "\t\n\n"])


@given(st.lists(st.tuples(KEYS, VALUES, FILLERS, st.booleans()), max_size=12))
def test_any_mixture_of_statements_keeps_its_lines(statements: list[tuple[str, str, str, bool]]) -> None:
    source = ""
    expected: dict[Path, int] = {}
    for number, (key, value, filler, is_list) in enumerate(statements):
        source += filler + (f"[[s{number}]] # a = 1\n" if is_list else f"[s{number}]\n")
        expected[f"s{number}",] = source.count("\n")
        source += f"{filler}{key} = {value} # end\n"
        first = tomllib.loads(f"{key} = 1")
        inside = max(paths_of(first), key=len)
        section: Path = (f"s{number}", 0) if is_list else (f"s{number}",)
        expected[*section, *inside] = source.count("\n") - value.count("\n")

    lines = key_lines(source)

    assert set(lines) == set(paths_of(tomllib.loads(source)))
    assert {path: lines[path] for path in expected} == expected
