"""docs/protocol.md says what the code does: every table against its struct, the example against a real server."""

import ast
import importlib
import re
import typing

import msgspec
import pytest
from msgspec import inspect
from msgspec.structs import fields

from server import protocol
from server.app import routes
from server.core import audiences, decider, entities, link_entities, link_state, plan, state, views
from server.core.limits import LIMITS, Limits
from server.core.people import NameSet
from server.core.voting import DotsPlaced
from server.errors import Close, Code
from server.settings import ROOT
from server.web.doors import Again, Door, DoorRoom, Entry, Ticket
from server.web.invites import Asking, DeviceAsking, InviteAsking, PairAsking
from server.web.media import MediaAsking
from tests.example_session import play, steps
from tests.protocol_page import (
    PROTOCOL,
    Row,
    between,
    described,
    headed,
    members,
    section,
    shape,
    spelled,
    tables,
    tag,
    ticked,
    written,
)

ENTITIES = {tag(kind): kind for kind in members(entities.Entity)}
MESSAGES = [*members(protocol.ClientMessage), *members(protocol.ServerMessage)]
COMMANDS = {tag(kind): kind for kind in members(protocol.ClientCommand)}
EVENTS = {tag(kind): kind for kind in members(decider.Event)}
SHAPES: dict[str, type] = {
    "Resuming": protocol.Resume,
    "Description": protocol.Description,
    "Candidate": protocol.Candidate,
    "Figures": protocol.Figures,
    "Has": protocol.Has,
    "Colours": plan.Colours,
    "RoomPlan": plan.RoomPlan,
    "Column": plan.Column,
    "Wall": state.Wall,
    "Recording": link_state.Recording,
    "Item": entities.ItemEntity,
    "Channel": link_entities.ChannelEntity,
    "You": protocol.You,
    "Here": protocol.Here,
    "Limits": Limits,
    "POST /api/door": Ticket,
    "POST /api/enter": Entry,
    "POST /api/pair/poll": DeviceAsking,
    "POST /api/sessions/{session}/pair": PairAsking,
    "POST /api/sessions/{session}/invite": InviteAsking,
    "POST /api/sessions/{session}/code": Asking,
    "POST /api/sessions/{session}/media": MediaAsking,
}


INBOUND = (
    *members(protocol.ClientMessage),
    protocol.Resume,
    protocol.Description,
    protocol.Candidate,
    *(SHAPES[name] for name in SHAPES if "/api/" in name),
)


@pytest.mark.parametrize(
    ("title", "kind"),
    [*((tag(kind), kind) for kind in MESSAGES), *ENTITIES.items(), *SHAPES.items()],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_table_names_every_field_and_its_type(title: str, kind: type) -> None:
    table = tables(section(title))[0]
    assert described(table) == shape(kind, optional=kind in INBOUND)
    for field in fields(kind):
        info = inspect.type_info(field.type)
        if isinstance(info, inspect.LiteralType) and written(field) == "string":
            named = set(ticked(section(title)))
            assert {str(value) for value in info.values} <= named, f"{title}.{field.name} has values without a word"


def test_door_is_described_as_it_answers() -> None:
    answer = tables(section("POST /api/door"))[1]
    assert described(answer) == shape(Door)
    for row, kind in ((answer[3], DoorRoom), (answer[5], Again)):
        assert ticked(row["meaning"]) == [field.name for field in fields(kind)]


def test_activities_are_described_with_all_their_fields() -> None:
    common, own = tables(section("Activity"))
    kinds = {tag(kind): shape(kind) for kind in members(plan.Activity)}
    shared = kinds["welcome"]
    assert described(common) == shared
    assert set(kinds) <= set(ticked(section("Activity")))
    for row in own:
        name = ticked(row["field"])[0]
        assert {kind for kind, have in kinds.items() if name in have} == set(ticked(row["in"])), name
        assert all(kinds[kind][name] == spelled(row["type"]) for kind in ticked(row["in"])), name
    assert {ticked(row["field"])[0] for row in own} == {name for have in kinds.values() for name in have} - set(shared)


def test_no_heading_names_what_does_not_exist() -> None:
    assert set(re.findall(r"^### (.+)$", between("Entities", "Shapes"), re.M)) == set(ENTITIES)
    assert set(re.findall(r"^### (.+)$", between("Shapes", "Commands"), re.M)) == {
        "Text",
        "Activity",
        *(name for name in SHAPES if name != "Resuming" and "/api/" not in name),
    }
    talk = {title for title in headed(3) if re.fullmatch(r"[a-z]+", title)}
    assert talk == {tag(kind) for kind in MESSAGES} | {title for title in ENTITIES if "_" not in title}
    assert set(typing.get_args(plan.WallKind)) == {ticked(row["kind"])[0] for row in tables(section("Wall"))[1]}


@pytest.mark.parametrize("kind", ENTITIES)
def test_entity_is_said_to_go_where_it_goes(kind: str) -> None:
    found = re.search(r"Key `(\w+):[^`]+` · (all|own|`facilitator`(?: `projector`)?)", section(kind))
    assert found, f"docs/protocol.md does not say where {kind} goes"
    assert found[1] == kind
    goes = {part.kind: part.audiences for part in views.SECTIONS}.get(kind)
    said = {
        "all": frozenset(audiences.SHARED),
        "own": None,
        "`facilitator`": frozenset({audiences.FACILITATOR}),
        "`facilitator` `projector`": frozenset({audiences.FACILITATOR, audiences.PROJECTOR}),
    }
    assert said[found[2]] == goes


# Commands.


COMMAND_ROWS = [row for table in tables(between("Commands", "Codes")) for row in table]


@pytest.mark.parametrize("row", COMMAND_ROWS, ids=lambda row: ticked(row["command"])[0])
def test_command_is_described_as_it_is(row: Row) -> None:
    kind = COMMANDS[ticked(row["command"])[0]]
    said = dict(re.findall(r"`(\w+\??)` ([^,]+)", row["fields"]))
    assert said == shape(kind, optional=True)
    letters = {"P": "participant", "F": "facilitator", "W": "projector", "I": "interpreter"}
    assert {letters[letter] for letter in row["who"].split()} == decider.RIGHTS[kind] - {"system"}
    refused = set(ticked(row["refused with"]))
    possible = {Code[name].value for name in reachable(tag(kind))}
    # A note's own board and step always exist, so these two cannot come up where a command names only the note.
    assert possible - refused <= {Code.BOARD_UNKNOWN, Code.ACTIVITY_UNKNOWN}
    assert refused <= possible


def test_every_command_is_described_once() -> None:
    assert sorted(ticked(row["command"])[0] for row in COMMAND_ROWS) == sorted(COMMANDS)


CORE = {path.stem: ast.parse(path.read_text()).body for path in (ROOT / "server" / "core").glob("*.py")}
FUNCTIONS = {(module, node.name): node for module in CORE for node in CORE[module] if isinstance(node, ast.FunctionDef)}
# What a name means in a module: a function of its own, or one imported from another.
MEANINGS = {(module, name): (module, name) for module, name in FUNCTIONS} | {
    (module, alias.asname or alias.name): (str(node.module).rpartition(".")[2], alias.name)
    for module in CORE
    for node in CORE[module]
    if isinstance(node, ast.ImportFrom)
    for alias in node.names
}


def reachable(command: str) -> set[str]:
    """Names of the codes that stand in the code a command can run through: its arm of `decide`, and all called from it."""
    for module in CORE:
        body = FUNCTIONS[module, "decide"].body if (module, "decide") in FUNCTIONS and module != "decider" else []
        for arm in (arm for part in body if isinstance(part, ast.Match) for arm in part.cases):
            if any(isinstance(n, ast.MatchClass) and ast.unparse(n.cls) == command for n in ast.walk(arm.pattern)):
                always = [part for part in body if not isinstance(part, ast.Match | ast.If)]
                return codes_in(module, [*always, *arm.body], set())
    raise AssertionError(f"no slice decides {command}")


def codes_in(module: str, nodes: list[ast.stmt], seen: set[tuple[str, str]]) -> set[str]:
    found: set[str] = set()
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        called = ("", "")
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "Code":
                found.add(node.attr)
            called = (node.value.id, node.attr)
        elif isinstance(node, ast.Name):
            called = MEANINGS.get((module, node.id), called)
        if called in FUNCTIONS and called not in seen:
            seen.add(called)
            found |= codes_in(called[0], FUNCTIONS[called].body, seen)
    return found


# Codes, limits, events, addresses.


def test_every_code_and_close_code_is_explained() -> None:
    codes = tables(section("Codes"))[0]
    assert [ticked(row["code"])[0] for row in codes] == [code.value for code in Code]
    closes = tables(section("bye"))[2]
    assert {int(row["code"]): ticked(row["name"])[0] for row in closes} == {c.value: c.name for c in Close}


def test_codes_never_sent_are_said_to_be_so() -> None:
    code = "\n".join(path.read_text() for path in (ROOT / "server").rglob("*.py") if path.name != "errors.py")
    for row in (*tables(section("Codes"))[0], *tables(section("bye"))[2]):
        name = ticked(row["name"])[0] if "name" in row else Code(ticked(row["code"])[0]).name
        enum = "Close" if "name" in row else "Code"
        raised = len(re.findall(rf"\b{enum}\.{name}\b", code)) - len(
            re.findall(rf"^    {enum}\.{name}: \d", code, re.M)
        )
        assert (raised == 0) == ("*not sent at present*" in "".join(row.values())), f"{enum}.{name}"


def test_limits_are_those_of_the_code() -> None:
    named = set()
    for row in tables(between("Limits", "The stored log"))[0]:
        path = ticked(row["in the code"])[0]
        named.add(path)
        module, _, name = path.partition(".LIMITS.") if ".LIMITS." in path else path.rpartition(".")
        owner = LIMITS if ".LIMITS." in path else importlib.import_module(module)
        assert float(row["value"]) == getattr(owner, name), path
    assert {f"server.core.limits.LIMITS.{field.name}" for field in fields(Limits)} <= named


def test_every_stored_event_is_listed_with_its_fields() -> None:
    listed = {ticked(row["event"])[0]: ticked(row["fields"]) for row in tables(section("The stored log"))[0]}
    assert listed == {name: [field.name for field in fields(kind)] for name, kind in EVENTS.items()}
    for record in (NameSet, DotsPlaced):
        assert {tag(record), *(field.name for field in fields(record))} <= set(ticked(section("The stored log")))


def test_addresses_of_clients_are_those_of_the_app() -> None:
    served = {
        route.path
        for route in routes()
        if route.path.startswith(("/api/", "/s/", "/ws/", "/events/", "/media/", "/i18n/"))
    }
    listed = {ticked(row["address"])[0] for row in tables(section("Other addresses"))[0]}
    assert listed | {title.partition(" ")[2] for title in headed(3) if title.startswith("POST ")} == served


# The example.


async def test_example_is_what_a_server_says() -> None:
    frames = await play(PROTOCOL)
    assert len(frames) > 20
    for on_page, came in frames:
        assert came == on_page, "the example is out of date: python -m tests.example_session writes it anew"


def test_frames_of_the_example_decode() -> None:
    sent = [step.text for step in steps(PROTOCOL) if step.sign == "→" and step.text.startswith("{")]
    came = [step.text for step in steps(PROTOCOL) if step.sign == "←" and step.text.startswith("{")]
    server = msgspec.json.Decoder(protocol.ServerMessage)
    kinds = {type(protocol.parse(text)) for text in sent} | {type(server.decode(text)) for text in came}
    assert {protocol.Hello, protocol.Welcome, protocol.Snapshot, protocol.PatchMessage, protocol.Bye} <= kinds
