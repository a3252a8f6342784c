"""A station's own picture and sound, back from our server: real aiortc peers over real sockets."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiortc import AudioStreamTrack

from server.rtc.media import echo as echo_module
from server.rtc.media import streams as streams_module
from server.rtc.media.echo import SOUND_LATER_S, Echoes
from server.rtc.media.refusals import BadOffer, Full
from tests.rtc.media.peers import WITHIN_S, Picture, Watching, accept, offer_of

HALL = "s1/wall"


def station() -> Watching:
    """Sends both, and counts what comes back."""
    found = Watching()
    for transceiver, track in zip(found.pc.getTransceivers(), (AudioStreamTrack(), Picture()), strict=True):
        transceiver.sender.replaceTrack(track)
        transceiver.direction = "sendrecv"
    return found


async def check(echoes: Echoes, found: Watching, holder: str = HALL) -> None:
    await accept(found.pc, await echoes.answer(holder, await offer_of(found.pc)))


async def nobody_left(echoes: Echoes) -> None:
    async with asyncio.timeout(WITHIN_S):
        while echoes.peers:
            await asyncio.sleep(0.02)


@pytest.fixture
async def echoes() -> AsyncIterator[Echoes]:
    found = Echoes()
    yield found
    await found.close_all()


async def test_picture_comes_back_and_sound_later_and_nothing_is_decoded_here(echoes: Echoes) -> None:
    hall, loop = station(), asyncio.get_running_loop()
    began = loop.time()
    await check(echoes, hall)
    await asyncio.gather(hall.gets("video"), hall.gets("audio", 1))
    assert loop.time() - began > SOUND_LATER_S, "sound was kept back"
    for transceiver in echoes.peers[HALL].pc.getTransceivers():
        queue = getattr(transceiver.receiver, "_RTCRtpReceiver__decoder_queue")  # noqa: B009  a mangled name
        assert queue.empty(), "a frame went to a decoder"
    await hall.close()


async def test_without_devices_there_is_still_an_answer(echoes: Echoes) -> None:
    hall = Watching()
    for transceiver in hall.pc.getTransceivers():
        transceiver.direction = "sendrecv"
    await check(echoes, hall)
    async with asyncio.timeout(WITHIN_S):
        while hall.pc.connectionState != "connected":
            await asyncio.sleep(0.02)
    await hall.close()


async def test_a_hall_that_begins_anew_has_one_echo(echoes: Echoes) -> None:
    first, second = station(), station()
    await check(echoes, first)
    await check(echoes, second)
    assert len(echoes.peers) == 1
    await second.gets("video", 1)
    await first.close()
    await second.close()


async def test_only_a_few_check_at_once(echoes: Echoes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo_module, "MOST", 1)
    hall, other = station(), station()
    await check(echoes, hall)
    with pytest.raises(Full):
        await check(echoes, other, "s1/other")
    await hall.close()
    await other.close()


async def test_an_offer_that_is_none_is_refused_and_leaves_nothing(echoes: Echoes) -> None:
    for offer in ("", "v=0", "hello"):
        with pytest.raises(BadOffer):
            await echoes.answer(HALL, offer)
    assert not echoes.peers


async def test_who_offers_and_never_comes_is_forgotten(echoes: Echoes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams_module, "HALF_OPEN_S", 0.2)
    hall = station()
    await echoes.answer(HALL, await offer_of(hall.pc))
    await nobody_left(echoes)
    await hall.close()


async def test_no_echo_lasts(echoes: Echoes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo_module, "LASTS_S", 0.5)
    hall = station()
    await check(echoes, hall)
    await nobody_left(echoes)
    await hall.close()
