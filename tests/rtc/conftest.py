"""The live session of the hub's tests, here too."""

from tests.hub.conftest import clock, live, store

__all__ = ["clock", "live", "store"]
