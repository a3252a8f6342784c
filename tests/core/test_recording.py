"""Recording: off by default, with the word of both rooms only, and for as long as that holds."""

from server.core.link_state import Recording
from server.core.links import GO_AFTER_MS, EndLink, GoLive, SetReady
from server.core.recording import (
    AgreeToRecord,
    AskToRecord,
    RecordingAgreed,
    RecordingAsked,
    RecordingEnded,
    RecordingTroubled,
    TellRecording,
)
from server.core.state import SYSTEM
from server.errors import Code
from tests.core.cases import ASKED_TO_RECORD, LIVE, RECORDED, WARM
from tests.core.worlds import ANNA, BOTH, FKA, FKR, NOW, PKA, Outcome, given

GO = NOW + GO_AFTER_MS
ASK, AGREE, REFUSE = AskToRecord("link"), AgreeToRecord("link", True), AgreeToRecord("link", False)


def recording(outcome: Outcome) -> Recording | None:
    return outcome.world.state.links["link"].recording


def test_nothing_is_recorded_that_nobody_asked_for() -> None:
    live = given(*LIVE).when(GoLive("link"), by=FKR)
    assert recording(live) is None
    given(*LIVE).when(AGREE, by=FKA).nothing()
    given(*LIVE).when(REFUSE, by=FKA).nothing()


def test_who_asks_agrees_and_waits_for_the_other_room() -> None:
    asked = given(*LIVE).when(ASK, by=FKA)
    asked.then(RecordingAsked("link", "ka"))
    assert recording(asked) == Recording("ka", ("ka",))
    given(*ASKED_TO_RECORD).when(ASK, by=FKA).nothing()
    given(*ASKED_TO_RECORD).when(AGREE, by=FKA).nothing()


def test_with_both_rooms_agreed_and_live_it_runs() -> None:
    agreed = given(*ASKED_TO_RECORD).when(AGREE, by=FKR, at=GO + 5)
    agreed.then(RecordingAgreed("link", "kr", GO + 5))
    assert recording(agreed) == Recording("ka", BOTH, started_at=GO + 5)
    both_asked = given(*ASKED_TO_RECORD).when(ASK, by=FKR, at=GO + 5)
    assert recording(both_asked) == recording(agreed)


def test_agreed_to_before_it_begins_with_the_window() -> None:
    agreed = given(*WARM, (FKA, ASK)).when(AGREE, by=FKR)
    assert recording(agreed) == Recording("ka", BOTH)
    live = given(world=agreed.world).when(GoLive("link"), by=FKA)
    assert recording(live) == Recording("ka", BOTH, started_at=GO)


def test_a_room_that_refuses_ends_the_asking() -> None:
    refused = given(*ASKED_TO_RECORD).when(REFUSE, by=FKR)
    refused.then(RecordingEnded("link", NOW, "kr"))
    assert recording(refused) == Recording("ka", ended_at=NOW, ended_by="kr")
    given(world=refused.world).when(AGREE, by=FKR).nothing()


def test_either_room_takes_its_agreement_back_at_any_time_and_both_files_end() -> None:
    for by in (FKA, FKR):
        ended = given(*RECORDED).when(REFUSE, by=by, at=GO + 9)
        ended.then(RecordingEnded("link", GO + 9, by.room))
        assert recording(ended) == Recording("ka", (), GO, GO + 9, by.room)
        again = given(world=ended.world).when(ASK, by=FKR)
        assert recording(again) == Recording("kr", ("kr",))


def test_the_end_of_the_window_ends_it_and_the_next_time_is_asked_for_anew() -> None:
    over = given(*RECORDED).when(EndLink("link"), by=FKR, at=GO + 9)
    assert recording(over) == Recording("ka", (), GO, GO + 9)
    again = given(world=over.world).when(SetReady("link", True), by=FKA)
    again = given(world=again.world).when(SetReady("link", True), by=FKR)
    live = given(world=again.world).when(GoLive("link"), by=FKR)
    assert recording(live) == recording(over)
    unanswered = given(*ASKED_TO_RECORD).when(EndLink("link"), by=FKA)
    assert recording(unanswered) is None


def test_what_is_wrong_with_the_files_is_told_and_what_cannot_be_mended_ends_it() -> None:
    away = given(*RECORDED).when(TellRecording("link", "away"), by=SYSTEM)
    away.then(RecordingTroubled("link", "away"))
    given(world=away.world).when(TellRecording("link", "away"), by=SYSTEM).nothing()
    back = given(world=away.world).when(TellRecording("link", None), by=SYSTEM)
    back.then(RecordingTroubled("link", None))
    assert recording(back) == Recording("ka", BOTH, GO)
    full = given(*RECORDED).when(TellRecording("link", "full"), by=SYSTEM)
    full.then(RecordingEnded("link", NOW, trouble="full"))
    assert recording(full) == Recording("ka", (), GO, NOW, None, "full")
    given(world=full.world).when(TellRecording("link", "full"), by=SYSTEM).nothing()


def test_only_facilitators_of_the_rooms_ask_and_agree() -> None:
    for by in (ANNA, PKA, SYSTEM):
        given(*LIVE).when(ASK, by=by).refused(Code.NOT_ALLOWED)
        given(*RECORDED).when(REFUSE, by=by).refused(Code.NOT_ALLOWED)
    given(*LIVE).when(TellRecording("link", "full"), by=FKA).refused(Code.NOT_ALLOWED)
    given(*LIVE).when(AskToRecord("write"), by=FKA).refused(Code.ACTIVITY_UNKNOWN)
