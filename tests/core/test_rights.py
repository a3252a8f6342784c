"""Who may give which command (F5): every cell of this table, nobody by default."""

from typing import cast

import pytest
from msgspec import Struct

from server.core.decider import RIGHTS, Command, decide
from server.core.interpreting import GiveUpChannels
from server.core.links import ShareLink
from server.core.notes import AddNote
from server.core.people import Join
from server.core.recording import TellRecording
from server.core.state import SYSTEM, Actor
from server.core.timers import EndTimer
from server.errors import Code, Rejected
from server.protocol import ClientCommand
from tests.core.cases import CASES, uncovered
from tests.core.worlds import (
    ALEX,
    ANNA,
    BORIS,
    FKA,
    FKR,
    GONE,
    GONE_F,
    IKA,
    N1,
    NOW,
    PKA,
    START,
    STRANGER,
    context,
    given,
    opened,
)

ACTORS = {
    "anna": ANNA,
    "alex": ALEX,
    "boris": BORIS,
    "projector": PKA,
    "fka": FKA,
    "fkr": FKR,
    "gone": GONE,
    "gonef": GONE_F,
    "stranger": STRANGER,
    "system": SYSTEM,
    "ika": IKA,
}
MEANING = {
    "ok": None,
    "no": Code.NOT_ALLOWED,
    "room": Code.OTHER_ROOM,
    "gone": Code.REMOVED,
    "note?": Code.NOTE_UNKNOWN,
}

# Participants Anna (whose note it is), Alex and Boris (the other room), the facilitators of Karlsruhe and Krasnodar, a
# participant and a facilitator who were removed, somebody of another session, the server itself, and an interpreter.
TABLE = """
                            anna   alex   boris  projector  fka    fkr    gone   gonef  stranger  system  ika
Join                        no     no     no     no         no     no     no     no     no        ok      no
SetName                     ok     ok     ok     no         ok     ok     gone   gone   gone      no      ok
SetName of Anna             ok     no     no     no         ok     room   gone   gone   gone      no      no
InviteFacilitator           no     no     no     no         ok     ok     no     gone   no        no      no
InviteInterpreter           no     no     no     no         ok     ok     no     gone   no        no      no
RevokeInvitation            no     no     no     no         ok     room   no     gone   no        ok      no
RenewLink                   no     no     no     no         ok     room   no     gone   no        ok      no
RenewLink and remove        no     no     no     no         ok     room   no     gone   no        ok      no
RemovePerson                no     no     no     no         ok     room   no     gone   no        no      no
ErasePerson                 ok     no     no     no         ok     room   gone   gone   gone      no      no
ErasePerson, removed        no     no     no     no         ok     room   gone   gone   gone      no      no
SetDone                     ok     ok     ok     no         no     no     gone   no     gone      no      no
StartSession                no     no     no     no         ok     ok     no     gone   no        no      no
OpenStep                    no     no     no     no         ok     ok     no     gone   no        no      no
OpenStep in Karlsruhe       no     no     no     no         ok     room   no     gone   no        no      no
SetPhones                   no     no     no     no         ok     room   no     gone   no        no      no
SetWall                     no     no     no     no         ok     room   no     gone   no        no      no
SetWall to results          no     no     no     no         ok     room   no     gone   no        no      no
SetWallLanguage             no     no     no     no         ok     room   no     gone   no        no      no
AddNote                     ok     ok     ok     no         ok     ok     gone   gone   gone      no      no
EditNote                    ok     no     no     no         ok     ok     gone   gone   gone      no      no
EditNote, secret            ok     note?  note?  no         note?  note?  gone   gone   gone      no      no
EditNote, moderated         ok     note?  note?  no         ok     ok     gone   gone   gone      no      no
TranslateNote               no     no     no     no         ok     ok     no     gone   no        no      no
WithdrawNote                ok     no     no     no         no     no     gone   no     gone      no      no
WithdrawNote, secret        ok     note?  note?  no         no     no     gone   no     gone      no      no
ArchiveNote                 no     no     no     no         ok     ok     no     gone   no        no      no
RestoreNote withdrawn       ok     note?  note?  no         note?  note?  gone   gone   gone      no      no
RestoreNote archived        no     note?  note?  no         ok     ok     gone   gone   gone      no      no
MoveNote                    ok     ok     ok     no         ok     ok     gone   gone   gone      no      no
SetBoardHidden              no     no     no     no         ok     ok     no     gone   no        no      no
SetBoardLocked              no     no     no     no         ok     ok     no     gone   no        no      no
GroupNotes                  ok     ok     ok     no         ok     ok     gone   gone   gone      no      no
RenameGroup                 ok     ok     ok     no         ok     ok     gone   gone   gone      no      no
MoveGroup                   ok     ok     ok     no         ok     ok     gone   gone   gone      no      no
DissolveGroup               ok     ok     ok     no         ok     ok     gone   gone   gone      no      no
RestoreGroup                ok     ok     ok     no         ok     ok     gone   gone   gone      no      no
StartRound                  no     no     no     no         ok     ok     no     gone   no        no      no
StartRound in Karlsruhe     no     no     no     no         ok     room   no     gone   no        no      no
PlaceDots                   ok     ok     ok     no         no     no     gone   no     gone      no      no
PlaceDots in Karlsruhe      ok     ok     room   no         no     no     gone   no     gone      no      no
CloseRound                  no     no     no     no         ok     ok     no     gone   no        no      no
CloseRound in Karlsruhe     no     no     no     no         ok     room   no     gone   no        no      no
ShowRound                   no     no     no     no         ok     ok     no     gone   no        no      no
ShowRound in Karlsruhe      no     no     no     no         ok     room   no     gone   no        no      no
StartTimer                  no     no     no     no         ok     room   no     gone   no        no      no
StartTimer in both          no     no     no     no         ok     ok     no     gone   no        no      no
PauseTimer                  no     no     no     no         ok     room   no     gone   no        no      no
ResumeTimer                 no     no     no     no         ok     room   no     gone   no        no      no
ExtendTimer                 no     no     no     no         ok     room   no     gone   no        no      no
StopTimer                   no     no     no     no         ok     room   no     gone   no        no      no
EndTimer                    no     no     no     no         no     no     no     no     no        ok      no
OfferStation                no     no     no     ok         no     no     no     no     no        no      no
WithdrawStation             no     no     no     ok         no     no     no     no     no        no      no
RestartLink                 no     no     no     ok         no     no     no     no     no        no      no
TellConnected               no     no     no     ok         no     no     no     no     no        no      no
HoldBack                    no     no     no     ok         no     no     no     no     no        no      no
TryPicture                  no     no     no     ok         no     no     no     no     no        no      no
SetReady                    no     no     no     no         ok     ok     no     gone   no        no      no
GoLive                      no     no     no     no         ok     ok     no     gone   no        no      no
EndLink                     no     no     no     no         ok     ok     no     gone   no        no      no
SetHallMuted                no     no     no     no         ok     ok     no     gone   no        no      no
SetPicturePaused            no     no     no     no         ok     ok     no     gone   no        no      no
EndLink with hands up       no     no     no     no         ok     ok     no     gone   no        no      no
RaiseHand                   ok     ok     ok     no         no     no     gone   no     gone      no      no
LowerHand                   ok     no     no     no         ok     ok     gone   gone   gone      no      no
GiveWord                    no     no     no     no         ok     ok     no     gone   no        no      no
MoveHand                    no     no     no     no         ok     ok     no     gone   no        no      no
RemovePerson with a hand up no     no     no     no         ok     room   no     gone   no        no      no
ErasePerson with a hand up  ok     no     no     no         ok     room   gone   gone   gone      no      no
AskToMute                   no     no     no     no         ok     ok     no     gone   no        no      no
SetLayout                   no     no     no     no         ok     ok     no     gone   no        no      no
ShareLink                   no     no     no     no         no     no     no     no     no        ok      no
AskForCheck                 no     no     no     no         ok     ok     no     gone   no        no      no
TellCheck                   no     no     no     ok         no     no     no     no     no        no      no
TakeChannel                 no     no     no     no         no     no     no     no     no        no      ok
TakeChannel, offering       no     no     no     no         no     no     no     no     no        no      ok
HandOver                    no     no     no     no         no     no     no     no     no        no      ok
LeaveChannel                no     no     no     no         no     no     no     no     no        no      ok
SetSpeaking                 no     no     no     no         no     no     no     no     no        no      ok
SetHallSound                no     no     no     no         ok     ok     no     gone   no        no      no
GiveUpChannels              no     no     no     no         no     no     no     no     no        ok      no
EndLink, interpreted        no     no     no     no         ok     ok     no     gone   no        no      no
RemovePerson at a channel   no     no     no     no         ok     room   no     gone   no        no      no
SetName of an interpreter   ok     ok     ok     no         ok     ok     gone   gone   gone      no      ok
AskToRecord                 no     no     no     no         ok     ok     no     gone   no        no      no
AgreeToRecord               no     no     no     no         ok     ok     no     gone   no        no      no
AgreeToRecord, taken back   no     no     no     no         ok     ok     no     gone   no        no      no
TellRecording               no     no     no     no         no     no     no     no     no        ok      no
TellRecording, the end      no     no     no     no         no     no     no     no     no        ok      no
"""


def _cells() -> list[tuple[str, str, str]]:
    head, *rows = TABLE.strip("\n").splitlines()
    starts = [f"{head} ".index(f" {name} ") + 1 for name in ACTORS]
    return [
        (row[: starts[0]].strip(), name, row[start:].split()[0])
        for row in rows
        for name, start in zip(ACTORS, starts, strict=True)
    ]


CELLS = _cells()


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("case", dict.fromkeys(case for case, _, _ in CELLS))
def test_a_command_by_a_role_is_answered_as_the_table_says(case: str, actor: str) -> None:
    (expected,) = (cell for row, column, cell in CELLS if (row, column) == (case, actor))
    found = CASES[case]
    world, by = found.world, ACTORS[actor]
    answer: Code | None = None
    try:
        decide(world.state, found.command, context(world, by, found.command, found.at))
    except Rejected as no:
        answer = no.code
    assert answer == MEANING[expected]


def test_every_command_has_a_row() -> None:
    everything = frozenset((*ClientCommand.__args__, Join, EndTimer, ShareLink, GiveUpChannels, TellRecording))
    assert frozenset(RIGHTS) == everything
    assert uncovered(everything) == set()
    in_table = {type(CASES[case].command) for case, _, _ in CELLS}
    assert in_table == everything


class Unheard(Struct, frozen=True, tag=True):
    """A command somebody wrote and gave no rights to."""


@pytest.mark.parametrize("by", ACTORS.values(), ids=ACTORS)
def test_a_command_without_rights_is_nobodys(by: Actor) -> None:
    with pytest.raises(Rejected, match="not_allowed"):
        decide(START.state, cast(Command, Unheard()), context(START, by, AddNote(N1, "write", "topics", "x", "de")))


@pytest.mark.parametrize(
    "pretender",
    [Actor("anna", "facilitator", "ka"), Actor("anna", "participant", "kr"), Actor("fka", "participant", "ka")],
)
def test_a_role_or_room_the_person_does_not_have_is_refused(pretender: Actor) -> None:
    for case in CASES.values():
        given(*case.before).when(case.command, by=pretender, at=case.at).refused(Code.NOT_ALLOWED)


def test_nobody_can_pass_for_the_system() -> None:
    pretender = Actor("anna", "system", "ka")
    given(opened("write")).when(Join("mia", "facilitator", "ka"), by=pretender).refused(Code.NOT_ALLOWED)
    unknown = Actor("mia", "system", "")
    given(opened("write")).when(Join("mia", "facilitator", "ka"), by=unknown, at=NOW).refused(Code.REMOVED)
