"""Two halls and a server, each in a network namespace of its own, and between them a network whose faults are at hand.

Packets of each hall go through a TUN device into this process and out of another: so they can be late, lost or held up by kind,
without anything of the kernel's that not every machine has. Needs root and /dev/net/tun.
"""

import asyncio
import contextlib
import ctypes
import fcntl
import os
import random
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

T = TypeVar("T")

HALLS = {"ka": "10.81.1.2", "kr": "10.81.2.2"}
SERVER = {"ka": "10.81.1.1", "kr": "10.81.2.1"}
"""The server as each hall knows it."""

WHY_NOT = "needs root and /dev/net/tun, to put the halls into networks of their own"

QUEUE_S = 0.3
"""What a cheap router keeps before it drops."""

_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_CLONE_NEWNET = 0x40000000
_UDP = 17
_libc = ctypes.CDLL("libc.so.6", use_errno=True)


def possible() -> bool:
    return os.geteuid() == 0 and Path("/dev/net/tun").exists()


class Faults(Struct):
    """What the network does to packets from now on. `delay_ms`: one way, on the leg of each hall. `loss`: of UDP, on each leg.

    `kbps`: what each leg carries of UDP, each way; 0: as much as comes.
    """

    delay_ms: float = 0.0
    loss: float = 0.0
    kbps: float = 0.0
    direct: bool = True
    udp: bool = True
    away: bool = False


class Net:
    """`names`: namespaces by place ("ka", "kr", "server"). `went_to`: where packets were sent, of whatever kind."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.went_to: set[str] = set()
        tag = os.getpid() % 10_000
        self.names = {place: f"tcl{tag}{place}" for place in ("ka", "kr", "server")}
        self._devices: list[int] = []
        self._free_at: dict[int, float] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="network", daemon=True)

    def within(self, place: str, act: Callable[[], T]) -> T:
        """Do something in a namespace: a socket that is made there stays there."""
        results: list[T] = []

        def there() -> None:
            with self.inside(place):
                results.append(act())

        thread = threading.Thread(target=there)
        thread.start()
        thread.join()
        return results[0]

    @contextlib.contextmanager
    def inside(self, place: str) -> Iterator[None]:
        """This thread is there until the block ends, with all that it opens meanwhile."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(f"/var/run/netns/{self.names[place]}", os.O_RDONLY)
        try:
            _enter(there)
            yield
        finally:
            _enter(home)
            os.close(there)
            os.close(home)

    def command(self, place: str) -> tuple[str, ...]:
        """What a program's command line begins with, to run there."""
        return ("ip", "netns", "exec", self.names[place])

    def start(self) -> None:
        for name in self.names.values():
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        self._thread.start()
        for hall, address in HALLS.items():
            near, far = self._device(hall, "hall", address), self._device("server", hall, SERVER[hall])
            _ip("-n", self.names[hall], "route", "add", "default", "via", SERVER[hall])
            self._loop.call_soon_threadsafe(self._join, near, far)
        forward = ("sysctl", "-qw", "net.ipv4.ip_forward=1")
        subprocess.run([*self.command("server"), *forward], check=True)

    def move(self, hall: str, address: str) -> None:
        """Out of one Wi-Fi and into another: what went to or from the old address is lost."""
        name = self.names[hall]
        _ip("-n", name, "addr", "flush", "dev", "hall")
        _ip("-n", name, "addr", "add", f"{address}/24", "dev", "hall")
        _ip("-n", name, "link", "set", "hall", "up")
        _ip("-n", name, "route", "replace", "default", "via", SERVER[hall])

    def unplug(self, hall: str) -> None:
        _ip("-n", self.names[hall], "link", "set", "hall", "down")

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread.is_alive():
            self._thread.join()
        self._loop.close()
        for device in self._devices:
            os.close(device)
        for name in self.names.values():
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)

    def _device(self, place: str, name: str, address: str) -> int:
        def made() -> int:
            device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", name.encode(), _IFF_TUN | _IFF_NO_PI))
            return device

        device = self.within(place, made)
        self._devices.append(device)
        _ip("-n", self.names[place], "addr", "add", f"{address}/24", "dev", name)
        _ip("-n", self.names[place], "link", "set", name, "mtu", "1400", "up")
        return device

    def _join(self, near: int, far: int) -> None:
        for source, target in ((near, far), (far, near)):
            self._loop.add_reader(source, self._carry, source, target)

    def _carry(self, source: int, target: int) -> None:
        for _ in range(64):
            try:
                packet = os.read(source, 2048)
            except (BlockingIOError, OSError):
                return
            if packet[0] >> 4 == 4:
                self.went_to.add(".".join(map(str, packet[16:20])))
            waits = self._waits(source, packet)
            if waits <= QUEUE_S and not self._is_lost(packet):
                self._loop.call_later(self.faults.delay_ms / 1000 + waits, _write, target, packet)

    def _waits(self, source: int, packet: bytes) -> float:
        """How long it stands in the queue of a narrow leg; what would stand too long finds no place there."""
        if not self.faults.kbps or packet[9] != _UDP:
            return 0.0
        now = self._loop.time()
        free_at = max(now, self._free_at.get(source, now))
        if free_at - now <= QUEUE_S:
            self._free_at[source] = free_at + len(packet) / (125 * self.faults.kbps)
        return free_at - now

    def _is_lost(self, packet: bytes) -> bool:
        faults = self.faults
        if faults.away or packet[0] >> 4 != 4:
            return True
        halls = {bytes(map(int, address.split("."))) for address in HALLS.values()}
        if not faults.direct and {packet[12:16], packet[16:20]} == halls:
            return True
        return packet[9] == _UDP and (not faults.udp or random.random() < faults.loss)


def _write(device: int, packet: bytes) -> None:
    with contextlib.suppress(OSError):  # full, as any queue may be: it is lost
        os.write(device, packet)


def _enter(namespace: int) -> None:
    if _libc.setns(namespace, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


@contextlib.contextmanager
def network() -> Iterator[Net]:
    net = Net()
    try:
        net.start()
        yield net
    finally:
        net.stop()
