"""Secret means not sent (F4, S2): in random workshops over a live session, every text and name carries a canary.

What anyone may know is written down here by itself, plainly, without a look at `views`. Everything ever sent on every
line is searched: snapshots, patches, presence, answers, also after reconnecting and resuming.
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from msgspec import json

from server.core import views
from server.core.channels import people_on
from server.core.decider import Command, World
from server.core.entities import Entity
from server.core.people import Join, RemovePerson
from server.core.scenes import scene
from server.core.state import SYSTEM, Actor, Note
from server.core.views import project
from server.errors import Close
from server.hub.live_session import LiveSession
from server.protocol import Ack, RejectedMessage, encode
from tests.core.walk import MAKERS, Chooser
from tests.core.worlds import ALEX, ANNA, BORIS, FKA, FKR, IKA, IKR, PKA, PKR, actor, opened
from tests.hub.fakes import Client, HandClock, TroubledStore, wake

CANARY = re.compile(rb"canary\d+")
STEPS = 220
WATCHING = (ANNA, ALEX, BORIS, FKA, FKR, PKA, PKR, IKA, IKR)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.hub.live_session.TURN_S", 0.0)
    monkeypatch.setattr("server.hub.presence.TELL_EVERY_S", 0.0)


def known_to(world: World, who: Actor) -> Iterator[str]:
    """Every text this person may know of right now."""
    state, facilitator = world.state, who.role == "facilitator"
    for stage in state.stages.values():
        yield stage.wall.text
    for note in state.notes.values():
        board = state.boards[note.board]
        open_to_all = note.status == "active" and not board.hidden
        desk = facilitator and note.status != "withdrawn" and (not board.hidden or board.plan.moderated)
        if open_to_all or desk or (note.author == who.person and not state.people[who.person].removed):
            yield note.text
        if open_to_all or desk:
            yield note.translation
        if (open_to_all and who.role == "participant") or facilitator or note.author == who.person:
            yield world.names.get(note.author, "")
    for group in state.groups.values():
        board = state.boards[group.board]
        if not group.dissolved and (not board.hidden or (facilitator and board.plan.moderated)):
            yield group.title
    for round_ in state.rounds.values():  # what was voted on was open to all when the round began
        for item in round_.items:
            yield item.title
            yield item.translation
    for hand in state.hands.values():  # who asks to speak is told that both walls show it
        if who.role != "participant":
            yield world.names.get(hand.id, "")
    for link in state.links.values():  # interpreters know each other
        if who.role == "interpreter":
            yield from (world.names.get(person, "") for person in people_on(link))
    for person, name in world.names.items():
        if facilitator or person == who.person:
            yield name


def canaries(text: bytes) -> set[bytes]:
    return set(CANARY.findall(text))


class Workshop:
    """A random workshop on a live session, with everybody's screens."""

    def __init__(self, live: LiveSession, clock: HandClock, seed: int) -> None:
        self.live, self.clock = live, clock
        self.chooser = Chooser(seed, lambda _author, n: f"canary{n:05}")
        self.clients = [Client(who).connect(live) for who in WATCHING]
        self.may_know: dict[str, set[bytes]] = defaultdict(set)
        self.leaks: list[str] = []
        self.sent = 0
        self.number = 0

    async def step(self) -> None:
        chooser, world = self.chooser, self.live.world
        self.clock.at += chooser.random.randint(0, 5000)
        by = chooser.actor(world)
        command: Command = chooser.command(world, by, self.clock.at)
        if isinstance(command, Join):
            by, command = SYSTEM, MAKERS[Join](chooser, world.state, by, self.clock.at)
        await self.give(by, command)
        if chooser.random.random() < 0.1:
            client = chooser.random.choice(self.clients)
            client.disconnect(self.live)
            if chooser.random.random() < 0.5:
                await self.give(actor(self.live.world, "fka"), MAKERS[RemovePerson](chooser, world.state, FKA, 0))
            client.connect(self.live, resume=chooser.random.random() < 0.7)
        self.search()

    async def give(self, by: Actor, command: Command) -> None:
        self.number += 1
        command_id = f"c{self.number:010}"
        receipt = await self.live.submit(by, command, command_id)
        answer = (
            Ack(command_id) if receipt.code is None else RejectedMessage(command_id, receipt.code, "", receipt.params)
        )
        for client in self.clients:
            self.may_know[client.actor.person] |= canaries("\n".join(known_to(self.live.world, client.actor)).encode())
            if client.actor == by:
                client.sink.frames.append(encode(answer))

    def search(self) -> None:
        for client in self.clients:
            before = len(client.all_frames)
            client.read()
            for frame in client.all_frames[before:]:
                self.sent += len(canaries(frame))
                for canary in canaries(frame) - self.may_know[client.actor.person]:
                    self.leaks.append(f"{canary!r} to {client.actor.person}: {frame[:300]!r}")
                others = [f'"{p}"'.encode() for p in ("anna", "alex", "boris") if p != client.actor.person]
                if client.actor.role != "facilitator" and any(person in frame for person in others):
                    self.leaks.append(f"a person's id to {client.actor.person}: {frame[:300]!r}")


async def walk(live: LiveSession, clock: HandClock, seed: int, steps: int = STEPS) -> Workshop:
    workshop = Workshop(live, clock, seed)
    await workshop.give(*opened("write"))
    for _ in range(steps):
        await workshop.step()
    await asyncio.sleep(0.01)
    workshop.search()
    return workshop


@pytest.mark.parametrize("seed", range(12))
async def test_in_a_random_workshop_nobody_is_ever_sent_what_is_not_theirs(
    live: LiveSession, clock: HandClock, seed: int
) -> None:
    workshop = await walk(live, clock, seed)
    assert workshop.leaks == []
    assert workshop.sent > 15, "there was something to see"
    for client in workshop.clients:
        for stream, entities in client.entities.items():
            fresh = json.decode(json.encode(project(scene(live.world), stream)))
            assert entities == fresh, "and every screen shows exactly what it may"


async def leaks_without(live: LiveSession, clock: HandClock) -> list[str]:
    found: list[str] = []
    for seed in range(18):
        found += (await walk(live, clock, seed, 120)).leaks
    return found


async def test_control_hidden_notes_that_are_not_filtered_are_found(
    live: LiveSession, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "_secret", lambda _world, _board, _audience: False)
    assert any("canary" in leak for leak in await leaks_without(live, clock))


async def test_control_withdrawn_notes_and_names_that_are_not_filtered_are_found(
    live: LiveSession, store: TroubledStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = views._note

    def careless(world: World, audience: str, note: Note) -> Entity | None:
        return kept(world, "facilitator" if audience == "projector" else audience, note)

    section = next(section for section in views.SECTIONS if section.kind == "note")
    index = views.SECTIONS.index(section)
    leaky = views.Section("note", section.audiences, section.source, careless, section.context)
    sections = (*views.SECTIONS[:index], leaky, *views.SECTIONS[index + 1 :])
    monkeypatch.setattr("server.core.patches.SECTIONS", sections)
    careless_one = await wake(store, clock)
    leaks = await leaks_without(careless_one, clock)
    await careless_one.close(Close.RESTARTING)
    assert any("canary" in leak and "pka" in leak for leak in leaks)
    assert any("a person's id" in leak for leak in leaks)
