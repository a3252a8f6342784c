"""Every command once or more, in a world where somebody may give it and it changes something."""

from functools import cache

from msgspec import Struct

from server.core.agenda import OpenStep, SetPhones, SetWall, SetWallLanguage, StartSession
from server.core.boards import SetBoardHidden, SetBoardLocked
from server.core.decider import Command, World
from server.core.groups import DissolveGroup, GroupNotes, MoveGroup, RenameGroup, RestoreGroup
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
from server.core.link_ladder import FIRST_WAIT_MS, HoldBack, TellConnected, TryPicture
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
from server.core.people import ErasePerson, Join, RemovePerson, SetDone, SetName
from server.core.recording import AgreeToRecord, AskToRecord, TellRecording
from server.core.speakers import GiveWord, LowerHand, MoveHand, RaiseHand
from server.core.state import SYSTEM, Actor, Entrance
from server.core.timers import EndTimer, ExtendTimer, PauseTimer, ResumeTimer, StartTimer, StopTimer
from server.core.voting import CloseRound, PlaceDots, ShowRound, StartRound
from tests.core.worlds import (
    ALEX,
    ANNA,
    BORIS,
    BOTH,
    FKA,
    FKR,
    G1,
    I1,
    IKA,
    IKR,
    MIA,
    N1,
    N2,
    N3,
    N4,
    N5,
    NOW,
    PKA,
    PKR,
    R1,
    START,
    Step,
    after,
    opened,
)


class Case(Struct, frozen=True):
    """`by` may give `command` after `before`, at `at`."""

    command: Command
    by: Actor
    before: tuple[Step, ...] = ()
    at: int = NOW

    @property
    def world(self) -> World:
        return _world(self.before)


@cache
def _world(before: tuple[Step, ...]) -> World:
    return after(START, *before)


WRITTEN = (
    opened("write"),
    (ANNA, AddNote(N1, "write", "topics", "Bäume", "de")),
    (ALEX, AddNote(N2, "write", "topics", "Bänke", "de")),
    (BORIS, AddNote(N3, "write", "actors", "Вода", "ru")),
)
SECRET = (opened("write-secret"), (ANNA, AddNote(N4, "write-secret", "topics", "Leise", "de")))
WATCHED = (opened("write-watched"), (ANNA, AddNote(N5, "write-watched", "topics", "Leiser", "de")))
SORTING = (*WRITTEN, opened("sort"))
GROUPED = (*SORTING, (BORIS, GroupNotes(G1, (N1, N2), "Grün")))
VOTING = (*GROUPED, opened("vote"), (FKA, StartRound(R1, "vote")), (ANNA, PlaceDots(R1, G1, 1)))
VOTING_KA = (*GROUPED, opened("vote-ka", ("ka",)), (FKA, StartRound(R1, "vote-ka")))
COUNTED = (*VOTING, (FKA, CloseRound(R1)))
TICKING = ((FKA, StartTimer(BOTH, 60_000)),)
PAUSED = (*TICKING, (FKA, PauseTimer(BOTH)))
KA = ("ka",)
INVITED = ((FKA, InviteFacilitator(I1, "Mia")),)
LET_IN = (SYSTEM, Join("mia", "facilitator", "ka", "Mia", Entrance("ka")))
STATIONS = ((PKA, OfferStation("station000ka", True, True)), (PKR, OfferStation("station000kr", True, True)))
WARM = (*STATIONS, (FKA, SetReady("link", True)), (FKR, SetReady("link", True)))
LIVE = (*WARM, (FKA, GoLive("link")))
ASKED_TO_RECORD = (*LIVE, (FKA, AskToRecord("link")))
RECORDED = (*ASKED_TO_RECORD, (FKR, AgreeToRecord("link", True)))
HELD_BACK = (*LIVE, (PKA, HoldBack("link", "ka")))
H1, H2 = "hand000001", "hand000002"
HANDS = (opened("link"), (ANNA, RaiseHand(H1, "link", "Anna, Reihe 3")), (BORIS, RaiseHand(H2, "link", "Борис")))

HELD = (*LIVE, (IKA, TakeChannel("link", "ru")), (IKA, SetSpeaking("link", "ru", True)))
OFFERED = (*HELD, (IKR, TakeChannel("link", "ru")))

TOLD = TellCheck("link", "station000ka", True, "good", "good", "direct", ("udp", "tcp", "tls"), 2100, 84, 0)

CASES: dict[str, Case] = {
    "Join": Case(Join("mia", "participant", "ka", "Mia"), SYSTEM),
    "Join facilitator": Case(Join("mia", "facilitator", "kr", "Mia"), SYSTEM),
    "Join by an invitation": Case(Join("mia", "facilitator", "ka", "Mia", Entrance("ka", 0, I1)), SYSTEM, INVITED),
    "InviteFacilitator": Case(InviteFacilitator(I1, "Mia"), FKA),
    "InviteInterpreter": Case(InviteInterpreter(I1, "Ira"), FKA),
    "Join interpreter": Case(
        Join("ira", "interpreter", "ka", "Ira", Entrance("ka", 0, I1)), SYSTEM, ((FKA, InviteInterpreter(I1, "Ira")),)
    ),
    "RevokeInvitation": Case(RevokeInvitation(I1), FKA, INVITED),
    "RenewLink": Case(RenewLink("ka", "participant"), FKA),
    "RenewLink and remove": Case(RenewLink("ka", "facilitator", remove=True), FKA, (LET_IN,)),
    "RemovePerson who invited": Case(RemovePerson("mia"), FKA, (LET_IN, (MIA, InviteFacilitator(I1, "Otto")))),
    "SetName": Case(SetName("Neu"), ANNA, WRITTEN),
    "SetName of Anna": Case(SetName("Anke", "anna"), FKA, WRITTEN),
    "SetName to none": Case(SetName(""), ANNA, WRITTEN),
    "RemovePerson": Case(RemovePerson("anna"), FKA, (*VOTING, (ANNA, SetDone("vote", True)))),
    "ErasePerson": Case(ErasePerson("anna", False), ANNA, (*VOTING, (ANNA, SetDone("vote", True)))),
    "ErasePerson and notes": Case(ErasePerson("anna", True), ANNA, VOTING),
    "ErasePerson, secret": Case(ErasePerson("anna", True), ANNA, SECRET),
    "ErasePerson at their wish": Case(ErasePerson("anna", True), FKA, (*COUNTED, (FKA, ShowRound(R1, True)))),
    "ErasePerson, removed": Case(ErasePerson("gone", False), FKA),
    "SetDone": Case(SetDone("write", True), ANNA, WRITTEN),
    "SetDone of a vote": Case(SetDone("vote", True), ALEX, VOTING),
    "StartSession": Case(StartSession(), FKA, at=NOW + 1),
    "OpenStep": Case(OpenStep("sort", BOTH), FKA, (*WRITTEN, *TICKING)),
    "OpenStep in Karlsruhe": Case(OpenStep("sort", KA), FKA, WRITTEN),
    "OpenStep that hides": Case(OpenStep("write-secret", BOTH), FKR, WRITTEN),
    "SetPhones": Case(SetPhones("ka", "arrive"), FKA, WRITTEN),
    "SetWall": Case(SetWall("ka", "message", None, "Gleich"), FKA),
    "SetWall to results": Case(SetWall("ka", "results", R1), FKA, COUNTED),
    "SetWallLanguage": Case(SetWallLanguage("ka", "en"), FKA),
    "AddNote": Case(AddNote("note000009", "write", "topics", "Neu", "de"), ANNA, WRITTEN),
    "AddNote, secret": Case(AddNote("note000009", "write-secret", "topics", "Still", "de"), ALEX, SECRET),
    "AddNote, moderated": Case(AddNote("note000009", "write-watched", "topics", "Still", "de"), BORIS, WATCHED),
    "EditNote": Case(EditNote(N1, "Büsche"), ANNA, WRITTEN),
    "EditNote, secret": Case(EditNote(N4, "Büsche"), ANNA, SECRET),
    "EditNote, moderated": Case(EditNote(N5, "Büsche"), FKA, WATCHED),
    "TranslateNote": Case(TranslateNote(N1, "Деревья"), FKA, WRITTEN),
    "WithdrawNote": Case(WithdrawNote(N1), ANNA, WRITTEN),
    "WithdrawNote, secret": Case(WithdrawNote(N4), ANNA, SECRET),
    "ArchiveNote": Case(ArchiveNote(N1), FKA, GROUPED),
    "RestoreNote withdrawn": Case(RestoreNote(N1), ANNA, (*WRITTEN, (ANNA, WithdrawNote(N1)))),
    "RestoreNote archived": Case(RestoreNote(N1), FKA, (*GROUPED, (FKA, ArchiveNote(N1)))),
    "MoveNote": Case(MoveNote(N1, "actors", None, N3), ANNA, SORTING),
    "MoveNote into a group": Case(MoveNote(N3, "actors", G1), ANNA, GROUPED),
    "SetBoardHidden": Case(SetBoardHidden("ideas", True), FKA, GROUPED),
    "SetBoardHidden, shown": Case(SetBoardHidden("secret", False), FKA, SECRET),
    "SetBoardHidden, moderated": Case(SetBoardHidden("watched", False), FKA, WATCHED),
    "SetBoardLocked": Case(SetBoardLocked("ideas", True), FKA, GROUPED),
    "GroupNotes": Case(GroupNotes(G1, (N3, N1)), ANNA, SORTING),
    "RenameGroup": Case(RenameGroup(G1, "Wald", "Лес"), ANNA, GROUPED),
    "MoveGroup": Case(MoveGroup(G1, "actors", N3), ANNA, GROUPED),
    "DissolveGroup": Case(DissolveGroup(G1), ANNA, GROUPED),
    "RestoreGroup": Case(RestoreGroup(G1), ANNA, (*GROUPED, (ANNA, DissolveGroup(G1)))),
    "StartRound": Case(StartRound(R1, "vote"), FKA, GROUPED),
    "StartRound in Karlsruhe": Case(StartRound(R1, "vote-ka"), FKA, GROUPED),
    "PlaceDots": Case(PlaceDots(R1, N3, 1), ANNA, VOTING),
    "PlaceDots, the last": Case(PlaceDots(R1, G1, 2), ALEX, (*VOTING, (ALEX, PlaceDots(R1, N3, 1)))),
    "PlaceDots in Karlsruhe": Case(PlaceDots(R1, G1, 1), ALEX, VOTING_KA),
    "PlaceDots, taken away": Case(PlaceDots(R1, G1, 0), ANNA, VOTING),
    "CloseRound": Case(CloseRound(R1), FKA, VOTING),
    "CloseRound in Karlsruhe": Case(CloseRound(R1), FKA, VOTING_KA),
    "ShowRound": Case(ShowRound(R1, True), FKA, COUNTED),
    "ShowRound in Karlsruhe": Case(ShowRound(R1, True), FKA, (*VOTING_KA, (FKA, CloseRound(R1)))),
    "StartTimer": Case(StartTimer(KA, 60_000), FKA),
    "StartTimer in both": Case(StartTimer(BOTH, 60_000), FKA),
    "PauseTimer": Case(PauseTimer(KA), FKA, TICKING, NOW + 1000),
    "ResumeTimer": Case(ResumeTimer(KA), FKA, PAUSED, NOW + 1000),
    "ExtendTimer": Case(ExtendTimer(KA, 60_000), FKA, TICKING, NOW + 1000),
    "StopTimer": Case(StopTimer(KA), FKA, TICKING),
    "EndTimer": Case(EndTimer("ka", NOW + 60_000), SYSTEM, TICKING, NOW + 60_000),
    "OfferStation": Case(OfferStation("station000ka", True, False), PKA),
    "OfferStation, anew": Case(OfferStation("station001ka", True, True), PKA, LIVE),
    "WithdrawStation": Case(WithdrawStation("station000ka"), PKA, WARM),
    "WithdrawStation while live": Case(WithdrawStation("station000ka"), PKA, LIVE),
    "SetReady": Case(SetReady("link", True), FKA, STATIONS),
    "SetReady, the second": Case(SetReady("link", True), FKA, (*STATIONS, (FKR, SetReady("link", True)))),
    "GoLive": Case(GoLive("link"), FKA, WARM),
    "EndLink": Case(EndLink("link"), FKA, LIVE),
    "ShareLink": Case(ShareLink("link"), SYSTEM, LIVE),
    "TellConnected": Case(TellConnected("link", 1), PKA, LIVE),
    "HoldBack": Case(HoldBack("link", "ka"), PKA, LIVE),
    "TryPicture": Case(TryPicture("link", "ka"), PKA, HELD_BACK, NOW + FIRST_WAIT_MS),
    "RestartLink": Case(RestartLink("link", 1), PKA, LIVE),
    "SetHallMuted": Case(SetHallMuted("link", True), FKA, LIVE),
    "SetPicturePaused": Case(SetPicturePaused("link", True), FKA, LIVE),
    "EndLink with hands up": Case(EndLink("link"), FKA, (*HANDS, *LIVE)),
    "RaiseHand": Case(RaiseHand("hand000003", "link", "Alex"), ALEX, HANDS),
    "LowerHand": Case(LowerHand(H1), ANNA, HANDS),
    "GiveWord": Case(GiveWord(H2), FKA, (*HANDS, (FKR, GiveWord(H1)))),
    "MoveHand": Case(MoveHand(H2, H1), FKA, HANDS),
    "RemovePerson with a hand up": Case(RemovePerson("anna"), FKA, HANDS),
    "ErasePerson with a hand up": Case(ErasePerson("anna", False), ANNA, HANDS),
    "AskToMute": Case(AskToMute("link", True), FKA, LIVE),
    "SetLayout": Case(SetLayout("link", "board"), FKA, LIVE),
    "AskForCheck": Case(AskForCheck("link"), FKA, STATIONS),
    "AskToRecord": Case(AskToRecord("link"), FKA),
    "AgreeToRecord": Case(AgreeToRecord("link", True), FKR, ASKED_TO_RECORD),
    "AgreeToRecord, taken back": Case(AgreeToRecord("link", False), FKA, RECORDED),
    "TellRecording": Case(TellRecording("link", "away"), SYSTEM, RECORDED),
    "TellRecording, the end": Case(TellRecording("link", "full"), SYSTEM, RECORDED),
    "TellCheck": Case(TOLD, PKA, STATIONS),
    "TakeChannel": Case(TakeChannel("link", "ru"), IKA, LIVE),
    "TakeChannel, offering": Case(TakeChannel("link", "ru"), IKR, HELD),
    "HandOver": Case(HandOver("link", "ru"), IKA, OFFERED),
    "LeaveChannel": Case(LeaveChannel("link", "ru"), IKA, HELD),
    "LeaveChannel, offered": Case(LeaveChannel("link", "ru"), IKR, OFFERED),
    "SetSpeaking": Case(SetSpeaking("link", "ru", False), IKA, HELD),
    "SetHallSound": Case(SetHallSound("link", "ru"), FKR, LIVE),
    "GiveUpChannels": Case(GiveUpChannels("ika"), SYSTEM, OFFERED),
    "EndLink, interpreted": Case(EndLink("link"), FKA, OFFERED),
    "RemovePerson at a channel": Case(RemovePerson("ika"), FKA, OFFERED),
    "SetName of an interpreter": Case(SetName("Inga"), IKA, HELD),
}


def uncovered(commands: frozenset[type]) -> set[str]:
    """Commands for which there is no case."""
    return {kind.__name__ for kind in commands} - {type(case.command).__name__ for case in CASES.values()}
