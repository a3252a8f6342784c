"""A facilitator in each room who plays a whole plan: each step in agenda order, with timers, reveals, groups and rounds."""

import asyncio
import random
from itertools import groupby

from msgspec import Struct

from server.core.agenda import OpenStep, SetWall, StartSession
from server.core.boards import SetBoardHidden, SetBoardLocked
from server.core.entities import GroupEntity, NoteEntity, ParticipationEntity, PersonEntity
from server.core.groups import GroupNotes, RenameGroup
from server.core.notes import MoveNote, TranslateNote
from server.core.plan import Activity, LiveWindow, Pause, Sorting, Voting, Welcome, Writing
from server.core.timers import ExtendTimer, PauseTimer, ResumeTimer, StartTimer
from server.core.voting import CloseRound, ShowRound, StartRound
from server.protocol import ClientCommand
from server.rehearsal.client import Answer, Client, new_id
from server.rehearsal.texts import free_title, translation_of
from server.rehearsal.waiting import until

# No faster than this, whatever the speed: the server takes 10 messages a second from one line.
BREATH_S = 0.12
TRANSLATING_S = 0.7
# Nobody goes on from an empty board; whatever the speed: on a slow machine the crowd has not come to writing yet.
FIRST_NOTE_S = 30.0
TIMER_MIN_MS, TIMER_MAX_MS = 10_000, 8 * 3_600_000


class Pace(Struct, frozen=True, kw_only=True):
    """Seconds a step takes, before `speed`. `patience`: a step waits so many times longer until everyone is done."""

    welcome: float = 12
    live: float = 14
    writing: float = 60
    sorting: float = 45
    voting: float = 40
    between: float = 9
    patience: float = 2

    def of(self, step: Activity) -> float:
        match step:
            case Welcome():
                return self.welcome
            case LiveWindow():
                return self.live
            case Writing():
                return self.writing
            case Sorting():
                return self.sorting
            case Voting():
                return self.voting
            case _:
                return self.between


class Script:
    """`hands`: a facilitator's client for each room that has one. `skipped`: steps in rooms without one.

    `translated`: whether facilitators add the other line to notes they know.
    """

    def __init__(self, hands: dict[str, Client], speed: float, pace: Pace, translated: bool = True) -> None:
        self.skipped: list[str] = []
        self.refused: list[str] = []
        self.opened: list[str] = []
        self._hands = hands
        self._speed = speed
        self._pace = pace
        self._translated = translated
        self._rng = random.Random(7)

    async def play(self) -> None:
        """From the first step to the last."""
        await asyncio.gather(*(hand.live.wait() for hand in self._hands.values()))
        first = next(iter(self._hands.values()))
        await self._give(first, StartSession())
        for joint, steps in groupby(first.view.agenda(), key=lambda step: step.joint):
            if joint:
                for step in steps:
                    await self._step(first, step, step.rooms)
            else:
                await self._apart(list(steps))

    async def _apart(self, steps: list[Activity]) -> None:
        """Each room goes through its own steps by itself."""
        rooms = dict.fromkeys(room for step in steps for room in step.rooms)

        async def one(room: str) -> None:
            for step in steps:
                if room in step.rooms:
                    hand = self._hands.get(room)
                    if hand is None:
                        self.skipped.append(step.id)
                    else:
                        await self._step(hand, step, (room,))

        await asyncio.gather(*(one(room) for room in rooms))

    async def _step(self, hand: Client, step: Activity, rooms: tuple[str, ...]) -> None:
        seconds = self._pace.of(step) / self._speed
        if (await self._give(hand, OpenStep(step.id, rooms))).ok:
            self.opened.append(step.id)
        if getattr(step, "timer_ms", 0):
            await self._give(hand, StartTimer(rooms, _timer_ms(seconds)))
        match step:
            case Writing():
                await self._writing(hand, step, rooms, seconds)
            case Sorting():
                await self._sorting(hand, step, seconds)
            case Voting():
                await self._voting(hand, step, rooms, seconds)
            case Pause():
                await self._pausing(hand, rooms, seconds)
            case _:
                await asyncio.sleep(seconds)

    async def _writing(self, hand: Client, step: Writing, rooms: tuple[str, ...], seconds: float) -> None:
        """Hidden notes are revealed when most is written; at the end the board is locked for a moment."""
        board = hand.view.board(step.board)
        hidden = board is not None and board.hidden
        await self._translating(hand, step.board, seconds * (0.7 if hidden else 0.6))
        await self._give(hand, ExtendTimer(rooms, 60_000))
        await self._all_done(hand, step, rooms, seconds * self._pace.patience)
        if hidden:
            await self._give(hand, SetBoardHidden(step.board, False))
        await until(lambda: bool(_loose(hand, step.board)), FIRST_NOTE_S)
        await self._translating(hand, step.board, seconds * 0.3)
        await self._give(hand, SetBoardLocked(step.board, True))
        await self._give(hand, SetBoardLocked(step.board, False))

    async def _sorting(self, hand: Client, step: Sorting, seconds: float) -> None:
        """Each column gets a group or two, with a title in both languages; a straggler is moved."""
        board = hand.view.board(step.board)
        assert board is not None
        if board.hidden:
            await self._give(hand, SetBoardHidden(step.board, False))
        acts = 2 * len(board.columns)
        for number in range(acts):
            column = board.columns[number % len(board.columns)].id
            loose = [note.id for note in _loose(hand, step.board) if note.column == column]
            if len(loose) >= 2:
                await self._group(hand, step.board, self._rng.sample(loose, min(len(loose), self._rng.randint(2, 4))))
            await self._translating(hand, step.board, seconds / acts * 0.7)
        groups = [group for group in hand.view.all(GroupEntity) if group.board == step.board]
        loose = [note.id for note in _loose(hand, step.board)]
        if groups and loose:
            group = self._rng.choice(groups)
            await self._give(hand, MoveNote(self._rng.choice(loose), group.column, group.id))
        await asyncio.sleep(seconds * 0.3)

    async def _group(self, hand: Client, board: str, notes: list[str]) -> None:
        taken = {group.title for group in hand.view.all(GroupEntity) if group.board == board}
        group, (title, translation) = new_id(), free_title(taken, self._rng)
        if (await self._give(hand, GroupNotes(group, tuple(notes), title))).ok:
            await self._give(hand, RenameGroup(group, title, translation))

    async def _voting(self, hand: Client, step: Voting, rooms: tuple[str, ...], seconds: float) -> None:
        """Progress on the walls, then the result, long enough to be talked about."""
        await self._fill(hand, step)
        found = new_id()
        if not (await self._give(hand, StartRound(found, step.id))).ok:
            return
        await asyncio.sleep(seconds * 0.6)
        await self._all_done(hand, step, rooms, seconds * self._pace.patience)
        if (await self._give(hand, CloseRound(found))).ok:
            for room in rooms:
                if room in self._hands:
                    await self._give(self._hands[room], SetWall(room, "results", found))
            await self._give(hand, ShowRound(found, True))
            await asyncio.sleep(seconds * 0.4)

    async def _fill(self, hand: Client, step: Voting) -> None:
        """A vote needs something to choose from: chance may have left its columns empty."""
        notes = [note for note in hand.view.all(NoteEntity) if note.board == step.board and not note.archived]
        if step.columns and notes and not any(note.column in step.columns for note in notes):
            await self._give(hand, MoveNote(notes[0].id, step.columns[0]))

    async def _pausing(self, hand: Client, rooms: tuple[str, ...], seconds: float) -> None:
        """The timer is held and let go once, as when the soup is late."""
        await asyncio.sleep(seconds * 0.4)
        await self._give(hand, PauseTimer(rooms))
        await asyncio.sleep(seconds * 0.2)
        await self._give(hand, ResumeTimer(rooms))
        await asyncio.sleep(seconds * 0.4)

    async def _all_done(self, hand: Client, step: Activity, rooms: tuple[str, ...], most_s: float) -> None:
        """Until everyone who is here said "done"; the slow ones are not waited for for ever."""
        await until(lambda: self._everyone_done(hand, step, rooms), most_s)

    @staticmethod
    def _everyone_done(hand: Client, step: Activity, rooms: tuple[str, ...]) -> bool:
        found = hand.view.one(ParticipationEntity, f"participation:{step.id}")
        done = found.done if found is not None else {}
        return all(done.get(room, 0) >= _people(hand, room) for room in rooms)

    async def _translating(self, hand: Client, board: str, seconds: float) -> None:
        """While time passes, notes of our own texts get their other line."""
        until = asyncio.get_running_loop().time() + seconds
        tried: set[str] = set()
        while self._translated and asyncio.get_running_loop().time() < until:
            found = _untranslated(hand, board, tried)
            if found is None:
                break
            note, translation = found
            tried.add(note.id)
            await self._give(hand, TranslateNote(note.id, translation))
            await asyncio.sleep(TRANSLATING_S / self._speed)
        await asyncio.sleep(max(until - asyncio.get_running_loop().time(), 0))

    async def _give(self, hand: Client, command: ClientCommand) -> Answer:
        answer = await hand.give(command)
        if not answer.ok:
            self.refused.append(f"{type(command).__name__}: {answer.code}")
        await asyncio.sleep(BREATH_S)
        return answer


def _timer_ms(seconds: float) -> int:
    return min(max(int(seconds * 1000), TIMER_MIN_MS), TIMER_MAX_MS)


def _people(hand: Client, room: str) -> int:
    people = hand.view.all(PersonEntity)
    return sum(person.role == "participant" and person.room == room and not person.removed for person in people)


def _loose(hand: Client, board: str) -> list[NoteEntity]:
    notes = hand.view.all(NoteEntity)
    return [note for note in notes if note.board == board and note.group is None and not note.archived]


def _untranslated(hand: Client, board: str, tried: set[str]) -> tuple[NoteEntity, str] | None:
    """A note that shows one line only, and its other line."""
    for note in hand.view.all(NoteEntity):
        if note.board == board and not note.translation and note.id not in tried:
            translation = translation_of(note.text, note.language)
            if translation is not None:
                return note, translation
    return None
