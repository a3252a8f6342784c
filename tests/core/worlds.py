"""A small workshop to test with: two rooms, every kind of activity, an open, a secret and a moderated board; its people.

`given(...).when(command, by=...)` decides one command and checks on the way what holds for all of them: deciding twice
gives the same, events survive the codec, a refusal and the decision itself change nothing.
"""

from msgspec import json, structs

from server import codec
from server.core.agenda import OpenStep
from server.core.decider import Command, Record, World, decide, evolve_world, fold, open_session
from server.core.ids import Role
from server.core.people import Join, NameSet, RemovePerson
from server.core.plan import (
    BoardPlan,
    Colours,
    Column,
    Instruction,
    LiveWindow,
    Pause,
    Plan,
    RoomPlan,
    Sorting,
    Voting,
    Welcome,
    Writing,
)
from server.core.state import SYSTEM, Actor, Context
from server.core.voting import CloseRound, DotsPlaced, PlaceDots
from server.errors import Code, Rejected

NOW = 1_780_732_800_000
"""Saturday 6 June 2026, 10:00 in Berlin: when the plan begins."""

BOTH = ("ka", "kr")
GREY = Colours("#112233", "#ddeeff", "#000000")
COLUMNS = (Column("topics", {"de": "Themen"}), Column("actors", {"de": "Akteure"}))


def _step(number: int) -> dict[str, object]:
    return {"title": {"de": f"Schritt {number}"}, "day": 1, "starts_at": NOW + number * 60_000, "duration_ms": 60_000}


PLAN = Plan(
    slug="twin",
    title={"de": "Zwei Städte", "ru": "Два города"},
    first_day="2026-06-06",
    days=1,
    rooms=(
        RoomPlan("ka", {"de": "Karlsruhe"}, "KA", {}, "Europe/Berlin", "de", GREY),
        RoomPlan("kr", {"de": "Krasnodar"}, "KR", {}, "Europe/Moscow", "ru", GREY, "square"),
    ),
    boards=(
        BoardPlan("ideas", {"de": "Ideen"}, COLUMNS),
        BoardPlan("secret", {"de": "Geheim"}, COLUMNS),
        BoardPlan("watched", {"de": "Begleitet"}, COLUMNS, moderated=True),
    ),
    activities=(
        Welcome(id="arrive", rooms=BOTH, wall="join", **_step(0)),  # type: ignore[arg-type]
        Writing(id="write", rooms=BOTH, board="ideas", **_step(1)),  # type: ignore[arg-type]
        Writing(id="write-topics", rooms=BOTH, board="ideas", columns=("topics",), **_step(2)),  # type: ignore[arg-type]
        Writing(id="write-secret", rooms=BOTH, board="secret", hidden=True, **_step(3)),  # type: ignore[arg-type]
        Writing(id="write-watched", rooms=BOTH, board="watched", hidden=True, **_step(4)),  # type: ignore[arg-type]
        Sorting(id="sort", rooms=BOTH, board="ideas", participants=True, **_step(5)),  # type: ignore[arg-type]
        Sorting(id="tidy", rooms=BOTH, board="ideas", **_step(6)),  # type: ignore[arg-type]
        Voting(id="vote", rooms=BOTH, board="ideas", dots=3, max_per_item=2, **_step(7)),  # type: ignore[arg-type]
        Voting(id="vote-ka", rooms=("ka",), board="ideas", columns=("topics",), **_step(8)),  # type: ignore[arg-type]
        LiveWindow(id="link", rooms=BOTH, channels=("de", "ru"), **_step(9)),  # type: ignore[arg-type]
        Pause(id="pause-ka", rooms=("ka",), **_step(10)),  # type: ignore[arg-type]
        Instruction(id="walk-kr", rooms=("kr",), **_step(11)),  # type: ignore[arg-type]
    ),
)

ANNA = Actor("anna", "participant", "ka")
ALEX = Actor("alex", "participant", "ka")
BORIS = Actor("boris", "participant", "kr")
FKA = Actor("fka", "facilitator", "ka")
FKR = Actor("fkr", "facilitator", "kr")
PKA = Actor("pka", "projector", "ka")
PKR = Actor("pkr", "projector", "kr")
IKA = Actor("ika", "interpreter", "ka")
IKR = Actor("ikr", "interpreter", "kr")
GONE = Actor("gone", "participant", "ka")
GONE_F = Actor("gonef", "facilitator", "ka")
STRANGER = Actor("stranger", "participant", "ka")
"""Somebody of another session."""

MIA = Actor("mia", "facilitator", "ka")
"""Who comes later, by a link."""

PEOPLE = (ANNA, ALEX, BORIS, FKA, FKR, PKA, PKR, IKA, IKR, GONE, GONE_F)
NAMES = {"anna": "Anna", "alex": "Alex", "boris": "Борис", "fka": "Frau Ka", "fkr": "Господин Кр", "ika": "Ines"}

N1, N2, N3, N4, N5 = (f"note00000{n}" for n in range(1, 6))
I1, I2 = "invite0001", "invite0002"
G1, G2 = "group00001", "group00002"
R1, R2 = "round00001", "round00002"

Step = tuple[Actor, Command]


def context(world: World, by: Actor, command: Command, at: int = NOW) -> Context:
    ballots = world.ballots.get(command.round_id, {}) if isinstance(command, PlaceDots | CloseRound) else {}
    return Context(at, by, ballots)


def after(world: World, *steps: Step, at: int = NOW) -> World:
    """The world after commands that are all accepted."""
    for by, command in steps:
        for record in decide(world.state, command, context(world, by, command, at)):
            world = evolve_world(world, record)
    return world


def _start() -> World:
    world = World(fold(open_session("s1", PLAN, NOW)))
    joins = ((SYSTEM, Join(p.person, p.role, p.room, NAMES.get(p.person, ""))) for p in PEOPLE)
    return after(world, *joins, (FKA, RemovePerson("gone")), (FKA, RemovePerson("gonef")))


START = _start()
"""Everybody has joined, two were removed, no step is open yet."""


class Outcome:
    """What one command led to. `world`: afterwards."""

    def __init__(self, before: World, answer: tuple[Record, ...] | Rejected) -> None:
        self._answer = answer
        self.world = before
        if not isinstance(answer, Rejected):
            for record in answer:
                self.world = evolve_world(self.world, record)
            events = tuple(record for record in answer if not isinstance(record, NameSet | DotsPlaced))
            assert codec.decode_events(codec.encode_events(events), codec.FORMAT) == events

    @property
    def records(self) -> tuple[Record, ...]:
        assert not isinstance(self._answer, Rejected), f"refused: {self._answer}"
        return self._answer

    def then(self, *records: Record) -> None:
        assert self.records == records

    def accepted(self) -> None:
        """And it changed something; what, other tests say."""
        assert self.records

    def nothing(self) -> None:
        """Accepted, and nothing was left to do."""
        assert self.records == ()

    def refused(self, code: Code, **params: int | str) -> None:
        assert isinstance(self._answer, Rejected), f"accepted: {self._answer}"
        assert (self._answer.code, self._answer.params) == (code, params)


class Given:
    def __init__(self, world: World) -> None:
        self.world = world

    def when(self, command: Command, by: Actor, at: int = NOW) -> Outcome:
        before = json.encode(structs.asdict(self.world))
        answers = [self._decide(command, by, at) for _ in range(2)]
        assert str(answers[0]) == str(answers[1]), "deciding is pure"
        assert json.encode(structs.asdict(self.world)) == before, "deciding changes nothing"
        return Outcome(self.world, answers[0])

    def _decide(self, command: Command, by: Actor, at: int) -> tuple[Record, ...] | Rejected:
        try:
            return decide(self.world.state, command, context(self.world, by, command, at))
        except Rejected as no:
            return no


def given(*steps: Step, at: int = NOW, world: World = START) -> Given:
    """After these commands, all accepted, from `START` on."""
    return Given(after(world, *steps, at=at))


def opened(activity_id: str, rooms: tuple[str, ...] = BOTH) -> Step:
    return (FKA if "ka" in rooms else FKR, OpenStep(activity_id, rooms))


def actor(world: World, person_id: str) -> Actor:
    person = world.state.people[person_id]
    role: Role = person.role
    return Actor(person.id, role, person.room)
