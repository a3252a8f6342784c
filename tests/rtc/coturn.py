"""Debian's coturn with exactly the file that `turn-config` prints, on this machine and on ports of its own."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from server.rtc.turn import TurnServer
from server.settings import ROOT
from tests.certificate import certificate
from tests.served import free_port

SECRET = "for-tests-0123456789"
# What a machine needs that is server and Internet in one: relays that reach each other on it, and no other address.
ON_ONE_MACHINE = ("--allow-peer", "127.0.0.1")
LOOPBACK = "listening-ip=127.0.0.1\nrelay-ip=127.0.0.1\nallow-loopback-peers\n"


def executable() -> str:
    found = shutil.which("turnserver")
    if found is None:
        raise RuntimeError("These tests need coturn: `make test` installs it; by hand: apt-get install coturn")
    return found


async def printed(environment: Mapping[str, str], *options: str) -> str:
    """What the command prints."""
    command = (sys.executable, "-m", "server", "turn-config", *options)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env={**os.environ, **environment}, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode()


@contextlib.asynccontextmanager
async def coturn(directory: Path, without: str = "", more: str = "") -> AsyncIterator[TurnServer]:
    """Until the block ends. `without`: lines that begin so are left out, for a control; `more`: lines for this test."""
    cert, key = certificate(directory)
    turn = TurnServer("localhost", SECRET, free_port(), free_port())
    environment = {"TURN_HOST": turn.host, "TURN_SECRET": SECRET}
    environment |= {"TURN_PORT": str(turn.port), "TURN_TLS_PORT": str(turn.tls_port)}
    text = await printed(environment, "--cert", str(cert), "--key", str(key), *ON_ONE_MACHINE)
    kept = [line for line in text.splitlines() if not (without and line.startswith(without))]
    file = directory / "turnserver.conf"
    file.write_text("\n".join([*kept, LOOPBACK + more, f"pidfile={directory}/pid", f"userdb={directory}/db", ""]))
    process = await asyncio.create_subprocess_exec(
        executable(), "-c", str(file), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await _listens(turn)
        yield turn
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def _listens(turn: TurnServer) -> None:
    async with asyncio.timeout(15):
        for port in (turn.port, turn.tls_port):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except ConnectionRefusedError:
                    await asyncio.sleep(0.05)
                    continue
                writer.close()
                break
