"""Debian's coturn with exactly the file that `turn-config` prints, on this machine and on ports of its own.

What a machine needs beyond that, being server and Internet in one: its relays may reach each other (`--allow-peer`), on
loopback too (`allow-loopback-peers`), and it listens at the addresses of the test alone.
"""

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
from tests.ports import free_port

SECRET = "for-tests-0123456789"


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
async def coturn(
    directory: Path, without: str = "", at: tuple[str, ...] = ("127.0.0.1",), before: tuple[str, ...] = ()
) -> AsyncIterator[TurnServer]:
    """Until the block ends. `without`: lines that begin so are left out, for a control.

    `at`: addresses it listens at, the first of which relays. `before`: what its command line begins with.
    """
    host = "localhost" if at == ("127.0.0.1",) else at[0]
    cert, key = certificate(directory, host=host)
    turn = TurnServer(host, SECRET, free_port(), free_port())
    environment = {"TURN_HOST": turn.host, "TURN_SECRET": SECRET}
    environment |= {"TURN_PORT": str(turn.port), "TURN_TLS_PORT": str(turn.tls_port)}
    text = await printed(environment, "--cert", str(cert), "--key", str(key), "--allow-peer", at[0])
    kept = [line for line in text.splitlines() if not (without and line.startswith(without))]
    file = directory / "turnserver.conf"
    kept += [*(f"listening-ip={address}" for address in at), f"relay-ip={at[0]}"]
    kept += ["allow-loopback-peers"] if at == ("127.0.0.1",) else []
    file.write_text("\n".join([*kept, f"pidfile={directory}/pid", f"userdb={directory}/db", ""]))
    process = await asyncio.create_subprocess_exec(
        *before, executable(), "-c", str(file), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await _listens(turn, before)
        yield turn
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def _listens(turn: TurnServer, before: tuple[str, ...]) -> None:
    """Asked where it runs, for that may be a network of its own."""
    asks = "import socket, sys; [socket.create_connection((sys.argv[1], int(port))).close() for port in sys.argv[2:]]"
    command = (*before, sys.executable, "-c", asks, turn.host, str(turn.port), str(turn.tls_port))
    async with asyncio.timeout(60):
        while True:
            asking = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
            if await asking.wait() == 0:
                return
