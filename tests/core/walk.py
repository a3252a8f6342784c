"""Random workshops: people of all roles give commands of all kinds, most of them possible, some of them nonsense."""

import random
from collections.abc import Callable, Iterator
from typing import Any, Literal

from server.core.agenda import OpenStep, SetPhones, SetWall, SetWallLanguage, StartSession
from server.core.boards import SetBoardHidden, SetBoardLocked
from server.core.decider import Command, Event, Record, World, decide, evolve_world, fold, open_session
from server.core.groups import DissolveGroup, GroupNotes, MoveGroup, RenameGroup, RestoreGroup
from server.core.ids import LinkPurpose
from server.core.interpreting import (
    GiveUpChannels,
    HandOver,
    LeaveChannel,
    SetHallSound,
    SetSpeaking,
    TakeChannel,
)
from server.core.invitations import InviteFacilitator, InviteInterpreter, RenewLink, RevokeInvitation
from server.core.link_checks import AskForCheck, TellCheck
from server.core.link_ladder import HoldBack, TellConnected, TryPicture
from server.core.links import (
    AskToMute,
    EndLink,
    GoLive,
    OfferStation,
    RestartLink,
    SetHallMuted,
    SetLayout,
    SetPicturePaused,
    SetReady,
    ShareLink,
    WithdrawStation,
)
from server.core.notes import AddNote, ArchiveNote, EditNote, MoveNote, RestoreNote, TranslateNote, WithdrawNote
from server.core.people import ErasePerson, Join, NameSet, RemovePerson, SetDone, SetName
from server.core.plan import Plan, WallKind
from server.core.recording import AgreeToRecord, AskToRecord, TellRecording
from server.core.speakers import GiveWord, LowerHand, MoveHand, RaiseHand
from server.core.state import SYSTEM, Actor, Entrance, State
from server.core.timers import EndTimer, ExtendTimer, PauseTimer, ResumeTimer, StartTimer, StopTimer
from server.core.voting import CloseRound, DotsPlaced, PlaceDots, ShowRound, StartRound
from server.errors import Rejected
from tests.core.worlds import NOW, PEOPLE, PLAN, actor, context, opened

FIRST = tuple(person.person for person in PEOPLE)
"""Those who never leave: a workshop where everybody was removed is over."""
BUSY = ("write", "write-secret", "write-watched", "sort", "vote", "link")
# Which page of an interpreter speaks: none says so, or one of two.
PAGES = (None, "page0000one", "page0000two")
"""Steps in which phones have something to do."""
ROLES: tuple[LinkPurpose, ...] = ("participant", "facilitator", "projector", "interpreter")
WALLS: tuple[WallKind, ...] = ("auto", "board", "column", "group", "progress", "results", "message", "black")


class Chooser:
    """Makes commands up. `text` makes the words people write, from the author and a number."""

    def __init__(self, seed: int, text: Callable[[str, int], str] = lambda author, n: f"Text {n} von {author}") -> None:
        self.random = random.Random(seed)
        self.text = text
        self.made = 0

    def id(self) -> str:
        """For something new."""
        self.made += 1
        return f"made{self.made:08}"

    def one(self, known: Any, otherwise: str = "nothing0000") -> str:
        """One of what there is, now and then something that is not there. The latest are the most interesting."""
        ids = list(known)
        if not ids or self.random.random() < 0.03:
            return otherwise
        return str(self.random.choice(ids[-12:]))

    def maybe(self, known: Any) -> str | None:
        return self.one(known) if self.random.random() < 0.5 else None

    def actor(self, world: World) -> Actor:
        """Mostly phones, now and then a screen or somebody who was removed."""
        people = list(world.state.people.values())
        if self.random.random() < 0.9:
            people = [person for person in people if person.role != "projector" and not person.removed]
        return actor(world, self.random.choice(people).id)

    def command(self, world: World, by: Actor, now: int) -> Command:
        """Something this person might do. `MAKERS` has one function a kind of command; a test wants it complete."""
        state, pick = world.state, self.random
        by_role = {"participant": self.phone(state, by), "projector": STATION, "interpreter": INTERPRET}
        likely = by_role.get(by.role, DESK)
        kind = pick.choice(likely if pick.random() < 0.95 else tuple(MAKERS))
        return MAKERS[kind](self, state, by, now)

    @staticmethod
    def phone(state: State, by: Actor) -> tuple[type, ...]:
        """What participants do in the step they are in."""
        stage = state.stages[by.room]
        step = state.plan.activity(stage.on_phones or "")
        voting = any(found.status == "open" for found in state.rounds.values())
        likely = {"Sorting": SORT, "Voting": VOTE, "LiveWindow": SPEAK}.get(type(step).__name__, WRITE)
        return likely + VOTE if voting else likely

    def own(self, state: State, by: Actor) -> list[str]:
        """The notes somebody may change."""
        return [n.id for n in state.notes.values() if by.role == "facilitator" or n.author == by.person]

    def rooms(self, by: Actor) -> tuple[str, ...]:
        return ("ka", "kr") if self.random.random() < 0.6 else (by.room or "ka",)

    def activity(self, state: State, by: Actor) -> str:
        stage = state.stages.get(by.room)
        if stage is not None and stage.on_phones is not None and self.random.random() < 0.8:
            return stage.on_phones
        return self.random.choice(state.plan.activities).id

    def entrance(self, state: State) -> Entrance | None:
        """A link, as often as not one that was renewed; an invitation; the typed code; or nothing of the kind."""
        if self.random.random() < 0.3 and state.invitations:
            return Entrance("ka", invitation=self.one(state.invitations))
        room = self.random.choice(("ka", "kr", ""))
        return None if self.random.random() < 0.3 else Entrance(room, self.random.randint(0, 1))

    def words(self, by: Actor) -> str:
        self.made += 1
        return self.text(by.person, self.made)


def _note_ids(chooser: Chooser, state: State) -> tuple[str, ...]:
    board = chooser.random.choice(("ideas", "ideas", "secret", "watched"))
    known = [note.id for note in state.notes.values() if note.board == board and note.status == "active"]
    return tuple(chooser.one(known) for _ in range(chooser.random.randint(1, 3)))


def _items(chooser: Chooser, state: State) -> tuple[str, ...] | None:
    return None if chooser.random.random() < 0.8 else (chooser.one(state.notes), chooser.one(state.groups))


def _voted(chooser: Chooser, state: State, round_id: str) -> str:
    found = state.rounds.get(round_id)
    return chooser.one([item.id for item in found.items] if found else ())


def _place(c: Chooser, s: State) -> PlaceDots:
    round_id = c.one([i for i, found in s.rounds.items() if found.status == "open"] or s.rounds)
    return PlaceDots(round_id, _voted(c, s, round_id), c.random.randint(0, 3))


def _end_timer(c: Chooser, s: State, now: int) -> EndTimer:
    timer = s.timers.get("ka")
    return EndTimer("ka", timer.ends_at if timer is not None and timer.ends_at is not None else now)


def _told(c: Chooser, s: State) -> TellCheck:
    ways: tuple[Literal["direct", "tcp"] | None, ...] = ("direct", "tcp", None)
    relays: tuple[tuple[Literal["tcp", "tls"], ...] | None, ...] = (None, (), ("tcp", "tls"))
    station = c.one(station.id for station in s.stations.values())
    way, turn = c.random.choice(ways), c.random.choice(relays)
    return TellCheck("link", station, way is not None, "good", "silent", way, turn, c.random.randint(0, 3000), 80, 1)


def _language(c: Chooser) -> Literal["de", "ru"]:
    languages: tuple[Literal["de", "ru"], ...] = ("de", "ru")
    return c.random.choice(languages)


def _column(c: Chooser) -> str:
    return c.random.choice(("topics", "actors"))


MAKERS: dict[type, Callable[[Chooser, State, Actor, int], Command]] = {
    Join: lambda c, s, by, now: Join(
        f"new{c.id()}",
        c.random.choice(ROLES),
        c.random.choice(("ka", "kr")),
        "Neu",
        c.entrance(s),
    ),
    InviteFacilitator: lambda c, s, by, now: InviteFacilitator(c.id(), c.words(by)[:40]),
    InviteInterpreter: lambda c, s, by, now: InviteInterpreter(c.id(), c.words(by)[:40]),
    RevokeInvitation: lambda c, s, by, now: RevokeInvitation(c.one(s.invitations)),
    RenewLink: lambda c, s, by, now: RenewLink(by.room or "ka", c.random.choice(ROLES), c.random.random() < 0.3),
    SetName: lambda c, s, by, now: SetName(c.words(by)[:40], c.maybe(s.people)),
    RemovePerson: lambda c, s, by, now: RemovePerson(c.one([p for p in s.people if p not in FIRST])),
    ErasePerson: lambda c, s, by, now: ErasePerson(
        c.one([p for p in s.people if p not in FIRST]), c.random.random() < 0.5
    ),
    SetDone: lambda c, s, by, now: SetDone(c.activity(s, by), c.random.random() < 0.7),
    StartSession: lambda c, s, by, now: StartSession(c.random.choice((None, "2026-07-01", "2026-12-01"))),
    OpenStep: lambda c, s, by, now: OpenStep(c.random.choice((*BUSY, c.activity(s, by))), c.rooms(by)),
    SetPhones: lambda c, s, by, now: SetPhones(by.room or "ka", c.maybe([a.id for a in s.plan.activities])),
    SetWall: lambda c, s, by, now: SetWall(
        by.room or "ka", c.random.choice(WALLS), c.one([*s.rounds, *s.groups, *s.boards, "topics"]), c.words(by)
    ),
    SetWallLanguage: lambda c, s, by, now: SetWallLanguage(by.room or "ka", c.random.choice(("de", "ru", "en"))),
    AddNote: lambda c, s, by, now: AddNote(c.id(), c.activity(s, by), _column(c), c.words(by), "de"),
    EditNote: lambda c, s, by, now: EditNote(c.one(c.own(s, by)), c.words(by)),
    TranslateNote: lambda c, s, by, now: TranslateNote(c.one(s.notes), c.random.choice(("", "Перевод"))),
    WithdrawNote: lambda c, s, by, now: WithdrawNote(c.one(n.id for n in s.notes.values() if n.author == by.person)),
    ArchiveNote: lambda c, s, by, now: ArchiveNote(c.one(s.notes)),
    RestoreNote: lambda c, s, by, now: RestoreNote(c.one(i for i in c.own(s, by) if s.notes[i].status != "active")),
    MoveNote: lambda c, s, by, now: MoveNote(
        c.one(s.notes), _column(c), c.maybe(s.groups), c.maybe([*s.notes, *s.groups])
    ),
    SetBoardHidden: lambda c, s, by, now: SetBoardHidden(c.one(s.boards), c.random.random() < 0.3),
    SetBoardLocked: lambda c, s, by, now: SetBoardLocked(c.one(s.boards), c.random.random() < 0.2),
    GroupNotes: lambda c, s, by, now: GroupNotes(c.id(), _note_ids(c, s), c.random.choice(("", "Gruppe"))),
    RenameGroup: lambda c, s, by, now: RenameGroup(c.one(s.groups), f"Gruppe {c.id()}"),
    MoveGroup: lambda c, s, by, now: MoveGroup(c.one(s.groups), _column(c), c.maybe([*s.notes, *s.groups])),
    DissolveGroup: lambda c, s, by, now: DissolveGroup(c.one(s.groups)),
    RestoreGroup: lambda c, s, by, now: RestoreGroup(c.one(s.groups)),
    StartRound: lambda c, s, by, now: StartRound(c.id(), c.random.choice(("vote", "vote-ka")), items=_items(c, s)),
    PlaceDots: lambda c, s, by, now: _place(c, s),
    CloseRound: lambda c, s, by, now: CloseRound(c.one(s.rounds)),
    ShowRound: lambda c, s, by, now: ShowRound(c.one(s.rounds), c.random.random() < 0.6),
    StartTimer: lambda c, s, by, now: StartTimer(c.rooms(by), c.random.choice((5, 10_000, 60_000))),
    PauseTimer: lambda c, s, by, now: PauseTimer(c.rooms(by)),
    ResumeTimer: lambda c, s, by, now: ResumeTimer(c.rooms(by)),
    ExtendTimer: lambda c, s, by, now: ExtendTimer(c.rooms(by), c.random.choice((-60_000, 30_000))),
    StopTimer: lambda c, s, by, now: StopTimer(c.rooms(by)),
    EndTimer: lambda c, s, by, now: _end_timer(c, s, now),
    OfferStation: lambda c, s, by, now: OfferStation(c.id(), True, c.random.random() < 0.9),
    WithdrawStation: lambda c, s, by, now: WithdrawStation(c.one(station.id for station in s.stations.values())),
    RestartLink: lambda c, s, by, now: RestartLink("link", s.links["link"].generation if "link" in s.links else 0),
    TellConnected: lambda c, s, by, now: TellConnected("link", s.links["link"].generation if "link" in s.links else 0),
    HoldBack: lambda c, s, by, now: HoldBack("link", c.random.choice(("ka", "kr"))),
    TryPicture: lambda c, s, by, now: TryPicture("link", c.random.choice(("ka", "kr"))),
    SetReady: lambda c, s, by, now: SetReady("link", c.random.random() < 0.9),
    GoLive: lambda c, s, by, now: GoLive("link"),
    EndLink: lambda c, s, by, now: EndLink("link"),
    SetHallMuted: lambda c, s, by, now: SetHallMuted("link", c.random.random() < 0.5),
    SetPicturePaused: lambda c, s, by, now: SetPicturePaused("link", c.random.random() < 0.5),
    AskToMute: lambda c, s, by, now: AskToMute("link", c.random.random() < 0.7),
    RaiseHand: lambda c, s, by, now: RaiseHand(c.id(), c.activity(s, by), c.random.choice(("", c.words(by)[:40]))),
    LowerHand: lambda c, s, by, now: LowerHand(c.one(s.hands)),
    GiveWord: lambda c, s, by, now: GiveWord(c.one(s.hands)),
    MoveHand: lambda c, s, by, now: MoveHand(c.one(s.hands), c.maybe(s.hands)),
    SetLayout: lambda c, s, by, now: SetLayout("link", c.random.choice(("hall", "halves", "board", "picture"))),
    ShareLink: lambda c, s, by, now: ShareLink("link"),
    AskForCheck: lambda c, s, by, now: AskForCheck("link"),
    TellCheck: lambda c, s, by, now: _told(c, s),
    TakeChannel: lambda c, s, by, now: TakeChannel("link", _language(c), c.random.choice(PAGES)),
    HandOver: lambda c, s, by, now: HandOver("link", _language(c)),
    LeaveChannel: lambda c, s, by, now: LeaveChannel("link", _language(c)),
    SetSpeaking: lambda c, s, by, now: SetSpeaking(
        "link", _language(c), c.random.random() < 0.7, c.random.choice(PAGES)
    ),
    SetHallSound: lambda c, s, by, now: SetHallSound("link", c.random.choice(("floor", "de", "ru"))),
    GiveUpChannels: lambda c, s, by, now: GiveUpChannels(
        c.one(p.id for p in s.people.values() if p.role == "interpreter")
    ),
    AskToRecord: lambda c, s, by, now: AskToRecord("link"),
    AgreeToRecord: lambda c, s, by, now: AgreeToRecord("link", c.random.random() < 0.7),
    TellRecording: lambda c, s, by, now: TellRecording("link", c.random.choice((None, "away", "away", "full"))),
}

WRITE: tuple[type, ...] = (*(AddNote,) * 5, EditNote, EditNote, WithdrawNote, RestoreNote, SetDone, SetName)
SORT: tuple[type, ...] = (*(MoveNote, GroupNotes) * 2, RenameGroup, MoveGroup, DissolveGroup, RestoreGroup, SetDone)
SPEAK: tuple[type, ...] = (*(RaiseHand,) * 4, LowerHand, SetName)
VOTE: tuple[type, ...] = (*(PlaceDots,) * 8, SetDone)
DOORS: tuple[type, ...] = (InviteFacilitator, InviteInterpreter, RevokeInvitation, RenewLink)
INTERPRET: tuple[type, ...] = (*(TakeChannel, SetSpeaking) * 4, HandOver, HandOver, LeaveChannel, SetName)
LADDER: tuple[type, ...] = (TellConnected, HoldBack, TryPicture)
STATION: tuple[type, ...] = (*(OfferStation,) * 6, WithdrawStation, RestartLink, TellCheck, *LADDER)
TIMERS: tuple[type, ...] = (StartTimer, PauseTimer, ResumeTimer, ExtendTimer)
SYSTEMS: tuple[type, ...] = (Join, EndTimer, ShareLink, GiveUpChannels, TellRecording)
_NOT_AT_A_DESK = (RaiseHand, PlaceDots, SetDone, WithdrawNote, *SYSTEMS, *DOORS, *STATION, *INTERPRET)
_MOSTLY = tuple(kind for kind in MAKERS if kind not in _NOT_AT_A_DESK)
DESK: tuple[type, ...] = (*_MOSTLY, *_MOSTLY, *DOORS, *(SetReady,) * 6, *(GoLive,) * 6, *TIMERS * 2)


class Walk:
    """One random workshop. `steps` gives each accepted command with the world before and after it."""

    def __init__(self, seed: int, plan: Plan = PLAN) -> None:
        self.chooser = Chooser(seed)
        self.events: list[Event] = list(open_session("s1", plan, NOW))
        self.world = World(fold(self.events))
        self.now = NOW
        self.refusals = 0
        for person in PEOPLE:
            self.give(SYSTEM, Join(person.person, person.role, person.room, person.person.title()))
        self.give(*opened("write"))
        for number in range(9):
            by = PEOPLE[number % 3]
            self.give(by, AddNote(self.chooser.id(), "write", _column(self.chooser), self.chooser.words(by), "de"))

    def give(self, by: Actor, command: Command) -> tuple[Record, ...] | None:
        """None when it was refused."""
        try:
            records = decide(self.world.state, command, context(self.world, by, command, self.now))
        except Rejected:
            self.refusals += 1
            return None
        for record in records:
            self.world = evolve_world(self.world, record)
        self.events += [record for record in records if not isinstance(record, NameSet | DotsPlaced)]
        return records

    def steps(self, count: int) -> Iterator[tuple[World, Actor, Command, tuple[Record, ...]]]:
        """(the world before, who, what, its records); refused commands are counted only."""
        for _ in range(count):
            self.now += self.chooser.random.randint(0, 20_000)
            kind_of_system = self.chooser.random.random() < 0.05
            by = SYSTEM if kind_of_system else self.chooser.actor(self.world)
            maker = self.chooser.random.choice(SYSTEMS) if kind_of_system else None
            command = (
                MAKERS[maker](self.chooser, self.world.state, by, self.now)
                if maker
                else self.chooser.command(self.world, by, self.now)
            )
            before = self.world
            records = self.give(by, command)
            if records is not None:
                yield before, by, command, records
