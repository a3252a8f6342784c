"""One event of every type, no field left at its default, and short ways to build what a store is given."""

from server.core.agenda import PhonesSet, SessionOpened, SessionStarted, StepOpened, WallLanguageSet, WallSet
from server.core.boards import BoardHidden, BoardLocked
from server.core.decider import Event
from server.core.groups import GroupDissolved, GroupFormed, GroupMoved, GroupRenamed, GroupRestored
from server.core.invitations import FacilitatorInvited, InvitationRevoked, LinkRenewed
from server.core.link_checks import LinkChecked
from server.core.link_state import Channel, Findings, Hand, Link, LinkCheck, Recording, Station
from server.core.links import LinkSet, StationSet
from server.core.notes import (
    NoteAdded,
    NoteArchived,
    NoteEdited,
    NoteMoved,
    NoteRestored,
    NoteTranslated,
    NoteWithdrawn,
)
from server.core.people import DoneSet, PersonErased, PersonJoined, PersonRemoved
from server.core.plan import (
    Activity,
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
from server.core.recording import RecordingAgreed, RecordingAsked, RecordingEnded, RecordingTroubled
from server.core.speakers import HandLowered, HandMoved, HandRaised, WordGiven
from server.core.state import Entrance, Group, Invitation, Note, Round, RoundItem, Timer, Wall
from server.core.timers import TimerEnded, TimerSet, TimerStopped
from server.core.voting import RoundClosed, RoundOpened, RoundShown
from server.store.base import Commit, Receipt, SessionRow, Write

AT = 1_780_000_000_000


def _text(word: str) -> dict[str, str]:
    return {"de": word, "ru": f"{word} по-русски", "en": f"{word}, in English"}


_ROOMS = ("berlin", "moskau")
ACTIVITIES: tuple[Activity, ...] = (
    Welcome(id="welcome", title=_text("Ankommen"), rooms=_ROOMS, day=1, starts_at=AT, duration_ms=1, wall="join"),
    Writing(
        id="ideas",
        title=_text("Ideen"),
        instruction=_text("Schreibt"),
        rooms=_ROOMS,
        day=1,
        starts_at=AT,
        duration_ms=2,
        board="city",
        columns=("more",),
        hidden=True,
        timer_ms=600_000,
    ),
    Sorting(
        id="sort",
        title=_text("Ordnen"),
        rooms=_ROOMS,
        day=1,
        starts_at=AT,
        duration_ms=3,
        board="city",
        participants=True,
    ),
    Voting(
        id="vote",
        title=_text("Punkten"),
        rooms=_ROOMS,
        day=2,
        starts_at=AT,
        duration_ms=4,
        board="city",
        columns=("more",),
        dots=3,
        max_per_item=2,
    ),
    LiveWindow(
        id="link",
        title=_text("Gruß"),
        rooms=_ROOMS,
        day=2,
        starts_at=AT,
        duration_ms=5,
        telephone="+49 30 0",
        channels=("de", "ru"),
    ),
    Pause(id="pause", title=_text("Pause"), rooms=("berlin",), day=2, starts_at=AT, duration_ms=6, timer_ms=1),
    Instruction(id="walk", title=_text("Rundgang"), rooms=("moskau",), day=2, starts_at=AT, duration_ms=7, timer_ms=2),
)
PLAN = Plan(
    slug="twin",
    title=_text("Zwei Städte"),
    first_day="2026-06-01",
    days=2,
    rooms=(
        RoomPlan(
            id="berlin",
            name=_text("Berlin"),
            mark="BE",
            mark_by_language={"ru": "БЕ"},
            time_zone="Europe/Berlin",
            language="de",
            colours=Colours("#112233", "#ddeeff", "#000000"),
            dot="square",
            welcome=_text("Willkommen"),
        ),
    ),
    boards=(
        BoardPlan("city", _text("Stadt"), (Column("more", _text("Mehr")), Column("less", _text("Weniger"))), True),
    ),
    activities=ACTIVITIES,
    subtitle=_text("Werkstatt"),
)
NOTE = Note(
    id="note000001",
    author="anna",
    room="berlin",
    board="city",
    activity="ideas",
    column="more",
    group="group00001",
    rank="0001",
    text='Bäume & "Bänke"\n\U0001f333 \u2028 деревья',
    language="de",
    translation="Trees",
    status="archived",
    written_at=AT,
    edited_at=AT + 1,
)
ROUND = Round(
    id="round00001",
    activity="vote",
    board="city",
    number=2,
    rooms=_ROOMS,
    dots=3,
    max_per_item=2,
    items=(RoundItem("group00001", "group", "Grün", "Зелень", "more", _ROOMS, 4),),
    opened_at=AT,
    status="closed",
    shown=True,
    closed_at=AT + 1,
    tally={"group00001": {"berlin": 2, "moskau": 1}},
    voters={"berlin": 1, "moskau": 1},
)

EVENTS: tuple[Event, ...] = (
    SessionOpened("s1", PLAN, AT),
    SessionStarted("2026-06-01", -7_200_000),
    StepOpened("ideas", _ROOMS, AT, "city"),
    PhonesSet("berlin", "vote"),
    WallSet("berlin", Wall("message", "round00001", "Gleich geht es weiter")),
    WallLanguageSet("berlin", "ru"),
    PersonJoined("anna", "participant", "berlin", AT),
    PersonRemoved("anna"),
    PersonErased("anna", ("note000001",)),
    PersonJoined("mia", "facilitator", "ka", 1_780_732_800_000, Entrance("ka", invitation="invite0001")),
    FacilitatorInvited(Invitation("invite0001", "ka", "fka", 1_780_819_200_000)),
    InvitationRevoked("invite0001"),
    LinkRenewed("ka", "participant", 1),
    DoneSet("ideas", "anna", True),
    NoteAdded(NOTE),
    NoteEdited("note000001", "Mehr Bäume", AT),
    NoteTranslated("note000001", "Больше деревьев"),
    NoteWithdrawn("note000001"),
    NoteArchived("note000001"),
    NoteRestored("note000001"),
    NoteMoved("note000001", "less", "group00001", "0002"),
    BoardHidden("city", True),
    BoardLocked("city", True),
    GroupFormed(Group("group00001", "city", "more", "0003", "Grün", "Зелень", True, ("note000001",)), ("note000001",)),
    GroupRenamed("group00001", "Grüner", "Зеленее"),
    GroupMoved("group00001", "less", "0004"),
    GroupDissolved("group00001"),
    GroupRestored("group00001", ("note000001",)),
    RoundOpened(ROUND),
    RoundClosed("round00001", AT, {"group00001": {"berlin": 2}}, {"berlin": 1}),
    RoundShown("round00001", True),
    TimerSet(Timer("berlin", "paused", 600_000, AT, 1_000)),
    TimerEnded("berlin"),
    TimerStopped("berlin"),
    StationSet("berlin", Station("station001", "berlin", "wall", True, True)),
    LinkSet(Link("link", _ROOMS, "over", 2, ("berlin",), AT, AT + 1, ("moskau",), ("berlin",))),
    HandRaised(Hand("hand000001", "link", "anna", "berlin", "000001")),
    WordGiven("hand000001"),
    HandMoved("hand000001", "000002"),
    HandLowered("hand000001"),
    LinkChecked(LinkCheck("link", "berlin", AT, AT + 1, Findings(True, "good", "silent", "tcp", ("tcp",), 900, 80, 1))),
    LinkSet(
        Link(
            "link",
            _ROOMS,
            "live",
            3,
            _ROOMS,
            AT,
            asked=("moskau",),
            layouts={"berlin": "board"},
            channels={"ru": Channel("ira", "ilja", True)},
            sounds={"moskau": "ru"},
        )
    ),
    RecordingAsked("link", "berlin"),
    RecordingAgreed("link", "moskau", AT),
    RecordingTroubled("link", "away"),
    RecordingEnded("link", AT, "moskau", "full"),
    LinkSet(Link("link", _ROOMS, "over", 3, recording=Recording("berlin", _ROOMS, AT, AT + 1, "moskau", "full"))),
)


def row(session: str = "s1", created_at: int = AT) -> SessionRow:
    return SessionRow(session, _text("Zwei Städte"), "twin", created_at)


def commit(version: int, *events: Event, command_id: str | None = None) -> Commit:
    return Commit(version, AT + version, "anna", command_id, events or (NoteEdited("note000001", f"v{version}", AT),))


def commits(first: int, last: int) -> Write:
    """Commits first..last, each with its receipt."""
    numbers = range(first, last + 1)
    return Write(
        commits=tuple(commit(number, command_id=f"c{number}") for number in numbers),
        receipts=tuple(Receipt("anna", f"c{number}", None, at=AT) for number in numbers),
    )


def closing(version: int, round_id: str) -> Commit:
    return commit(version, RoundClosed(round_id, AT, {}, {}))
