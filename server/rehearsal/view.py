"""What one client has been told: its streams' entities and numbers, with the questions people ask of them."""

from collections.abc import Iterator
from typing import TypeVar

from server.core.entities import (
    ActivityEntity,
    BallotEntity,
    BoardEntity,
    Entity,
    OwnNoteEntity,
    RoomEntity,
    RoundEntity,
    StageEntity,
)
from server.core.plan import Activity
from server.protocol import PatchMessage, Snapshot

_E = TypeVar("_E")


class View:
    """`epoch` and `numbers` are the resume token. `streams`: what each stream adds up to, by key "kind:id"."""

    def __init__(self) -> None:
        self.epoch: str | None = None
        self.numbers: dict[str, int] = {}
        self.streams: dict[str, dict[str, Entity]] = {}

    def begin(self, epoch: str) -> None:
        """Numbers of another epoch say nothing here."""
        if epoch != self.epoch:
            self.epoch, self.numbers, self.streams = epoch, {}, {}

    def restart(self, snapshot: Snapshot) -> None:
        self.streams[snapshot.stream] = dict(snapshot.entities)
        self.numbers[snapshot.stream] = snapshot.n

    def patch(self, patch: PatchMessage) -> bool:
        """False where the number does not follow: nothing is applied then."""
        if patch.n != self.numbers.get(patch.stream, -1) + 1:
            return False
        entities = self.streams[patch.stream]
        entities.update(patch.set)
        for key in patch.gone:
            entities.pop(key, None)
        self.numbers[patch.stream] = patch.n
        return True

    def one(self, kind: type[_E], key: str) -> _E | None:
        for entities in self.streams.values():
            found = entities.get(key)
            if isinstance(found, kind):
                return found
        return None

    def all(self, kind: type[_E]) -> Iterator[_E]:
        for entities in self.streams.values():
            for entity in entities.values():
                if isinstance(entity, kind):
                    yield entity

    def rooms(self) -> list[RoomEntity]:
        return sorted(self.all(RoomEntity), key=lambda room: room.place)

    def agenda(self) -> list[Activity]:
        return [entity.plan for entity in sorted(self.all(ActivityEntity), key=lambda entity: entity.place)]

    def stage(self, room: str) -> StageEntity | None:
        return self.one(StageEntity, f"stage:{room}")

    def step(self, room: str) -> Activity | None:
        """The step the room's phones are on."""
        stage = self.stage(room)
        entity = self.one(ActivityEntity, f"activity:{(stage.phones or stage.activity) if stage else None}")
        return entity.plan if entity else None

    def board(self, board_id: str) -> BoardEntity | None:
        return self.one(BoardEntity, f"board:{board_id}")

    def open_round(self, activity_id: str, room: str) -> RoundEntity | None:
        for found in self.all(RoundEntity):
            if found.activity == activity_id and found.status == "open" and room in found.rooms:
                return found
        return None

    def ballot(self, round_id: str) -> dict[str, int]:
        found = self.one(BallotEntity, f"ballot:{round_id}")
        return found.dots if found else {}

    def own_notes(self) -> dict[str, OwnNoteEntity]:
        return {note.id: note for note in self.all(OwnNoteEntity)}
