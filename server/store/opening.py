"""Which store a server works on: Redis, when the environment names one, else the SQLite file."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from server.mistakes import Mistake
from server.store.backup_door import ServedStore
from server.store.base import Store


class RedisAt(Struct, frozen=True):
    """REDIS_URL, REDIS_REPLICAS (how many must have a write before it is acknowledged) and REDIS_ACCEPT_LOSS."""

    url: str
    replicas: int = 0
    accept_loss: bool = False


def read_redis(environment: Mapping[str, str]) -> RedisAt | None:
    """None: no Redis is named. Raises `Mistake`."""
    url = environment.get("REDIS_URL", "")
    replicas = environment.get("REDIS_REPLICAS") or "0"
    accept = environment.get("REDIS_ACCEPT_LOSS") or "0"
    if not replicas.isascii() or not replicas.isdigit() or int(replicas) > 9:
        raise Mistake(f"REDIS_REPLICAS={replicas} is no number of replicas: use 0 to 9")
    if accept not in ("0", "1"):
        raise Mistake(f"REDIS_ACCEPT_LOSS={accept} is not understood: use 1 to accept, 0 not to")
    return RedisAt(url, int(replicas), accept == "1") if url else None


def make_store(database: Path, redis: RedisAt | None) -> Store:
    """Not opened yet. Raises `StoreError` for an address that is none."""
    if redis is None:
        return ServedStore(database)
    from server.store.redis import RedisStore  # takes a while, which nobody else need wait for

    return RedisStore(redis.url, redis.replicas, redis.accept_loss)


def read_place(place: str, environment: Mapping[str, str]) -> Store:
    """A store as the command line names it: sqlite:FILE, or Redis' address. Not opened yet. Raises `Mistake`."""
    kind, colon, path = place.partition(":")
    if kind == "sqlite" and path:
        return make_store(Path(path), None)
    if colon and kind in ("redis", "rediss", "unix"):
        at = read_redis({**environment, "REDIS_URL": place})
        return make_store(Path(), at)
    raise Mistake(f"{place} is no store: it is like sqlite:var/twin-city-lab.sqlite or redis://:PASSWORD@HOST:6379/0")
