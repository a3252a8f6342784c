"""The settings file of coturn that goes with our own: who may relay, from where to where, and how much.

A relay is a way round every firewall for who can use it. So it opens for credentials of ours alone, and leads to the Internet
alone: to nothing that is private, local or the relay's own.
"""

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from msgspec import Struct

from server.rtc.turn import TurnServer

# A firewall has to let these in as UDP: one for each allocation.
RELAY_PORTS = (50_000, 50_999)

# What no peer on the Internet has. The last three carry an IPv4 address within, which would lead round the list above them.
# Two must not stand here: coturn takes ::ffff:0:0/96 for the IPv4 addresses in it, and a range from :: for every address there is.
# It denies :: and 0.0.0.0 by itself.
DENIED = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
    *("192.168.0.0/16", "198.18.0.0/15", "240.0.0.0/4"),
    *("::1/128", "100::/64", "fc00::/7", "fe80::/10", "fec0::/10"),
    *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16"),
)


_HOW_MUCH = """\
# How much: for each credential, and for all. A station has three on each of its networks, and for a moment those before.
user-quota=48
total-quota=400
# Bytes a second for one allocation, 12 Mbit/s: a picture in full needs less than a third.
max-bps=1500000
# Whoever vanished without a word is forgotten after ten minutes.
max-allocate-lifetime=600
# No log, for the addresses of people stand in it. To look for a mistake, take these two lines away for an evening.
log-file=/dev/null
no-stdout-log
"""


class Files(Struct, frozen=True):
    """Certificate, with those that signed it, and its key; as coturn's user may read them."""

    cert: Path = Path("/etc/coturn/turn.pem")
    key: Path = Path("/etc/coturn/turn.key")


def config(turn: TurnServer, files: Files, external: str = "", allowed: tuple[str, ...] = ()) -> str:
    """`external`: the address outside, where the machine has another. `allowed`: peers that are let through all the same."""
    parts = (_doors(turn, files, external), _who(turn), _whereto(allowed), _HOW_MUCH)
    return "\n\n".join(
        (f"# coturn for {turn.host}: written by `turn-config`, so write it anew instead of changing it.", *parts)
    )


def _doors(turn: TurnServer, files: Files, external: str) -> str:
    first, last = RELAY_PORTS
    lines = [
        "# Both ports take UDP and TCP; the second tells TLS from plain TCP by itself, and is 443 because that passes everywhere.",
        f"listening-port={turn.port}",
        f"tls-listening-port={turn.tls_port}",
        f"cert={files.cert}",
        f"pkey={files.key}",
        "no-tlsv1",
        "no-tlsv1_1",
        "# Nobody asks for TLS over UDP: what travels is encrypted from hall to hall already.",
        "no-dtls",
        "# One for each allocation: open these for UDP, from anywhere.",
        f"min-port={first}",
        f"max-port={last}",
    ]
    if external:
        lines += ["# The address by which the Internet knows this machine.", f"external-ip={external}"]
    return "\n".join(lines)


def _who(turn: TurnServer) -> str:
    return "\n".join(
        (
            "# Who: credentials that our server signs with this secret, each for one station and one hour.",
            "use-auth-secret",
            f"static-auth-secret={turn.secret}",
            f"realm={turn.host}",
            "fingerprint",
            "stale-nonce=600",
            "# No other way in, and nothing that tells more than it must.",
            "no-cli",
            "no-rfc5780",
            "no-stun-backward-compatibility",
            "no-software-attribute",
        )
    )


def _whereto(allowed: tuple[str, ...]) -> str:
    lines = ["# Where to: the Internet alone."]
    lines += [f"denied-peer-ip={_range(ip_network(network))}" for network in DENIED]
    lines += ["no-multicast-peers", "no-tcp-relay"]
    if allowed:
        lines += ["# Let through in spite of it, because turn-config was told to."]
        lines += [f"allowed-peer-ip={address}" for address in allowed]
    return "\n".join(lines)


def _range(network: IPv4Network | IPv6Network) -> str:
    return f"{network[0]}-{network[-1]}"
