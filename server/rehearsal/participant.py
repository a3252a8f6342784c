"""One simulated person with a phone: writes, edits, withdraws, sorts, votes, says done, loses the line and comes back."""

import asyncio
import random
from collections.abc import Coroutine
from typing import Any

from server.core.entities import GroupEntity, MeEntity, NoteEntity, RoundEntity
from server.core.groups import GroupNotes, RenameGroup
from server.core.ids import Language
from server.core.limits import LIMITS
from server.core.notes import AddNote, EditNote, MoveNote, RestoreNote, WithdrawNote
from server.core.people import SetDone
from server.core.plan import Sorting, Voting, Writing
from server.core.texts import clean
from server.core.voting import PlaceDots
from server.rehearsal.client import Client, new_id
from server.rehearsal.deck import Deck, Text
from server.rehearsal.journal import Journal, Written
from server.rehearsal.texts import AFTERTHOUGHT, free_title

THINK_S = 12.0
NOTES_EACH = (2, 5)
SORTING_ACTS = (1, 3)
DOTS_AT_ONCE = 2
DROP_CHANCE = 0.02
AWAY_S = (1.0, 15.0)


class Participant:
    """`speed` divides all waiting. `appetite` counts what is still to be done in each step."""

    def __init__(self, client: Client, language: Language, deck: Deck, rng: random.Random, speed: float) -> None:
        self.client = client
        self.journal = Journal()
        self.language = language
        self.notes_each = NOTES_EACH
        self.drop_chance = DROP_CHANCE
        self._deck = deck
        self._rng = rng
        self._speed = speed
        self._appetite: dict[str, int] = {}
        self._offline: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled. What was begun is finished by `rest`."""
        await self.client.live.wait()
        while self.client.stopped is None:
            await asyncio.sleep(self._rng.expovariate(self._speed / THINK_S))
            await asyncio.shield(self._keep(self._act()))

    async def rest(self) -> None:
        """Wait until what was begun has its answers."""
        if self._offline:
            await asyncio.wait(set(self._offline))

    def _keep(self, act: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(act)
        self._offline.add(task)
        task.add_done_callback(self._offline.discard)
        return task

    async def _act(self) -> None:
        view, room = self.client.view, self.client.room
        step = view.step(room)
        if self._rng.random() < self.drop_chance:
            self._lose_line(step)
            return
        match step:
            case Writing():
                await self._at_writing(step)
            case Sorting(participants=True):
                await self._at_sorting(step)
            case Voting():
                await self._at_voting(step)
            case None | Sorting():
                pass
            case _:
                await self._done(step.id)

    def _lose_line(self, step: object) -> None:
        """Half the phones notice, half do not; some go on writing meanwhile."""
        self.client.drop(self._rng.uniform(*AWAY_S) / self._speed, hard=self._rng.random() < 0.5)
        if isinstance(step, Writing):
            for _ in range(self._rng.randint(0, 2)):
                text = self._next_text(step)
                if text is not None:
                    self._keep(self._write(step, text))

    # -- writing

    def _left(self, step_id: str, most: tuple[int, int]) -> int:
        return self._appetite.setdefault(step_id, self._rng.randint(*most))

    def _next_text(self, step: Writing) -> Text | None:
        if self._left(step.id, self.notes_each) <= 0:
            return None
        text = self._deck.deal(step, self.client.view.agenda(), self.language)
        if text is not None:
            self._appetite[step.id] -= 1
        return text

    async def _at_writing(self, step: Writing) -> None:
        board = self.client.view.board(step.board)
        if board is None or board.locked:
            return
        chance = self._rng.random()
        mine = [i for i, note in self.journal.notes.items() if note.activity == step.id and not note.withdrawn]
        if mine and chance < 0.08:
            await self._edit(self._rng.choice(mine))
        elif mine and chance < 0.12:
            await self._withdraw(self._rng.choice(mine))
        else:
            text = self._next_text(step)
            if text is not None:
                await self._write(step, text)
            else:
                await self._done(step.id)

    async def _write(self, step: Writing, text: Text) -> None:
        board = self.client.view.board(step.board)
        assert board is not None
        note_id, column = new_id(), self._rng.choice(step.columns or tuple(column.id for column in board.columns))
        answer = await self.client.give(AddNote(note_id, step.id, column, text.text, text.language))
        if answer.ok:
            self.journal.notes[note_id] = Written(clean(text.text), text.language, step.id, step.board)
        else:
            self._appetite[step.id] += 1
            self._deck.give_back(step, text)

    async def _edit(self, note_id: str) -> None:
        note = self.journal.notes[note_id]
        afterthought = AFTERTHOUGHT[note.language]
        text = note.text + afterthought
        if note.text.endswith(afterthought) or len(text) > LIMITS.note_chars:
            return
        if (await self.client.give(EditNote(note_id, text))).ok:
            note.text = text

    async def _withdraw(self, note_id: str) -> None:
        """Most think better of it at once."""
        note = self.journal.notes[note_id]
        if (await self.client.give(WithdrawNote(note_id))).ok:
            note.withdrawn = True
            if self._rng.random() < 0.7 and (await self.client.give(RestoreNote(note_id))).ok:
                note.withdrawn = False

    # -- sorting

    async def _at_sorting(self, step: Sorting) -> None:
        board = self.client.view.board(step.board)
        if board is None or board.locked or board.hidden:
            return
        if self._left(step.id, SORTING_ACTS) <= 0:
            await self._done(step.id)
            return
        self._appetite[step.id] -= 1
        notes = [note for note in self.client.view.all(NoteEntity) if note.board == step.board and not note.archived]
        groups = [group for group in self.client.view.all(GroupEntity) if group.board == step.board]
        if not notes:
            return
        note = self._rng.choice(notes)
        chance = self._rng.random()
        if groups and chance < 0.45:
            group = self._rng.choice(groups)
            await self.client.give(MoveNote(note.id, group.column, group.id))
        elif len(groups) < 8 and chance < 0.8:
            await self._group(note, notes, {group.title for group in groups})
        else:
            await self.client.give(MoveNote(note.id, self._rng.choice(board.columns).id))

    async def _group(self, note: NoteEntity, notes: list[NoteEntity], taken: set[str]) -> None:
        near = [other.id for other in notes if other.column == note.column and other.group is None]
        members = dict.fromkeys([note.id, *self._rng.sample(near, min(2, len(near)))])
        group, (title, translation) = new_id(), free_title(taken, self._rng)
        if (await self.client.give(GroupNotes(group, tuple(members), title))).ok:
            await self.client.give(RenameGroup(group, title, translation))

    # -- voting, and being done

    async def _at_voting(self, step: Voting) -> None:
        found = self.client.view.open_round(step.id, self.client.room)
        if found is None:
            return
        for _ in range(DOTS_AT_ONCE):
            if not await self._place_one(found):
                await self._done(step.id)
                return

    async def _place_one(self, found: RoundEntity) -> bool:
        """A dot laid or taken back; False: all are spent."""
        ballot = self.client.view.ballot(found.id)
        spent = sum(ballot.values())
        if spent and self._rng.random() < 0.12:
            await self._place(found, self._rng.choice(list(ballot)), 0)
        elif spent < found.dots:
            # Early items draw more dots, as on a real wall.
            item = found.items[int(len(found.items) * self._rng.random() ** 2)]
            have = ballot.get(item.id, 0)
            if have < found.max_per_item:
                await self._place(found, item.id, have + 1)
        else:
            return False
        return True

    async def _place(self, found: RoundEntity, item: str, dots: int) -> None:
        if (await self.client.give(PlaceDots(found.id, item, dots))).ok:
            self.journal.dots.setdefault(found.id, {})[item] = dots

    async def _done(self, step_id: str) -> None:
        me = self.client.view.one(MeEntity, "me:me")
        if me is not None and step_id not in me.done:
            await self.client.give(SetDone(step_id, True))
