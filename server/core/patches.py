"""Differences between what an audience saw and what it may see now: whole entities set, keys gone."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from server.core.entities import Entity
from server.core.scenes import Scene
from server.core.views import SECTIONS, Section


class Patch(Struct, frozen=True):
    """`set`: new or changed entities by key. `gone`: keys that are no more (or not for this audience)."""

    set: dict[str, Entity]
    gone: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.set or self.gone)


def diff(before: Mapping[str, Entity], after: Mapping[str, Entity]) -> Patch:
    changed = {key: entity for key, entity in after.items() if (old := before.get(key)) is not entity and old != entity}
    return Patch(changed, tuple(key for key in before if key not in after))


def apply(view: Mapping[str, Entity], patch: Patch) -> dict[str, Entity]:
    """What every client does."""
    gone = frozenset(patch.gone)
    return {**{key: entity for key, entity in view.items() if key not in gone}, **patch.set}


class Projection:
    """A shared audience's view, kept up to date. `advance` gives the same patch as projecting afresh and diffing would
    (a test compares them for every command), but looks only at objects that are no longer the same object.
    """

    def __init__(self, audience: str, seen: Scene) -> None:
        self.audience = audience
        self.view: dict[str, Entity] = {}
        self._sections = [section for section in SECTIONS if audience in section.audiences]
        self._sources: dict[str, Mapping[str, Any]] = {}
        self._contexts: dict[str, tuple[object, ...]] = {}
        self.advance(seen)

    def advance(self, seen: Scene) -> Patch:
        changed: dict[str, Entity] = {}
        gone: list[str] = []
        for section in self._sections:
            self._advance_section(section, seen, changed, gone)
        return Patch(changed, tuple(gone))

    def _advance_section(self, section: Section, seen: Scene, changed: dict[str, Entity], gone: list[str]) -> None:
        kind, source, context = section.kind, section.source(seen), section.context(seen.world)
        old_source, old_context = self._sources.get(kind, {}), self._contexts.get(kind)
        same_context = old_context is not None and all(a is b for a, b in zip(context, old_context, strict=True))
        if same_context and source is old_source:
            return
        self._sources[kind], self._contexts[kind] = source, context
        for object_id, thing in source.items():
            if same_context and old_source.get(object_id) is thing:
                continue
            key = f"{kind}:{object_id}"
            entity, old = section.make(seen.world, self.audience, thing), self.view.get(key)
            if entity is None:
                if old is not None:
                    del self.view[key]
                    gone.append(key)
            elif entity != old:
                self.view[key] = changed[key] = entity
        for object_id in old_source:
            if object_id not in source and self.view.pop(f"{kind}:{object_id}", None) is not None:
                gone.append(f"{kind}:{object_id}")
