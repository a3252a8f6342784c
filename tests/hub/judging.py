"""What must hold at the end of a simulated workshop, in words; no sentence is good."""

from collections.abc import Iterator

import msgspec

from server.core.notes import AddNote
from server.core.voting import PlaceDots
from server.hub.live_session import LiveSession
from server.hub.world import load_world
from server.protocol import encode
from tests.hub.simulation import SESSION, Phone, Run


async def judged(run: Run) -> list[str]:
    live = run.server.live
    assert live is not None
    faults: list[str] = []
    commits = (await run.store.load(SESSION)).commits
    if [commit.version for commit in commits] != list(range(1, len(commits) + 1)):
        faults.append("the log is not dense")
    fresh, _ = await load_world(run.store, SESSION)
    if encode(fresh.state) != encode(live.state):
        faults.append("the log does not fold to the state")
    for phone in run.phones:
        found = [*phone.faults, *_answers(run, live, phone), *_dots(live, phone), *_views(live, phone)]
        faults += [f"{phone.actor.person}: {sentence}" for sentence in found]
    return faults


def _answers(run: Run, live: LiveSession, phone: Phone) -> Iterator[str]:
    if phone.waiting:
        yield f"{len(phone.waiting)} commands were never answered"
    for command_id, (command, code) in phone.journal.items():
        if run.store.durable.get((phone.actor.person, command_id), "nothing") != code:
            yield f"{command_id} was answered {code}, which nobody kept"
        if isinstance(command, AddNote):
            note = live.state.notes.get(command.note_id)
            if code is None and note is None:
                yield "an acknowledged note is lost"
            if code == "note_exists" and note is not None and note.author == phone.actor.person:
                yield "a note arrived twice"


def _dots(live: LiveSession, phone: Phone) -> Iterator[str]:
    """The box of every open round against what this person was told it took."""
    given: dict[str, dict[str, int]] = {}
    for command, code in phone.journal.values():
        if isinstance(command, PlaceDots) and code is None:
            given.setdefault(command.round_id, {})[command.item_id] = command.dots
    for round_id, ballots in live.world.ballots.items():
        ballot = ballots.get(phone.actor.person, {})
        if sum(ballot.values()) > live.state.rounds[round_id].dots:
            yield "over budget"
        expected = {item: dots for item, dots in given.get(round_id, {}).items() if dots}
        if ballot != expected:
            yield f"{ballot} lies in the box, acknowledged was {expected}"


def _views(live: LiveSession, phone: Phone) -> Iterator[str]:
    if phone.closed:
        return  # shown out: it sees nothing any more
    for snapshot in live.snapshots(phone.actor):
        if phone.entities.get(snapshot.stream) != msgspec.json.decode(encode(snapshot.entities)):
            yield f"another view of {snapshot.stream}"
