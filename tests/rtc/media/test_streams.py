"""Packets passed on without decoding: real aiortc peers over real sockets."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aioice.ice import get_host_addresses

from server.rehearsal.waiting import until
from server.rtc.media import streams as streams_module
from server.rtc.media.forward import Source
from server.rtc.media.refusals import BadOffer, Full, NoStream, SentAway
from server.rtc.media.streams import Peer, Streams
from tests.rtc.media.peers import WITHIN_S, Sending, Watching, close, leave, offer_of

NAME = "s1.live-1.hall.ka"


@pytest.fixture
async def streams(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Streams]:
    monkeypatch.setattr(streams_module, "WAIT_S", 0.2)
    found = Streams()
    yield found
    await found.close_all()


async def test_viewers_get_picture_and_sound_and_nothing_is_decoded_here(streams: Streams) -> None:
    sending, viewers = Sending(), [Watching(), Watching(), Watching("audio")]
    await sending.publish(streams, NAME)
    for viewer in viewers:
        await viewer.watch(streams, NAME)
    await asyncio.gather(*(viewer.gets("audio") for viewer in viewers), *(v.gets("video") for v in viewers[:2]))
    assert viewers[2].frames["video"] == 0
    stream = streams.find(NAME)
    assert stream is not None
    for transceiver in stream.publisher.pc.getTransceivers():
        queue = getattr(transceiver.receiver, "_RTCRtpReceiver__decoder_queue")  # noqa: B009  a mangled name
        assert queue.empty(), "a frame went to a decoder"
    await close(sending, *viewers)


async def test_a_late_viewer_is_given_a_keyframe(streams: Streams) -> None:
    sending, early, late = Sending(), Watching("video"), Watching("video")
    await sending.publish(streams, NAME)
    await early.watch(streams, NAME)
    await early.gets("video", 20)
    stream = streams.find(NAME)
    assert stream is not None
    asked = stream.publisher.sources["video"].keyframes_asked
    await late.watch(streams, NAME)
    await late.gets("video", 1)
    assert stream.publisher.sources["video"].keyframes_asked > asked
    await close(sending, early, late)


@pytest.mark.parametrize("asked_again", [True, False], ids=["ours", "the control"])
async def test_a_keyframe_is_asked_for_until_it_comes(
    streams: Streams, monkeypatch: pytest.MonkeyPatch, asked_again: bool
) -> None:
    """Browsers pass over who asks too soon after the last one: every other viewer waited for ever."""
    if not asked_again:
        monkeypatch.setattr(Source, "waits", lambda source, _listener: source.want_keyframe())
    sending, early, late = Sending(), Watching("video"), Watching("video")
    await sending.publish(streams, NAME)
    await early.watch(streams, NAME)
    await early.gets("video", 3)
    passed_over = sending.pass_over_keyframe_requests(2)
    await late.watch(streams, NAME)
    if asked_again:
        await late.gets("video", 3)
        assert passed_over() == 2
    else:
        with pytest.raises(TimeoutError):
            await late.gets("video", 3, within_s=2)
    await close(sending, early, late)


async def test_a_publisher_that_comes_anew_keeps_its_viewers(streams: Streams) -> None:
    first, second, viewer = Sending(), Sending(), Watching()
    await first.publish(streams, NAME)
    await viewer.watch(streams, NAME)
    await viewer.gets("video")
    await second.publish(streams, NAME)
    await first.pc.close()
    await asyncio.sleep(0.5)  # what the first had sent is through
    await viewer.gets("video", 10)
    await viewer.gets("audio", 10)
    await close(second, viewer)


async def test_who_comes_before_the_publisher_is_kept_waiting(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams_module, "WAIT_S", 15.0)
    sending, viewer = Sending(), Watching()
    watching = asyncio.create_task(viewer.watch(streams, NAME))
    await sending.publish(streams, "s1.live-1.hall.kr")
    assert not watching.done()
    again = Sending()
    await again.publish(streams, NAME)
    await watching
    await viewer.gets("video")
    await close(sending, again, viewer)


@pytest.mark.parametrize("checked", [True, False], ids=["ours", "the control"])
async def test_what_ends_while_it_is_answered_is_not_left_behind(
    streams: Streams, monkeypatch: pytest.MonkeyPatch, checked: bool
) -> None:
    """An answer that takes longer than a half-open connection may: nobody would ever have closed that stream."""
    answer = streams_module.answered

    async def slowly(peer: Peer, *rest: Any) -> str:
        text = await answer(peer, *rest)
        await peer.close()
        return text

    monkeypatch.setattr(streams_module, "answered", slowly)
    if not checked:
        monkeypatch.setattr(Streams, "_answered", lambda _streams, *rest: slowly(*rest))
    sending = Sending()
    with pytest.raises(SentAway) if checked else contextlib.nullcontext():
        await sending.publish(streams, NAME)
    assert streams.names() == ([] if checked else [NAME])
    await close(sending)


async def test_a_slow_answer_does_not_take_over_from_a_line_begun_later(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, quick = Sending(), Sending()
    answer, gate, asked = streams_module.answered, asyncio.Event(), asyncio.Event()

    async def slowly(peer: Peer, *rest: Any) -> str:
        asked.set()
        await gate.wait()
        return await answer(peer, *rest)

    monkeypatch.setattr(streams_module, "answered", slowly)
    late = asyncio.create_task(slow.publish(streams, NAME))
    await asked.wait()
    monkeypatch.setattr(streams_module, "answered", answer)
    peer = await quick.publish(streams, NAME)
    gate.set()
    with pytest.raises(SentAway):
        await late
    stream = streams.find(NAME)
    assert stream is not None
    assert stream.publisher.id == peer
    await close(slow, quick)


async def test_when_the_publisher_leaves_its_stream_is_gone(streams: Streams) -> None:
    sending, viewer = Sending(), Watching()
    peer = await sending.publish(streams, NAME)
    await viewer.watch(streams, NAME)
    assert not await streams.close(NAME, "another")
    assert await streams.close(NAME, peer)
    assert streams.names() == []
    late = Watching()
    with pytest.raises(NoStream):
        await late.watch(streams, NAME)
    await close(sending, viewer, late)


@pytest.mark.parametrize("offer", ["", "v=0", "hello", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n" * 400])
async def test_an_offer_that_is_none_is_refused_and_leaves_nothing(streams: Streams, offer: str) -> None:
    with pytest.raises(BadOffer):
        await streams.publish(leave("publish", NAME), offer)
    assert streams.names() == []


async def test_half_open_connections_are_closed(streams: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    """S18: who offers and never connects costs nothing for long."""
    monkeypatch.setattr(streams_module, "HALF_OPEN_S", 0.3)
    sending = Sending()
    await streams.publish(leave("publish", NAME), await offer_of(sending.pc))
    assert await until(lambda: streams.names() == [], WITHIN_S)
    await close(sending)


async def test_more_viewers_than_one_process_carries_are_refused(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams_module, "MOST_VIEWERS", 1)
    sending, one, more = Sending(), Watching("audio"), Watching("audio")
    await sending.publish(streams, NAME)
    await one.watch(streams, NAME)
    with pytest.raises(Full):
        await more.watch(streams, NAME)
    await close(sending, one, more)


class Ear(asyncio.DatagramProtocol):
    """Somebody's address who has nothing to do with us."""

    def __init__(self) -> None:
        self.heard = 0

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.heard += 1


@pytest.mark.parametrize("filtered", [True, False], ids=["ours", "the control"])
async def test_nothing_is_sent_to_where_a_client_says_it_is(
    streams: Streams, monkeypatch: pytest.MonkeyPatch, filtered: bool
) -> None:
    """S18: candidates a client makes up would have us knock at anybody's door."""
    if not filtered:
        monkeypatch.setattr(streams_module, "_plain", lambda offer: offer)
    address = next(iter(get_host_addresses(use_ipv4=True, use_ipv6=False)))
    transport, ear = await asyncio.get_running_loop().create_datagram_endpoint(Ear, (address, 0))
    port = transport.get_extra_info("sockname")[1]
    sending = Sending()
    lines = [line for line in (await offer_of(sending.pc)).splitlines() if not line.startswith("a=candidate")]
    made_up = f"a=candidate:1 1 udp 2130706431 {address} {port} typ host"
    offer = "\r\n".join(made_up if line == "a=end-of-candidates" else line for line in lines) + "\r\n"
    assert made_up in offer
    await streams.publish(leave("publish", NAME), offer)
    assert await until(lambda: ear.heard > 0, 1 if filtered else WITHIN_S) != filtered
    transport.close()
    await close(sending)
