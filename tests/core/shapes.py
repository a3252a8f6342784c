"""Values of any struct, for tests that make them up: every field as the wire lets it through, ids often of what there is."""

from typing import Any

from hypothesis import strategies as st
from msgspec import Struct, inspect

WORDS = st.one_of(
    st.text(max_size=600), st.sampled_from(("", " ", "Text", "\u202e\u0000", "ж" * 501, "😀\ud800", "=1+1"))
)


def struct(kind: type[Struct], ids: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """`ids`: for every text; a text of people is often nothing known."""
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    return st.builds(kind, **{field.name: _value(field.type, ids) for field in info.fields})


def _value(info: inspect.Type, ids: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    match info:
        case inspect.StrType():
            return ids if info.pattern else st.one_of(ids, WORDS)
        case inspect.BoolType():
            return st.booleans()
        case inspect.IntType():
            return st.one_of(st.integers(-3, 90_000), st.integers(-(2**63), 2**63))
        case inspect.NoneType():
            return st.none()
        case inspect.LiteralType(values):
            return st.sampled_from(values)
        case inspect.UnionType(types):
            return st.one_of([_value(one, ids) for one in types])
        case inspect.VarTupleType(item_type, min_length):
            return st.lists(_value(item_type, ids), min_size=min_length or 0, max_size=4).map(tuple)
        case inspect.DictType(_, value_type):
            return st.dictionaries(ids, _value(value_type, ids), max_size=3)
        case inspect.StructType(cls):
            return struct(cls, ids)
        case _:
            raise TypeError(f"no values are known for {info}")
