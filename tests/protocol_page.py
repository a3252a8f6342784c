"""docs/protocol.md as tables, and the structs of the code in the page's way of writing them: both sides of test_docs.py."""

import re
import typing

from msgspec import inspect
from msgspec.structs import FieldInfo, fields

from server.core import entities, plan
from server.core.ids import Id, NewId
from server.settings import ROOT

PROTOCOL = (ROOT / "docs" / "protocol.md").read_text()

Row = dict[str, str]
Table = list[Row]


# What stands on the page.


def section(title: str) -> str:
    """The text below a heading, up to the next one of its level or above."""
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^#{{1,3}} |\Z)", PROTOCOL, re.M | re.S)
    assert found, f"docs/protocol.md has no heading {title!r}"
    return found[2]


def tables(text: str) -> list[Table]:
    found: list[Table] = []
    for block in re.findall(r"(?:^\|.*\|\n)+", text, re.M):
        lines = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in block.splitlines()]
        found.append([dict(zip(lines[0], line, strict=True)) for line in lines[2:]])
    return found


def ticked(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def headed(level: int) -> list[str]:
    return re.findall(rf"^#{{{level}}} (.+)$", PROTOCOL, re.M)


def between(first: str, last: str) -> str:
    return PROTOCOL.partition(f"\n## {first}\n")[2].partition(f"\n## {last}\n")[0]


# How the page writes types.


def notation(kind: inspect.Type) -> str:
    match kind:
        case inspect.StrType(pattern=pattern):
            return {None: "string", pattern_of(Id): "id", pattern_of(NewId): "new id"}[pattern]
        case inspect.IntType() | inspect.FloatType():
            return "number"
        case inspect.BoolType():
            return "bool"
        case inspect.NoneType():
            return "null"
        case inspect.LiteralType(values=values):
            return "language" if set(values) == set(plan.LANGUAGES) else "string"
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            return f"[{notation(item)}]"
        case inspect.DictType(value_type=inspect.StrType()):
            return "Text"
        case inspect.DictType(value_type=value):
            return f"{{string: {notation(value)}}}"
        case inspect.StructType(cls=cls):
            return cls.__name__.removesuffix("Entity")
        case inspect.RawType():
            return "Command"
        case inspect.UnionType(types=some):
            structs = [one.cls for one in some if isinstance(one, inspect.StructType)]
            for name, union in (("Activity", plan.Activity), ("Entity", entities.Entity)):
                if set(structs) == set(members(union)):
                    return name
            return " or ".join(sorted((notation(one) for one in some), key=lambda name: (name == "null", name)))
        case _:
            raise AssertionError(f"how is {kind} written?")


def pattern_of(annotated: object) -> str:
    return str(typing.get_args(annotated)[1].pattern)


def written(field: FieldInfo) -> str:
    return notation(inspect.type_info(field.type))


def spelled(cell: str) -> str:
    """A type as the page writes it; `{room: number}` says by the way whose ids the keys are."""
    return re.sub(r"\{\w+:", "{string:", cell)


def shape(kind: type, optional: bool = False) -> dict[str, str]:
    """Fields and types of a struct, "?" at those that may be left out of what a client sends."""
    return {f.encode_name + ("?" if optional and not f.required else ""): written(f) for f in fields(kind)}


def described(table: Table) -> dict[str, str]:
    return {ticked(row["field"])[0]: spelled(row["type"]) for row in table}


# The code.


def tag(kind: type) -> str:
    return str(kind.__struct_config__.tag)  # type: ignore[attr-defined]


def members(union: object) -> tuple[type, ...]:
    return typing.get_args(union)
