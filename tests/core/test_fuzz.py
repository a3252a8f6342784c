"""Anything at all (S5): commands of every shape on workshops as they come are decided or refused, events never fail."""

import contextlib
from functools import cache
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct, json

from server import codec, protocol
from server.core import people
from server.core.agenda import SessionOpened
from server.core.audiences import SHARED
from server.core.decider import RIGHTS, Event, World, decide, evolve, evolve_world
from server.core.scenes import scene
from server.core.state import SYSTEM, Context
from server.core.views import project
from server.errors import Rejected, StoreError
from server.web.auth import Keys
from tests.core.shapes import struct
from tests.core.walk import Walk
from tests.core.worlds import NOW, actor

SEEDS, STEPS = 6, 120
EXAMPLES = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
MANY = settings(EXAMPLES, max_examples=20_000)


@cache
def workshop(seed: int) -> World:
    found = Walk(seed)
    for _ in found.steps(STEPS):
        pass
    return found.world


def known(world: World) -> st.SearchStrategy[str]:
    """An id of something there is, of any kind, or of nothing."""
    state = world.state
    kinds = (state.people, state.notes, state.groups, state.rounds, state.boards, state.stages, state.invitations)
    ids = [one for kind in kinds for one in kind] + [activity.id for activity in state.plan.activities]
    ids += ["themes", "topics", "actors", "nothing0000", "made99999999"]
    return st.sampled_from(ids)


WORLDS = st.integers(0, SEEDS - 1).map(workshop)
COMMANDS = [kind for kind in RIGHTS if kind is not people.Join]
EVENTS = [kind for kind in get_args(Event) if kind is not SessionOpened]


def check_command(data: st.DataObject) -> None:
    world = data.draw(WORLDS)
    kind = data.draw(st.sampled_from(COMMANDS))
    command = data.draw(struct(kind, known(world)))
    by = data.draw(st.sampled_from([SYSTEM, *(actor(world, person) for person in world.state.people)]))
    ballots = world.ballots.get(getattr(command, "round_id", ""), {})
    try:
        records = decide(world.state, command, Context(NOW + 10_000_000, by, ballots))
    except Rejected:
        return
    for record in records:
        world = evolve_world(world, record)
    for audience in SHARED:
        json.encode(project(scene(world), audience))


@EXAMPLES
@given(st.data())
def test_any_command_on_any_workshop_is_decided_or_refused(data: st.DataObject) -> None:
    check_command(data)


@pytest.mark.long
@MANY
@given(st.data())
def test_many_more_commands_are_decided_or_refused(data: st.DataObject) -> None:
    check_command(data)


@EXAMPLES
@given(st.data())
def test_no_event_however_strange_stops_the_state(data: st.DataObject) -> None:
    """A stored event was decided once: to fold it must never fail, whatever state it meets."""
    world = data.draw(WORLDS)
    evolve(world.state, data.draw(struct(data.draw(st.sampled_from(EVENTS)), known(world))))


def test_control_a_decision_that_trusts_its_input_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "_in_own_room", lambda state, person_id, _ctx: state.people[person_id])
    # Of so many kinds of commands the same few examples would seldom draw this one.
    monkeypatch.setattr(f"{__name__}.COMMANDS", [people.RemovePerson])
    with pytest.raises(KeyError):
        test_any_command_on_any_workshop_is_decided_or_refused()


# -- bytes


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
TAGS = st.sampled_from(["hello", "command", "ping", "language", "AddNote", "RenewLink", "Join", "PersonJoined"])
ALMOST = st.builds(lambda value, tag: {**value, "type": tag} if isinstance(value, dict) else value, JSON, TAGS)
BYTES = st.binary(max_size=300) | ALMOST.map(lambda value: json.encode(_plain(value)))


def _plain(value: Any) -> Any:
    return value if not isinstance(value, float) or value == value else None


@EXAMPLES
@given(BYTES)
def test_bytes_are_a_message_or_refused(data: bytes) -> None:
    for text in (data, data.decode("utf-8", "replace")):
        try:
            message = protocol.parse(text)
            if isinstance(message, protocol.CommandMessage):
                protocol.parse_command(message.command)
        except Rejected:
            pass


@EXAMPLES
@given(BYTES, st.integers(-1, 3))
def test_bytes_are_stored_events_or_a_sentence_that_says_what_to_do(data: bytes, form: int) -> None:
    for stored in (data, b"[%b]" % data):
        with contextlib.suppress(StoreError):
            assert all(isinstance(event, Struct) for event in codec.decode_events(stored, form))


@EXAMPLES
@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["facilitator", "host", "", "ka", "7", "é", "9" * 40])).map(".".join)
)
def test_a_text_is_no_invitation_unless_it_was_signed(text: str) -> None:
    with pytest.raises(Rejected):
        Keys(b"k" * 32).read_invitation(text)
