"""What a session shows: a stream for each shared audience and one for each person, kept level with its world."""

from server.core.audiences import SHARED, person_audience
from server.core.decider import World
from server.core.entities import Entity
from server.core.own_views import own_entities, touched_people
from server.core.patches import Projection, diff
from server.core.scenes import scene
from server.hub.connection import Connection
from server.hub.streams import Stream


class Audiences:
    """`streams`: the shared ones, by audience. A stream nobody listens to is left alone until somebody does."""

    def __init__(self, world: World) -> None:
        self._scene = scene(world)
        self._projections = {audience: Projection(audience, self._scene) for audience in SHARED}
        self.streams = {audience: Stream(audience, p.view) for audience, p in self._projections.items()}
        self._overlays: dict[str, Stream] = {}

    def stream(self, name: str, person: str) -> Stream:
        """A shared stream, or the person's own, up to date."""
        return self._shared(name) if name in self.streams else self._overlay(person)

    def show(self, before: World, world: World) -> None:
        """Tell all who listen what has changed for them."""
        self._scene = scene(world, self._scene)
        for audience, shared in self.streams.items():
            if shared.subscribers:
                self._shared(audience)
        for person in touched_people(before, world):
            stream = self._overlays.get(person)
            if stream is not None and stream.subscribers:
                _advance(stream, own_entities(self._scene, person))

    def forget_past(self) -> None:
        """Somebody was erased: what was told before is told to nobody again."""
        for stream in (*self.streams.values(), *self._overlays.values()):
            stream.forget()

    def forget(self, connection: Connection) -> None:
        for name in connection.streams:
            stream = self.streams.get(name) or self._overlays.get(connection.actor.person)
            if stream is not None:
                stream.subscribers.discard(connection)

    def _shared(self, audience: str) -> Stream:
        stream = self.streams[audience]
        stream.publish(self._projections[audience].advance(self._scene))
        return stream

    def _overlay(self, person: str) -> Stream:
        fresh = own_entities(self._scene, person)
        stream = self._overlays.get(person)
        if stream is None:
            stream = self._overlays[person] = Stream(person_audience(person), fresh)
        else:
            _advance(stream, fresh)
        return stream


def _advance(stream: Stream, fresh: dict[str, Entity]) -> None:
    patch = diff(stream.view, fresh)
    stream.view = fresh
    stream.publish(patch)
