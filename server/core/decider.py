"""The unions of all slices, and the three functions everything else stands on: decide, evolve, fold.

`decide(state, command, ctx)` gives records or raises `Rejected`; it never looks at a clock. `evolve` is total: it never
fails on a stored event. Rights come first and by default nobody has any: `RIGHTS` names who may give which command at all,
and each slice refines it (own note, own room, own step).
"""

from collections.abc import Iterable
from typing import TypeVar

from msgspec import Struct, structs

from server.core import (
    agenda,
    boards,
    groups,
    interpreting,
    invitations,
    link_checks,
    link_ladder,
    links,
    notes,
    people,
    recording,
    speakers,
    timers,
    voting,
)
from server.core.ids import Role
from server.core.plan import Plan
from server.core.state import SYSTEM, Ballots, Context, State
from server.errors import Code, Rejected

Command = (
    people.Command
    | invitations.Command
    | agenda.Command
    | boards.Command
    | notes.Command
    | groups.Command
    | voting.Command
    | timers.Command
    | links.Command
    | link_ladder.Command
    | speakers.Command
    | link_checks.Command
    | interpreting.Command
    | recording.Command
)
Event = (
    people.Event
    | invitations.Event
    | agenda.Event
    | boards.Event
    | notes.Event
    | groups.Event
    | voting.Event
    | timers.Event
    | links.Event
    | speakers.Event
    | link_checks.Event
    | recording.Event
)
Record = Event | people.NameSet | voting.DotsPlaced

_V = TypeVar("_V")

_PHONES: frozenset[Role] = frozenset({"participant"})
_FACILITATORS: frozenset[Role] = frozenset({"facilitator"})
_BOTH: frozenset[Role] = _PHONES | _FACILITATORS
_PROJECTORS: frozenset[Role] = frozenset({"projector"})
_INTERPRETERS: frozenset[Role] = frozenset({"interpreter"})
_SYSTEM: frozenset[Role] = frozenset({"system"})

RIGHTS: dict[type[Command], frozenset[Role]] = {
    people.Join: _SYSTEM,
    people.SetName: _BOTH | _INTERPRETERS,
    people.RemovePerson: _FACILITATORS,
    people.ErasePerson: _BOTH,
    people.SetDone: _PHONES,
    invitations.InviteFacilitator: _FACILITATORS,
    invitations.InviteInterpreter: _FACILITATORS,
    invitations.RevokeInvitation: _FACILITATORS | _SYSTEM,
    invitations.RenewLink: _FACILITATORS | _SYSTEM,
    agenda.StartSession: _FACILITATORS,
    agenda.OpenStep: _FACILITATORS,
    agenda.SetPhones: _FACILITATORS,
    agenda.SetWall: _FACILITATORS,
    agenda.SetWallLanguage: _FACILITATORS,
    notes.AddNote: _BOTH,
    notes.EditNote: _BOTH,
    notes.TranslateNote: _FACILITATORS,
    notes.WithdrawNote: _PHONES,
    notes.ArchiveNote: _FACILITATORS,
    notes.RestoreNote: _BOTH,
    notes.MoveNote: _BOTH,
    boards.SetBoardHidden: _FACILITATORS,
    boards.SetBoardLocked: _FACILITATORS,
    groups.GroupNotes: _BOTH,
    groups.RenameGroup: _BOTH,
    groups.MoveGroup: _BOTH,
    groups.DissolveGroup: _BOTH,
    groups.RestoreGroup: _BOTH,
    voting.StartRound: _FACILITATORS,
    voting.PlaceDots: _PHONES,
    voting.CloseRound: _FACILITATORS,
    voting.ShowRound: _FACILITATORS,
    timers.StartTimer: _FACILITATORS,
    timers.PauseTimer: _FACILITATORS,
    timers.ResumeTimer: _FACILITATORS,
    timers.ExtendTimer: _FACILITATORS,
    timers.StopTimer: _FACILITATORS,
    timers.EndTimer: _SYSTEM,
    links.OfferStation: _PROJECTORS,
    links.WithdrawStation: _PROJECTORS,
    links.RestartLink: _PROJECTORS,
    links.SetReady: _FACILITATORS,
    links.GoLive: _FACILITATORS,
    links.EndLink: _FACILITATORS,
    links.SetHallMuted: _FACILITATORS,
    links.SetPicturePaused: _FACILITATORS,
    links.AskToMute: _FACILITATORS,
    links.SetLayout: _FACILITATORS,
    links.ShareLink: _SYSTEM,
    link_ladder.TellConnected: _PROJECTORS,
    link_ladder.HoldBack: _PROJECTORS,
    link_ladder.TryPicture: _PROJECTORS,
    speakers.RaiseHand: _PHONES,
    speakers.LowerHand: _BOTH,
    speakers.GiveWord: _FACILITATORS,
    speakers.MoveHand: _FACILITATORS,
    link_checks.AskForCheck: _FACILITATORS,
    link_checks.TellCheck: _PROJECTORS,
    interpreting.TakeChannel: _INTERPRETERS,
    interpreting.HandOver: _INTERPRETERS,
    interpreting.LeaveChannel: _INTERPRETERS,
    interpreting.SetSpeaking: _INTERPRETERS,
    interpreting.SetHallSound: _FACILITATORS,
    interpreting.GiveUpChannels: _SYSTEM,
    recording.AskToRecord: _FACILITATORS,
    recording.AgreeToRecord: _FACILITATORS,
    recording.TellRecording: _SYSTEM,
}


class World(Struct, frozen=True):
    """The state with what is kept beside the log. `names`: by person id. `ballots`: by round id, of open rounds only."""

    state: State
    names: dict[str, str] = {}
    ballots: dict[str, Ballots] = {}


def open_session(session_id: str, plan: Plan, now: int) -> tuple[Event, ...]:
    """The first commit of a log."""
    return (agenda.SessionOpened(session_id, plan, now),)


def decide(state: State, command: Command, ctx: Context) -> tuple[Record, ...]:
    _check_right(state, command, ctx)
    if isinstance(command, people.Command):
        return people.decide(state, command, ctx)
    if isinstance(command, invitations.Command):
        return invitations.decide(state, command, ctx)
    if isinstance(command, agenda.Command):
        return agenda.decide(state, command, ctx)
    if isinstance(command, boards.Command):
        return boards.decide(state, command, ctx)
    if isinstance(command, groups.Command):
        return groups.decide(state, command, ctx)
    if isinstance(command, voting.Command):
        return voting.decide(state, command, ctx)
    if isinstance(command, timers.Command):
        return timers.decide(state, command, ctx)
    if isinstance(command, links.Command):
        return links.decide(state, command, ctx)
    if isinstance(command, speakers.Command):
        return speakers.decide(state, command, ctx)
    if isinstance(command, link_ladder.Command):
        return link_ladder.decide(state, command, ctx)
    if isinstance(command, link_checks.Command):
        return link_checks.decide(state, command, ctx)
    if isinstance(command, interpreting.Command):
        return interpreting.decide(state, command, ctx)
    if isinstance(command, recording.Command):
        return recording.decide(state, command, ctx)
    return notes.decide(state, command, ctx)


def _check_right(state: State, command: Command, ctx: Context) -> None:
    actor = ctx.actor
    if actor.role not in RIGHTS.get(type(command), frozenset()):
        raise Rejected(Code.NOT_ALLOWED)
    if actor == SYSTEM:
        return
    person = state.people.get(actor.person)
    if person is None or person.removed:
        raise Rejected(Code.ERASED if person is not None and person.erased else Code.REMOVED)
    if (person.role, person.room) != (actor.role, actor.room):
        raise Rejected(Code.NOT_ALLOWED)


def evolve(state: State, event: Event) -> State:
    if isinstance(event, people.Event):
        return people.evolve(state, event)
    if isinstance(event, invitations.Event):
        return invitations.evolve(state, event)
    if isinstance(event, agenda.Event):
        return agenda.evolve(state, event)
    if isinstance(event, boards.Event):
        return boards.evolve(state, event)
    if isinstance(event, groups.Event):
        return groups.evolve(state, event)
    if isinstance(event, voting.Event):
        return voting.evolve(state, event)
    if isinstance(event, timers.Event):
        return timers.evolve(state, event)
    if isinstance(event, links.Event):
        return links.evolve(state, event)
    if isinstance(event, speakers.Event):
        return speakers.evolve(state, event)
    if isinstance(event, link_checks.Event):
        return link_checks.evolve(state, event)
    if isinstance(event, recording.Event):
        return recording.evolve(state, event)
    return notes.evolve(state, event)


def evolve_world(world: World, record: Record) -> World:
    """One record onto the world: an event onto the state, a name or a ballot beside it. What an event erases goes from both."""
    match record:
        case people.NameSet(person_id, name):
            return structs.replace(world, names=_with(world.names, person_id, name))
        case voting.DotsPlaced(round_id, voter, item_id, dots):
            ballots = world.ballots.get(round_id, {})
            ballot = _with(ballots.get(voter, {}), item_id, dots)
            return structs.replace(world, ballots=_with(world.ballots, round_id, _with(ballots, voter, ballot)))
        case people.PersonErased(person_id):
            state, names = evolve(world.state, record), _with(world.names, person_id, "")
            return World(state, names, _without_voter(world.ballots, person_id))
        case voting.RoundClosed(round_id):
            return structs.replace(world, state=evolve(world.state, record), ballots=_with(world.ballots, round_id, {}))
        case _:
            return structs.replace(world, state=evolve(world.state, record))


def _with(known: dict[str, _V], key: str, value: _V) -> dict[str, _V]:
    """A name, a ballot or a count in its place; an empty one is none, as in every store."""
    others = {other: kept for other, kept in known.items() if other != key}
    return {**others, key: value} if value else others


def _without_voter(ballots: dict[str, Ballots], voter: str) -> dict[str, Ballots]:
    return {round_id: {v: ballot for v, ballot in kept.items() if v != voter} for round_id, kept in ballots.items()}


def fold(events: Iterable[Event]) -> State:
    """The state of a whole log. The first event must open the session."""
    state: State | None = None
    for event in events:
        if state is None:
            if not isinstance(event, agenda.SessionOpened):
                raise ValueError("a log starts with SessionOpened")
            state = agenda.opened(event)
        else:
            state = evolve(state, event)
    if state is None:
        raise ValueError("an empty log has no state")
    return state
