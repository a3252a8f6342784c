"""The wire: what a client may send, and how everything else is refused."""

import random
from typing import Any

import msgspec
import pytest
from msgspec import json

from server.core.agenda import OpenStep
from server.core.notes import AddNote
from server.core.voting import PlaceDots
from server.errors import Code, Rejected
from server.protocol import (
    MAX_MESSAGE_BYTES,
    ClientCommand,
    CommandMessage,
    Hello,
    Ping,
    Resume,
    SetLanguage,
    parse,
    parse_command,
)
from tests.core.cases import CASES

ID = "c000000001"
NOTE = {
    "type": "AddNote",
    "note_id": "note000001",
    "activity_id": "write",
    "column_id": "topics",
    "text": "x",
    "language": "de",
}


def refusal(data: bytes | str) -> Code:
    with pytest.raises(Rejected) as refused:
        parse(data)
    return refused.value.code


def command_refusal(command: object) -> Rejected:
    raw = command if isinstance(command, bytes) else json.encode(command)
    with pytest.raises(Rejected) as refused:
        parse_command(msgspec.Raw(raw))
    return refused.value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"type":"hello","protocol":1,"language":"de"}', Hello(1, "de")),
        ('{"type":"hello","protocol":1,"language":"ru","resume":null}', Hello(1, "ru")),
        (
            '{"type":"hello","protocol":1,"language":"en","resume":{"epoch":"e","streams":{"participant":3}}}',
            Hello(1, "en", Resume("e", {"participant": 3})),
        ),
        ('{"type":"ping","at":1780000000000.5}', Ping(1780000000000.5)),
        ('{"type":"language","language":"en"}', SetLanguage("en")),
    ],
)
def test_a_message_is_understood(text: str, message: object) -> None:
    assert parse(text) == message
    assert parse(text.encode()) == message


def test_a_command_stays_raw_until_its_id_is_known() -> None:
    message = parse(json.encode({"type": "command", "id": ID, "command": NOTE}))
    assert isinstance(message, CommandMessage)
    assert parse_command(message.command) == AddNote("note000001", "write", "topics", "x", "de")


def test_every_command_a_client_may_give_goes_over_the_wire() -> None:
    allowed = ClientCommand.__args__
    commands = [case.command for case in CASES.values() if isinstance(case.command, allowed)]
    for command in commands:
        assert parse_command(msgspec.Raw(json.encode(command))) == command
    assert {type(command) for command in commands} == set(allowed)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "null",
        "[]",
        "1",
        '"hello"',
        "{",
        "{}",
        '{"type":null}',
        '{"type":[]}',
        '{"type":"welcome"}',
        '{"type":"Hello","protocol":1,"language":"de"}',
        '{"type":"hello"}',
        '{"type":"hello","protocol":"1","language":"de"}',
        '{"type":"hello","protocol":1,"language":"fr"}',
        '{"type":"hello","protocol":1,"language":"de","more":1}',
        '{"type":"hello","protocol":1,"language":"de","resume":{"epoch":"e"}}',
        '{"type":"hello","protocol":1,"language":"de","resume":{"epoch":"e","streams":{"a":"1"}}}',
        '{"type":"ping"}',
        '{"type":"ping","at":"now"}',
        '{"type":"ping","at":1e999}',
        '{"type":"ping","at":NaN}',
        '{"type":"command","id":"c000000001"}',
        '{"type":"command","id":"short","command":{}}',
        '{"type":"command","id":"C000000001","command":{}}',
        '{"type":"command","id":"c000000001\\n","command":{}}',
        '{"type":"command","id":"' + "c" * 33 + '","command":{}}',
        '{"type":"command","id":"c000000001","command":{}} trailing',
        '{"type":"command","id":"c000000001","command":' + "[" * 5000 + "]" * 5000 + "}",
        "[" * 16000,
        '{"type":"ping","at":' + "9" * 5000 + "}",
        '{"type":"language","language":"\\ud800"}',
    ],
)
def test_what_is_no_message_is_malformed(bad: str) -> None:
    assert refusal(bad) == Code.MALFORMED
    assert refusal(bad.encode()) == Code.MALFORMED


def test_bytes_that_are_no_text_are_malformed() -> None:
    assert refusal(b'{"type":"language","language":"\xff"}') == Code.MALFORMED


def test_a_message_too_large_is_refused_by_its_bytes() -> None:
    exactly = '{"type":"ping","at":1' + " " * (MAX_MESSAGE_BYTES - 22) + "}"
    assert len(exactly) == MAX_MESSAGE_BYTES
    assert parse(exactly) == Ping(1)
    assert refusal(exactly + " ") == Code.TOO_LARGE
    cyrillic = '{"type":"language","language":"' + "ж" * (MAX_MESSAGE_BYTES // 2) + '"}'
    assert refusal(cyrillic) == Code.TOO_LARGE


@pytest.mark.parametrize(
    "unknown",
    [
        {},
        [],
        None,
        "AddNote",
        {"type": "Nothing"},
        {"type": "addnote"},
        {"type": None},
        {"type": "Join", "person_id": "mia", "role": "facilitator", "room": "ka"},
        {"type": "EndTimer", "room": "ka", "ends_at": 1},
        {"type": "hello"},
    ],
)
def test_a_command_that_is_none_or_the_servers_own_is_unknown(unknown: object) -> None:
    assert command_refusal(unknown).code == Code.UNKNOWN_COMMAND


@pytest.mark.parametrize("kind", [[], {}, [["AddNote"]], 1, True])
def test_a_type_that_is_no_word_is_an_unknown_command(kind: object) -> None:
    """Bug: a list as the type ended the line with a traceback, for it cannot be looked up."""
    assert command_refusal({"type": kind}).code == Code.UNKNOWN_COMMAND


@pytest.mark.parametrize("depth", range(900, 1001, 4))
def test_whatever_its_depth_a_command_is_refused_and_breaks_nothing(depth: int) -> None:
    """Bug: looking for the type of a refused command ran into the recursion limit where the first look had not."""
    raw = b'{"type":"AddNote","note_id":' + b"[" * depth + b"]" * depth + b"}"
    assert command_refusal(raw).code in (Code.MALFORMED, Code.INVALID_FIELD, Code.UNKNOWN_COMMAND)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"text": 5}, "$.text"),
        ({"text": None}, "$.text"),
        ({"note_id": "short"}, "$.note_id"),
        ({"note_id": "note00000!"}, "$.note_id"),
        ({"note_id": "note000001\n"}, "$.note_id"),
        ({"activity_id": ""}, "$.activity_id"),
        ({"activity_id": "a" * 41}, "$.activity_id"),
        ({"column_id": "../topics"}, "$.column_id"),
        ({"language": "fr"}, "$.language"),
        ({"more": 1}, "more"),
        ({"author": "anna"}, "author"),
    ],
)
def test_a_field_that_is_wrong_is_named(changes: dict[str, object], where: str) -> None:
    no = command_refusal({**NOTE, **changes})
    assert no.code == Code.INVALID_FIELD
    assert where in str(no.params["field"])


@pytest.mark.parametrize("field", ["note_id", "activity_id", "column_id", "text", "language"])
def test_a_field_that_is_missing_is_named(field: str) -> None:
    no = command_refusal({name: value for name, value in NOTE.items() if name != field})
    assert no.code == Code.INVALID_FIELD
    assert field in str(no.params["field"])


@pytest.mark.parametrize(
    "command",
    [
        {"type": "PlaceDots", "round_id": "round00001", "item_id": "note000001", "dots": -1},
        {"type": "PlaceDots", "round_id": "round00001", "item_id": "note000001", "dots": 101},
        {"type": "PlaceDots", "round_id": "round00001", "item_id": "note000001", "dots": 1.5},
        {"type": "PlaceDots", "round_id": "round00001", "item_id": "note000001", "dots": "1"},
        {"type": "StartRound", "round_id": "round00001", "activity_id": "vote", "dots": 0},
        {"type": "OpenStep", "activity_id": "write", "rooms": []},
        {"type": "OpenStep", "activity_id": "write", "rooms": ["ka"] * 9},
        {"type": "OpenStep", "activity_id": "write", "rooms": "ka"},
        {"type": "GroupNotes", "group_id": "group00001", "note_ids": []},
        {"type": "GroupNotes", "group_id": "group00001", "note_ids": ["note000001"] * 201},
        {"type": "StartTimer", "rooms": ["ka"], "duration_ms": 86_400_001},
        {"type": "SetBoardHidden", "board_id": "ideas", "hidden": 1},
        {"type": "SetWall", "room": "ka", "kind": "everything"},
    ],
)
def test_a_number_or_list_out_of_bounds_is_refused_at_the_edge(command: dict[str, Any]) -> None:
    assert command_refusal(command).code == Code.INVALID_FIELD


def test_bounds_are_part_of_the_range() -> None:
    dots = {"type": "PlaceDots", "round_id": "round00001", "item_id": "note000001", "dots": 0}
    assert parse_command(msgspec.Raw(json.encode(dots))) == PlaceDots("round00001", "note000001", 0)
    rooms = {"type": "OpenStep", "activity_id": "a" * 40, "rooms": ["ka"] * 8}
    assert parse_command(msgspec.Raw(json.encode(rooms))) == OpenStep("a" * 40, ("ka",) * 8)


def test_two_thousand_damaged_messages_are_refused_in_words_and_break_nothing() -> None:
    chooser = random.Random(1)
    whole = [
        json.encode({"type": "command", "id": ID, "command": json.decode(json.encode(c.command))})
        for c in CASES.values()
    ]
    refused: list[Code] = []
    for _ in range(2000):
        data = bytearray(chooser.choice(whole))
        for _ in range(chooser.randint(1, 6)):
            place = chooser.randrange(len(data))
            damage = chooser.randrange(3)
            if damage == 0:
                data[place] = chooser.randrange(256)
            elif damage == 1:
                del data[place : place + chooser.randint(1, 9)]
            else:
                data[place:place] = chooser.choice((b"[", b"{", b'"', b"\\u0000", b"\xff", b"1e999", b"null", b",,"))
        try:
            message = parse(bytes(data))
            if isinstance(message, CommandMessage):
                parse_command(message.command)
        except Rejected as no:
            refused.append(no.code)
    assert len(refused) > 1500
    assert set(refused) == {Code.MALFORMED, Code.INVALID_FIELD, Code.UNKNOWN_COMMAND}
