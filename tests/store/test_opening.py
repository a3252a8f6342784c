"""Which store the environment asks for."""

from pathlib import Path

import pytest

from server.errors import StoreError
from server.mistakes import Mistake
from server.store.opening import RedisAt, make_store, read_redis
from server.store.redis import RedisStore
from server.store.sqlite import SqliteStore


def test_without_a_redis_it_is_the_file() -> None:
    assert read_redis({}) is None
    assert read_redis({"REDIS_URL": "", "REDIS_REPLICAS": "1"}) is None
    assert isinstance(make_store(Path("lab.sqlite"), None), SqliteStore)


def test_a_redis_is_read_with_what_it_must_promise() -> None:
    read = read_redis({"REDIS_URL": "redis://h:1/2", "REDIS_REPLICAS": "2", "REDIS_ACCEPT_LOSS": "1"})
    assert read == RedisAt("redis://h:1/2", 2, True)
    assert read_redis({"REDIS_URL": "redis://h"}) == RedisAt("redis://h", 0, False)
    assert isinstance(make_store(Path("lab.sqlite"), read), RedisStore)


@pytest.mark.parametrize("wrong", [{"REDIS_REPLICAS": "one"}, {"REDIS_REPLICAS": "-1"}, {"REDIS_ACCEPT_LOSS": "maybe"}])
def test_what_is_not_understood_is_said(wrong: dict[str, str]) -> None:
    with pytest.raises(Mistake, match=next(iter(wrong))):
        read_redis({"REDIS_URL": "redis://h", **wrong})


@pytest.mark.parametrize("url", ["http://h:6379", "h:6379", "redis://h:port", "redis://h/?db=first"])
def test_an_address_that_is_none_is_said(url: str) -> None:
    with pytest.raises(StoreError, match="REDIS_URL does not do"):
        make_store(Path("lab.sqlite"), RedisAt(url))
