"""The contract of aiortc's private names, with the version they were read in. Whoever moves one looks at the other.

If a test here fails after an upgrade: read what became of the name, mend `inside.py`, then write the new version here.
"""

import ast
import inspect
import re
from collections.abc import AsyncIterator
from importlib.metadata import version

import pytest
from aiortc import RTCRtpReceiver, RTCRtpSender, RTCSessionDescription, clock, rtp
from aiortc.codecs.vpx import VpxPayloadDescriptor

from server.rtc.media import inside
from server.settings import ROOT
from tests.rtc.media.peers import Sending, Watching, accept, close, connection, offer_of

READ_IN = "1.16.0"
ICE_READ_IN = "0.13.0"

RECEIVER = {
    "_RTCRtpReceiver__jitter_buffer": "JitterBuffer",
    "_RTCRtpReceiver__remote_bitrate_estimator": "RemoteBitrateEstimator",
    "_RTCRtpReceiver__rtx_ssrc": "dict",
}
SENDER = {
    "_RTCRtpSender__started": "bool",
    "_RTCRtpSender__mid": "str",
    "_RTCRtpSender__rtp_history": "dict",
    "_RTCRtpSender__rtp_header_extensions_map": "HeaderExtensionsMap",
    "_RTCRtpSender__ntp_timestamp": "int",
    "_RTCRtpSender__rtp_timestamp": "int",
    "_RTCRtpSender__octet_count": "int",
    "_RTCRtpSender__packet_count": "int",
    "_ssrc": "int",
    "_send_keyframe": "method",
}


@pytest.fixture
async def connected() -> AsyncIterator[tuple[RTCRtpSender, RTCRtpReceiver]]:
    """Of the picture, between two of aiortc's own."""
    sending, watching = Sending(), Watching()
    await watching.pc.setRemoteDescription(RTCSessionDescription(await offer_of(sending.pc), "offer"))
    await watching.pc.setLocalDescription(await watching.pc.createAnswer())
    await accept(sending.pc, watching.pc.localDescription.sdp)
    await watching.gets("video")
    (sender,) = [s for s in sending.pc.getSenders() if s.kind == "video"]
    (receiver,) = [t.receiver for t in watching.pc.getTransceivers() if t.kind == "video"]
    yield sender, receiver
    await close(sending, watching)


def test_the_versions_are_those_whose_insides_were_read() -> None:
    assert (version("aiortc"), version("aioice")) == (READ_IN, ICE_READ_IN)
    for lock in ("requirements.lock", "requirements-dev.lock"):
        assert f"aiortc=={READ_IN} " in (ROOT / lock).read_text()


def test_every_private_name_in_use_is_listed_here() -> None:
    """So that the list cannot fall behind."""
    text = inspect.getsource(inside)
    used = set(re.findall(r"_RTCRtp\w+__\w+", text))
    used |= {node.attr for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute) and node.attr[0] == "_"}
    used -= {"_taken", "_bits_per_s", "_told_at", "_sources"}  # of our own stand-ins
    assert used == {*RECEIVER, *(SENDER.keys() - {"_send_keyframe"}), "_codecs", "_send_rtp", "_send_rtcp_pli"}


async def test_the_names_are_there_and_of_that_kind(connected: tuple[RTCRtpSender, RTCRtpReceiver]) -> None:
    for thing, names in zip(connected, (SENDER, RECEIVER), strict=True):
        assert {name: type(getattr(thing, name)).__name__ for name in names} == names
    sender, receiver = connected
    assert inspect.iscoroutinefunction(receiver._send_rtcp_pli)
    assert list(inspect.signature(receiver._send_rtcp_pli).parameters) == ["media_ssrc"]
    assert inspect.iscoroutinefunction(sender.transport._send_rtp)
    assert inside.is_sending(sender)
    assert inside.source_of(receiver) == inside.ssrc_of(sender)


async def test_what_takes_a_part_of_aiortcs_place_is_asked_as_that_part_was(
    connected: tuple[RTCRtpSender, RTCRtpReceiver],
) -> None:
    receiver = connected[1]
    buffer = getattr(receiver, "_RTCRtpReceiver__jitter_buffer")  # noqa: B009  a mangled name
    estimator = getattr(receiver, "_RTCRtpReceiver__remote_bitrate_estimator")  # noqa: B009
    assert list(inspect.signature(buffer.add).parameters) == ["packet"]
    assert set(inspect.signature(estimator.add).parameters) == {
        "abs_send_time",
        "arrival_time_ms",
        "payload_size",
        "ssrc",
    }


async def test_a_transceiver_knows_what_was_agreed_on() -> None:
    pc, other = connection(), Watching("audio")
    await pc.setRemoteDescription(RTCSessionDescription(await offer_of(other.pc), "offer"))
    await pc.setLocalDescription(await pc.createAnswer())
    (transceiver,) = pc.getTransceivers()
    assert inside.payload_type(transceiver) == transceiver._codecs[0].payloadType == 96
    await pc.close()
    await close(other)


def test_what_is_public_but_nowhere_described_is_as_we_use_it() -> None:
    assert rtp.RTP_HISTORY_SIZE == 128
    assert clock.current_ntp_time() >> 32 > 3_000_000_000
    packet = rtp.RtpPacket(payload_type=96, marker=1, sequence_number=1, timestamp=2, ssrc=3, payload=b"x")
    assert rtp.RtpPacket.parse(packet.serialize(rtp.HeaderExtensionsMap())).payload == b"x"
    assert VpxPayloadDescriptor.parse(b"\x10\x00")[0].partition_start == 1


def test_a_name_that_is_gone_is_said_and_not_made_up() -> None:
    """The control: setting what is not there would pass in silence, and decode everything."""
    with pytest.raises(AttributeError, match="aiortc has no _nothing any more"):
        inside._set(object(), "_nothing", 1)
