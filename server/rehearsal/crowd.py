"""The whole rehearsal: people come in over a while, live through the steps, stop, and what they saw is verified."""

import asyncio
import random
from collections.abc import Iterable

from msgspec import Struct

from server.core.entities import RoomEntity
from server.core.ids import Language
from server.mistakes import Mistake
from server.rehearsal.client import Client
from server.rehearsal.deck import Deck, Text, built_in
from server.rehearsal.doorstep import Door, Refused, enter, rooms_behind
from server.rehearsal.participant import Participant
from server.rehearsal.stats import Stats
from server.rehearsal.texts import NAMES
from server.rehearsal.verify import verify, watch
from server.rehearsal.waiting import finished

KNOCKS = 5
ANSWERS_WITHIN_S = 30.0
LAST_STEP_S = 60.0


class Setting(Struct, frozen=True, kw_only=True):
    """`notes`: real ones, each written once; without them the built-in ones, anew in each step. `speed` divides all waiting.

    `joining_s`: how long it takes until all are in. `named`: the share who give a name.
    """

    people: int = 60
    speed: float = 10.0
    notes: tuple[Text, ...] = ()
    joining_s: float = 60.0
    named: float = 0.8
    drops: bool = True
    seed: int = 2021


class Crowd:
    def __init__(self, door: Door, setting: Setting) -> None:
        self.door = door
        self.setting = setting
        self.stats = Stats()
        self.people: list[Participant] = []
        self._rooms: list[str] = []
        self._rng = random.Random(setting.seed)
        self.deck = Deck(list(setting.notes) or built_in(), once=bool(setting.notes), rng=self._rng)
        self._lines: list[asyncio.Task[None]] = []
        self._doing: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Ask at the door which rooms there are, and let the first person in. Raises `Mistake` when it stays shut."""
        try:
            self._rooms = await rooms_behind(self.door)
            await self._join(self._rooms[0])
            async with asyncio.timeout(20):
                await self.people[0].client.live.wait()
            self.people[0].language = self._language(self._rooms[0])
        except Refused as no:
            raise Mistake(f"{self.door.base} does not let us in ({no}): check --session") from None
        except TimeoutError:
            raise Mistake(f"{self.door.base} lets us in but opens no WebSocket: check what stands between") from None
        except OSError as error:
            reason = error.strerror or error
            raise Mistake(f"{self.door.base} does not answer ({reason}): is the server running there?") from None

    async def join(self) -> None:
        """Everyone else, room by room in turn, over a while."""
        pause = self.setting.joining_s / self.setting.speed / max(self.setting.people, 1)
        for number in range(1, self.setting.people):
            await asyncio.sleep(pause)
            for knock in range(KNOCKS):
                try:
                    await self._join(self._rooms[number % len(self._rooms)])
                    break
                except (OSError, Refused):
                    if knock == KNOCKS - 1:
                        raise
                    await asyncio.sleep(0.5 * 2**knock)

    async def live(self) -> None:
        """Until the last step has been open for a while in every room, or until cancelled."""
        waited = 0.0
        while waited < LAST_STEP_S / self.setting.speed:
            await asyncio.sleep(0.5)
            waited = waited + 0.5 if self._at_last_step() else 0.0
            for task in self._doing:
                if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                    raise error

    async def rest(self) -> None:
        """Nobody begins anything new; what was begun gets its answer."""
        for task in self._doing:
            await finished(task)
        self._doing.clear()
        try:
            async with asyncio.timeout(ANSWERS_WITHIN_S):
                await asyncio.gather(*(person.rest() for person in self.people))
        except TimeoutError:
            pass  # `verify` names those who wait in vain

    async def verify(self, hands: Iterable[Client] = (), alone: bool = True) -> list[str]:
        """Every disagreement; see `verify`. `hands`: facilitators' clients of ours, compared as well."""
        return await verify(self.people, hands, self.stats, alone)

    async def close(self) -> None:
        for task in self._doing:
            await finished(task)
        for person in self.people:
            person.client.stop()
        for task in self._lines:
            await finished(task)

    async def _join(self, room: str) -> None:
        language = self._language(room)
        names = NAMES.get(language, NAMES["de"])
        name = names[len(self.people) // 2 % len(names)] if self._rng.random() < self.setting.named else ""
        person = await enter(self.door, room, name)
        client = Client(self.door, person, language, self.stats)
        client.on_change = watch(client, self.stats)
        found = Participant(client, language, self.deck, random.Random(self._rng.random()), self.setting.speed)
        if not self.setting.drops:
            found.drop_chance = 0.0
        self.people.append(found)
        self.stats.people = len(self.people)
        loop = asyncio.get_running_loop()
        self._lines.append(loop.create_task(client.run()))
        self._doing.append(loop.create_task(found.run()))

    def _language(self, room: str) -> Language:
        """The room's, as the first person's view has it; that person's own is not known at the door."""
        known = self.people[0].client.view.one(RoomEntity, f"room:{room}") if self.people else None
        language = known.plan.language if known is not None else "de"
        return "ru" if language == "ru" else "en" if language == "en" else "de"

    def _at_last_step(self) -> bool:
        view = self.people[0].client.view
        agenda = view.agenda()
        for room in view.rooms():
            steps = [step.id for step in agenda if room.id in step.rooms]
            stage = view.stage(room.id)
            if stage is None or not steps or stage.activity != steps[-1]:
                return False
        return True
