"""The agenda and the stage: the calendar, steps of rooms, what phones and walls show."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from server.core.agenda import (
    OpenStep,
    PhonesSet,
    SessionStarted,
    SetPhones,
    SetWall,
    SetWallLanguage,
    StartSession,
    StepOpened,
    WallLanguageSet,
    WallSet,
)
from server.core.boards import SetBoardHidden
from server.core.groups import DissolveGroup, GroupNotes
from server.core.notes import AddNote
from server.core.plan import WallKind
from server.core.state import Stage, Wall
from server.core.timers import StartTimer
from server.core.voting import CloseRound, ShowRound, StartRound
from server.errors import Code
from tests.core.worlds import ANNA, BOTH, FKA, FKR, G1, N1, NOW, R1, START, given, opened

DAY = 86_400_000

WRITTEN = (opened("write"), (ANNA, AddNote(N1, "write", "topics", "Bäume", "de")))
GROUPED = (*WRITTEN, (FKA, GroupNotes(G1, (N1,))))
VOTING = (*WRITTEN, opened("vote"), (FKA, StartRound(R1, "vote")))
COUNTED = (*VOTING, (FKA, CloseRound(R1)))


# -- the calendar


def test_a_session_starts_now() -> None:
    given().when(StartSession(), by=FKA, at=NOW + 5000).then(SessionStarted("2026-06-06", 5000))


def test_a_session_starts_on_a_day_at_the_planned_hours() -> None:
    started = given().when(StartSession("2026-06-13"), by=FKA)
    started.then(SessionStarted("2026-06-13", 7 * DAY))
    assert (started.world.state.started, started.world.state.shift_ms) == ("2026-06-13", 7 * DAY)
    given(world=started.world).when(StartSession("2026-06-13"), by=FKR).nothing()


def test_the_hour_on_the_clock_is_kept_across_the_change_to_winter_time() -> None:
    (event,) = given().when(StartSession("2026-12-05"), by=FKA).records
    assert isinstance(event, SessionStarted)
    begins = datetime.fromtimestamp((NOW + event.shift_ms) / 1000, ZoneInfo("Europe/Berlin"))
    assert begins.strftime("%Y-%m-%d %H:%M") == "2026-12-05 10:00"


@pytest.mark.parametrize("written", ["20260613", "2026-W24-6"])
def test_a_day_is_kept_as_browsers_read_it_however_it_was_written(written: str) -> None:
    given().when(StartSession(written), by=FKA).then(SessionStarted("2026-06-13", 7 * DAY))


@pytest.mark.parametrize("day", ["", "13.6.2026", "2026-02-30", "9999-99-99", "heute", "2026-06-13T10:00", "\x00"])
def test_a_day_that_is_none_is_refused(day: str) -> None:
    given().when(StartSession(day), by=FKA).refused(Code.DATE_INVALID)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_there_is_break_nothing(day: str) -> None:
    given().when(StartSession(day), by=FKA).accepted()


# -- steps


def test_a_step_opens_in_both_rooms() -> None:
    outcome = given().when(OpenStep("write", ("kr", "ka")), by=FKR)
    outcome.then(StepOpened("write", BOTH, NOW))
    assert outcome.world.state.stages["kr"] == Stage("kr", "ru", "write", NOW)
    assert outcome.world.state.opened == {"write": BOTH}
    given(world=outcome.world).when(OpenStep("write", BOTH), by=FKA).nothing()


def test_only_the_room_that_is_elsewhere_moves() -> None:
    given(opened("write", ("ka",))).when(OpenStep("write", BOTH), by=FKR, at=NOW + 1).then(
        StepOpened("write", ("kr",), NOW + 1)
    )


def test_a_step_back_is_a_step_like_any_other() -> None:
    given(opened("write"), opened("sort")).when(OpenStep("write", BOTH), by=FKA).then(StepOpened("write", BOTH, NOW))


def test_a_step_that_is_not_there_or_not_for_the_room_is_refused() -> None:
    given().when(OpenStep("nothing", BOTH), by=FKA).refused(Code.ACTIVITY_UNKNOWN)
    given().when(OpenStep("write", ("xx",)), by=FKA).refused(Code.ROOM_UNKNOWN)
    given().when(OpenStep("write", ("kr",)), by=FKA).refused(Code.OTHER_ROOM)
    given().when(OpenStep("pause-ka", BOTH), by=FKA).refused(Code.OTHER_ROOM)
    given().when(OpenStep("pause-ka", ("kr",)), by=FKR).refused(Code.OTHER_ROOM)


def test_a_step_hides_its_board_the_first_time_it_opens_and_never_again() -> None:
    first = given().when(OpenStep("write-secret", ("ka",)), by=FKA)
    first.then(StepOpened("write-secret", ("ka",), NOW, "secret"))
    assert first.world.state.boards["secret"].hidden
    given(world=first.world).when(OpenStep("write-secret", ("kr",)), by=FKR).then(
        StepOpened("write-secret", ("kr",), NOW)
    )
    shown = given((FKA, SetBoardHidden("secret", False)), opened("sort"), world=first.world)
    back = shown.when(OpenStep("write-secret", ("ka",)), by=FKA)
    back.then(StepOpened("write-secret", ("ka",), NOW))
    assert not back.world.state.boards["secret"].hidden


def test_another_step_takes_the_rooms_timer_away_the_same_step_does_not() -> None:
    ticking = (opened("write"), (FKA, StartTimer(BOTH, 60_000)))
    assert set(given(*ticking).when(OpenStep("sort", ("ka",)), by=FKA).world.state.timers) == {"kr"}
    again = given(*ticking, (FKA, SetWall("ka", "black"))).when(OpenStep("write", BOTH), by=FKA)
    again.then(StepOpened("write", ("ka",), NOW))
    assert set(again.world.state.timers) == {"ka", "kr"}
    assert again.world.state.stages["ka"].wall == Wall()


# -- phones


def test_phones_go_to_another_step_and_back() -> None:
    elsewhere = given(opened("sort")).when(SetPhones("ka", "write"), by=FKA)
    elsewhere.then(PhonesSet("ka", "write"))
    assert elsewhere.world.state.stages["ka"].on_phones == "write"
    assert elsewhere.world.state.stages["kr"].on_phones == "sort"
    given(world=elsewhere.world).when(SetPhones("ka", "write"), by=FKA).nothing()
    given(world=elsewhere.world).when(SetPhones("ka", None), by=FKA).then(PhonesSet("ka", None))
    given(world=elsewhere.world).when(OpenStep("sort", ("ka",)), by=FKA).then(StepOpened("sort", ("ka",), NOW))


def test_phones_of_a_wrong_room_or_to_a_wrong_step_are_refused() -> None:
    given().when(SetPhones("xx", None), by=FKA).refused(Code.ROOM_UNKNOWN)
    given().when(SetPhones("kr", "write"), by=FKA).refused(Code.OTHER_ROOM)
    given().when(SetPhones("ka", "walk-kr"), by=FKA).refused(Code.ACTIVITY_UNKNOWN)
    given().when(SetPhones("ka", "nothing"), by=FKA).refused(Code.ACTIVITY_UNKNOWN)


# -- walls


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("auto", None),
        ("board", "ideas"),
        ("board", None),
        ("column", "actors"),
        ("group", G1),
        ("progress", None),
        ("timer", None),
        ("join", None),
        ("agenda", None),
        ("black", None),
        ("live", None),
    ],
)
def test_a_wall_shows_every_kind_of_thing(kind: WallKind, target: str | None) -> None:
    # Black before black and auto before the others, so that each is a change.
    before = given(*GROUPED, (FKA, SetWall("ka", "join" if kind != "join" else "black")))
    shown = before.when(SetWall("ka", kind, target), by=FKA)
    shown.then(WallSet("ka", Wall(kind, target)))
    given(world=shown.world).when(SetWall("ka", kind, target), by=FKA).nothing()


def test_a_message_on_a_wall_is_tidied_and_limited() -> None:
    given().when(SetWall("ka", "message", None, " Gleich \t weiter\n"), by=FKA).then(
        WallSet("ka", Wall("message", None, "Gleich weiter"))
    )
    given().when(SetWall("ka", "message", None, "\u200b"), by=FKA).refused(Code.TEXT_EMPTY)
    given().when(SetWall("ka", "message", None, "x" * 281), by=FKA).refused(Code.TEXT_TOO_LONG, limit=280)


def test_what_a_kind_does_not_ask_for_is_left_out() -> None:
    given().when(SetWall("ka", "black", "board", "Text"), by=FKA).then(WallSet("ka", Wall("black")))


@pytest.mark.parametrize(
    ("kind", "target", "code"),
    [
        ("board", "nothing", Code.BOARD_UNKNOWN),
        ("column", "nothing", Code.COLUMN_UNKNOWN),
        ("column", None, Code.COLUMN_UNKNOWN),
        ("group", G1, Code.GROUP_UNKNOWN),
        ("group", None, Code.GROUP_UNKNOWN),
        ("results", None, Code.ROUND_UNKNOWN),
        ("results", "round00009", Code.ROUND_UNKNOWN),
        ("results", R1, Code.ROUND_OPEN),
        ("progress", "round00009", Code.ROUND_UNKNOWN),
    ],
)
def test_a_wall_cannot_show_what_is_not_there(kind: WallKind, target: str | None, code: Code) -> None:
    dissolved = given(*VOTING, (FKA, GroupNotes(G1, (N1,))), (FKA, DissolveGroup(G1)))
    dissolved.when(SetWall("ka", kind, target), by=FKA).refused(code)


def test_the_other_rooms_wall_is_not_mine() -> None:
    given().when(SetWall("kr", "black"), by=FKA).refused(Code.OTHER_ROOM)
    given().when(SetWall("xx", "black"), by=FKA).refused(Code.ROOM_UNKNOWN)
    given().when(SetWallLanguage("kr", "en"), by=FKA).refused(Code.OTHER_ROOM)
    given().when(SetWallLanguage("xx", "en"), by=FKA).refused(Code.ROOM_UNKNOWN)


def test_results_on_a_wall_are_results_for_everyone() -> None:
    shown = given(*COUNTED).when(SetWall("kr", "results", R1), by=FKR)
    shown.then(WallSet("kr", Wall("results", R1)))
    assert shown.world.state.rounds[R1].shown
    given(world=shown.world).when(SetWall("kr", "results", R1), by=FKR).nothing()
    hidden = given((FKA, ShowRound(R1, False)), world=shown.world).when(SetWall("kr", "results", R1), by=FKR)
    hidden.then(WallSet("kr", Wall("results", R1)))
    assert hidden.world.state.rounds[R1].shown


def test_a_wall_speaks_another_language() -> None:
    assert START.state.stages["kr"].language == "ru"
    given().when(SetWallLanguage("kr", "en"), by=FKR).then(WallLanguageSet("kr", "en"))
    given().when(SetWallLanguage("kr", "ru"), by=FKR).nothing()
