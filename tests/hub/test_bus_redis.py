"""The bus over a Redis that goes away, vanishes without a word, or is none."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from server.errors import StoreError
from server.hub.bus import Listed, Message
from server.hub.bus_redis import CHANNEL, RedisBus
from tests.hub.test_bus import until
from tests.ports import free_port
from tests.store.redis_server import RedisServer


async def test_redis_goes_and_comes_back_and_everyone_is_told_once(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server, capture_logs() as logs:
        here, there = RedisBus(server.url), RedisBus(server.url)
        heard: list[Message] = []
        missed: list[str] = []
        await here.open()
        await there.open()
        there.listen(heard.append, lambda: missed.append("there"))
        here.listen(lambda _: None, lambda: missed.append("here"))
        server.kill()
        here.publish(Listed("lost"))
        with pytest.raises(StoreError, match="cannot be reached"):
            await here.get("key")
        assert missed == []
        server.start()
        await until(lambda: sorted(missed) == ["here", "there"])
        here.publish(Listed("back"))
        await until(lambda: Listed("back") in heard)
        assert await here.get("key") is None
        assert sorted(missed) == ["here", "there"]
        await here.close()
        await there.close()
    assert [line["event"] for line in logs].count("bus_lost") == 2
    assert [line["event"] for line in logs].count("bus_back") == 2


async def test_a_line_that_is_silent_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the machine has vanished: no line ends by itself then."""
    monkeypatch.setattr("server.hub.bus_redis.PING_AFTER_S", 0.1)
    with RedisServer(tmp_path) as server:
        bus = RedisBus(server.url)
        missed: list[str] = []
        await bus.open()
        bus.listen(lambda _: None, lambda: missed.append("missed"))
        await asyncio.sleep(0.5)
        assert missed == [], "while Redis answers pings nothing was missed"
        assert server.process is not None
        server.ask("CLIENT", "PAUSE", 400, "ALL")
        await until(lambda: missed == ["missed"])
        await bus.close()


async def test_what_a_newer_release_says_is_passed_over(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        bus = RedisBus(server.url)
        heard: list[Message] = []
        await bus.open()
        bus.listen(heard.append, lambda: None)
        for said in (b'{"type":"Sung","by":"p1"}', b"{", b"\xff", b""):
            server.ask("PUBLISH", CHANNEL, said)
        bus.publish(Listed("p1"))
        await until(lambda: heard == [Listed("p1")])
        await bus.close()


async def test_without_redis_it_does_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.hub.bus_redis.ANSWER_S", 0.3)
    with pytest.raises(StoreError, match="listen"):
        await RedisBus(f"redis://127.0.0.1:{free_port()}/0").open()
