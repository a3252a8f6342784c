"""A Redis that would lose data, or that is not ours, is refused with a sentence that says what to do."""

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from server.errors import NotSaved, StoreError
from server.store import redis_check, redis_line
from server.store.redis import RedisStore
from tests.ports import free_port
from tests.store.redis_server import RedisServer
from tests.store.samples import commits, row


async def opened(url: str, *, replicas: int = 0, accept_loss: bool = False) -> list[str]:
    """Open and close; the warnings."""
    with capture_logs() as logs:
        store = RedisStore(url, replicas, accept_loss, start_s=0.0)
        await store.open()
        await store.close()
    return [entry["reason"] for entry in logs]


async def refusal(url: str) -> str:
    with pytest.raises(StoreError) as refused:
        await opened(url)
    told = str(refused.value)
    assert told.endswith(".")
    return told


@contextmanager
def running(folder: Path, **options: str) -> Iterator[RedisServer]:
    with RedisServer(folder, **options) as server:
        yield server


async def test_a_redis_as_it_should_be_is_taken_without_a_word(redis_server: RedisServer) -> None:
    assert await opened(redis_server.url) == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"appendonly": "no"}, "keeps no append-only file, so a crash loses minutes: set appendonly yes"),
        (
            {"maxmemory_policy": "allkeys-lru"},
            "throws keys away when memory gets short: set maxmemory-policy noeviction",
        ),
        ({"appendfsync": "no"}, "leaves it to the system when its file is written: set appendfsync always"),
    ],
)
async def test_a_redis_that_would_lose_data_is_refused_unless_told_to_accept(
    tmp_path: Path, options: dict[str, str], told: str
) -> None:
    with running(tmp_path, **options) as server:
        assert f"{told}, or accept the loss with REDIS_ACCEPT_LOSS=1." in await refusal(server.url)
        (warning,) = await opened(server.url, accept_loss=True)
        assert told in warning


async def test_a_second_that_may_be_lost_is_told(tmp_path: Path) -> None:
    with running(tmp_path, appendfsync="everysec") as server:
        (warning,) = await opened(server.url)
        assert "a power cut loses up to that" in warning


async def test_settings_that_may_not_be_read_are_not_taken_for_good(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.ask("ACL", "SETUSER", "default", "-config")
        assert "does not tell how it writes its file: allow CONFIG GET" in await refusal(server.url)


async def test_a_replica_is_refused_and_a_primary_with_one_is_told(tmp_path: Path) -> None:
    with running(tmp_path) as server, server.replica(tmp_path) as replica:
        assert "is a replica and takes no writes: give the address of the primary" in await refusal(replica.url)
        server.followed()
        (warning,) = await opened(server.url)
        assert "set REDIS_REPLICAS=1" in warning
        assert await opened(server.url, replicas=1) == []


async def test_an_old_redis_is_refused(redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_check, "OLDEST", (99, 0))
    assert "install 7.0 or newer" in await refusal(redis_server.url)


async def test_a_wrong_password_is_refused_at_once_and_never_shown(tmp_path: Path) -> None:
    with running(tmp_path, requirepass="right-one") as server:
        address = f"127.0.0.1:{server.port}/0"
        for url in (f"redis://{address}", f"redis://:wrong-one@{address}", f"redis://nobody:wrong-one@{address}"):
            told = await refusal(url)
            assert f"Redis at redis://{address} refuses the user or the password" in told
            assert "wrong-one" not in told
        assert await opened(f"redis://:right-one@{address}") == []


async def test_a_redis_that_is_not_there_is_waited_for_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_line, "TOLD_EVERY_S", 0.0)
    url = f"redis://127.0.0.1:{free_port()}/0"
    store = RedisStore(url, start_s=1.0)
    with capture_logs() as logs, pytest.raises(StoreError, match="cannot be reached"):
        await store.open()
    assert len(logs) >= 2
    assert "start it, or correct REDIS_URL" in logs[0]["reason"]


async def test_a_redis_that_comes_later_is_found(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    store = RedisStore(server.url, start_s=20.0)
    opening = asyncio.create_task(store.open())
    await asyncio.sleep(0)
    try:
        await asyncio.to_thread(server.start)
        await opening
        await store.close()
    finally:
        server.kill()


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        (
            ("SET", "tcl:format", "something else"),
            "belong to another program: choose another database number in REDIS_URL",
        ),
        (("HSET", "tcl:format", "a", "b"), "belong to another program: choose another database number in REDIS_URL"),
        (("SET", "tcl:format", f"twin-city-lab {redis_check.FORMAT + 1}"), "written by a newer version of this server"),
    ],
)
async def test_keys_of_others_and_of_newer_versions_are_left_alone(
    empty_redis: RedisServer, planted: tuple[str, ...], told: str
) -> None:
    empty_redis.ask(*planted)
    assert told in await refusal(empty_redis.url)
    assert empty_redis.ask("DBSIZE") == 1


async def test_a_redis_set_up_otherwise_behind_a_restart_is_refused_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_line, "PATIENCE_S", 0.5)
    with running(tmp_path) as server:
        store = RedisStore(server.url)
        await store.open()
        await store.create(row(), commits(1, 1))
        server.options["maxmemory-policy"] = "allkeys-lru"
        server.restart()
        with pytest.raises(NotSaved, match="throws keys away"):
            await store.append("s1", 1, commits(2, 2))
        server.ask("CONFIG", "SET", "maxmemory-policy", "noeviction")
        await store.append("s1", 1, commits(2, 2))
        await store.close()


async def test_a_unix_socket_does_as_well(tmp_path: Path) -> None:
    path = tmp_path / "redis.sock"
    with running(tmp_path, unixsocket=str(path)):
        assert await opened(f"unix://{path}?db=0") == []


async def test_over_tls_its_certificate_is_checked(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost "
    make += f"-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout {key} -out {certificate}"
    subprocess.run(make.split(), check=True, capture_output=True)
    port = free_port()
    tls = {"tls_port": str(port), "tls_cert_file": str(certificate), "tls_key_file": str(key), "tls_auth_clients": "no"}
    with running(tmp_path, tls_ca_cert_file=str(certificate), **tls):
        assert await opened(f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={certificate}") == []
        assert "certificate verify failed" in await refusal(f"rediss://127.0.0.1:{port}/0")
