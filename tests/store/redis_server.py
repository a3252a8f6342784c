"""Redis servers that tests start for themselves, on free ports, in folders of their own; ended by their process id.

    with RedisServer(tmp_path) as server:
        store = RedisStore(server.url)

`kill` is `kill -9`; `start` after it is the same Redis with what its files kept. `options` are those of redis.conf.
"""

import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError
from redis.retry import Retry

from tests.ports import free_port

DURABLE = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}
# No dumps, nothing compressed (a canary must not hide), and replicas are served at once.
FOR_TESTS = {"save": "", "rdbcompression": "no", "repl-diskless-sync-delay": "0"}
STARTS_WITHIN_S = 20.0


class RedisServer:
    """One redis-server. What `options` do not say is set up as it should be."""

    def __init__(self, folder: Path, **options: str) -> None:
        self.port = free_port()
        self.folder = folder / f"redis-{self.port}"
        self.folder.mkdir(parents=True)
        given = {name.replace("_", "-"): value for name, value in options.items()}
        self.options = {**DURABLE, **FOR_TESTS, **given}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> "RedisServer":
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()

    def start(self) -> None:
        """Until it answers; reading a long file it does not."""
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder)]
        for name, value in self.options.items():
            command += [f"--{name}", value]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.01)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def restart(self) -> None:
        self.kill()
        self.start()

    def ask(self, *command: str | bytes | int) -> Any:
        """One command, from outside."""
        with self.client() as client:
            return client.execute_command(*command)

    def client(self, socket_timeout: float | None = 5.0) -> Redis:
        retry, password = Retry(NoBackoff(), 0), self.options.get("requirepass")
        return Redis(
            port=self.port, password=password, retry=retry, socket_timeout=socket_timeout, single_connection_client=True
        )

    def replica(self, folder: Path, primary_port: int | None = None) -> "RedisServer":
        """A server that follows this one (by way of another port, when a proxy stands between); not started yet."""
        return RedisServer(folder, replicaof=f"127.0.0.1 {primary_port or self.port}")

    def followed(self) -> None:
        """Until a replica has all that there is now; one that is said to be online may still be reading."""
        with self.client(socket_timeout=None) as client:
            client.publish("nobody", "")
            assert client.execute_command("WAIT", 1, round(STARTS_WITHIN_S * 1000)) == 1, self.info("replication")

    def info(self, section: str) -> bytes:
        """As it is sent."""
        with self.client() as client:
            client.response_callbacks.clear()
            return bytes(client.execute_command("INFO", section))

    def on_disk(self) -> bytes:
        """All bytes of its files but for its log."""
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file() and path.name != "log")

    def _answers(self) -> bool:
        try:
            self.ask("PING")
        except ConnectionError:  # not there yet, or still reading its file
            return False
        return True
