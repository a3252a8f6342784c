"""Which candidates are passed on. A candidate is an address that the other hall's browser sends packets to, unasked: whoever can
say one could make it knock at its own machine, at a whole network, or at somebody's name server.

Private addresses stay, for two halls in one network reach each other by nothing else. The packets are small, few and signed with
a password the receiver would have to know; a browser sends nothing more before it has an answer.
"""

import re
from ipaddress import ip_address

# Services with well-known ports are no peers. 9 is what RFC 6544 writes for who only calls and never listens.
LOWEST_PORT = 1024
_ACTIVE_PORT = "9"

_CANDIDATE = re.compile(
    r"(?:a=)?candidate:[\w+/]{1,32} \d{1,3} (?P<over>udp|tcp) \d{1,10} (?P<host>\S{1,64}) (?P<port>\d{1,5}) typ "
    r"(?:host|srflx|prflx|relay)(?P<more>(?: [\w.:%+/-]+)*)",
    re.IGNORECASE,
)
# How browsers hide a private address: resolved by multicast within the network, asked of no server.
_HIDDEN = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.local", re.IGNORECASE)


def is_sane(candidate: str) -> bool:
    """Whether it may be passed on; "" says that there are no more."""
    found = _CANDIDATE.fullmatch(candidate) if candidate else None
    return not candidate or (found is not None and _is_peer(found["host"]) and _is_port(found))


def without_strays(sdp: str) -> str:
    """The description without the candidates that may not."""
    kept = [line for line in sdp.splitlines() if not line.startswith("a=candidate") or is_sane(line)]
    return "".join(f"{line}\r\n" for line in kept)


def _is_peer(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return _HIDDEN.fullmatch(host) is not None
    address = getattr(address, "ipv4_mapped", None) or address
    return not (address.is_loopback or address.is_multicast or address.is_unspecified or address.is_reserved)


def _is_port(found: re.Match[str]) -> bool:
    calls_only = found["over"].lower() == "tcp" and found["port"] == _ACTIVE_PORT and "tcptype active" in found["more"]
    return calls_only or LOWEST_PORT <= int(found["port"]) <= 65535
