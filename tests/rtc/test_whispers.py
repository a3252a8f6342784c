"""What a wall and the device that is its camera say to each other stays between the two."""

from typing import Any

import msgspec

from server.core.people import Join, RemovePerson
from server.core.state import SYSTEM, Actor
from server.hub.live_session import LiveSession
from server.protocol import Candidate, Description, Has, Whisper
from server.rtc.signaling import pass_between
from tests.core.cases import STATIONS
from tests.core.worlds import ANNA, FKA, PKA, PKR
from tests.hub.fakes import Client, give

CAMERA = Actor("camka", "camera", "ka")
NEXT = Actor("camka2", "camera", "ka")
THEIRS = Actor("camkr", "camera", "kr")
EVERYBODY = (ANNA, FKA, PKA, PKR, CAMERA, NEXT, THEIRS)

SAID = Whisper(1, Has(True, False), candidate=Candidate("candidate:1 1 udp 1 192.0.2.1 50000 typ host"))


def signaled(client: Client) -> list[dict[str, Any]]:
    return [message for message in client.read() if message["type"] == "whispered"]


async def paired(live: LiveSession, *cameras: Actor) -> None:
    await give(live, *STATIONS, *((SYSTEM, Join(one.person, "camera", one.room)) for one in cameras))


async def heard(live: LiveSession, by: Actor, said: Whisper = SAID) -> list[str]:
    """Who is told what `by` says."""
    here = [actor for actor in EVERYBODY if actor.person in live.state.people]
    lines = {actor.person: Client(actor).connect(live) for actor in here}
    pass_between(live, by, said)
    told = [person for person, line in lines.items() if signaled(line)]
    for line in lines.values():
        line.disconnect(live)
    return told


async def test_it_goes_between_a_station_and_its_own_camera_alone(live: LiveSession) -> None:
    await paired(live, CAMERA, THEIRS)
    assert await heard(live, CAMERA) == ["pka"]
    assert await heard(live, PKA) == ["camka"]
    assert await heard(live, THEIRS) == ["pkr"]
    for by in (ANNA, FKA, NEXT):
        assert await heard(live, by) == []


async def test_the_camera_is_the_device_that_was_paired_last(live: LiveSession) -> None:
    await paired(live, CAMERA, NEXT)
    assert await heard(live, PKA) == ["camka2"]
    assert await heard(live, CAMERA) == []
    await give(live, (FKA, RemovePerson("camka2")))
    assert await heard(live, PKA) == ["camka"]


async def test_it_arrives_as_it_was_said_but_for_strays(live: LiveSession) -> None:
    await paired(live, CAMERA)
    wall = Client(PKA).connect(live)
    stray = "a=candidate:1 1 udp 1 127.0.0.1 50000 typ host\r\n"
    assert pass_between(live, CAMERA, SAID)
    assert pass_between(live, CAMERA, Whisper(2, description=Description("offer", f"v=0\r\n{stray}")))
    assert not pass_between(live, CAMERA, Whisper(2, candidate=Candidate(stray.strip())))
    first, second = signaled(wall)
    assert first == {"type": "whispered", "attempt": 1, "description": None} | {
        "has": {"camera": True, "microphone": False},
        "candidate": msgspec.to_builtins(SAID.candidate),
    }
    assert second["description"] == {"type": "offer", "sdp": "v=0\r\n"}


async def test_a_camera_sees_what_its_wall_sees(live: LiveSession) -> None:
    await paired(live, CAMERA)
    assert Client(CAMERA).connect(live).connection.streams == ("projector",)
