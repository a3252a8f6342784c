"""What operators' machines are told: health with its reasons, figures for those who may read them, nothing about people."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request

from server import VERSION
from server.core.agenda import OpenStep
from server.errors import StoreError
from server.hub.meter import Saving
from server.settings import Settings
from server.store.memory import MemoryStore
from server.web import health
from server.web.health import Health
from server.web.operating import _may_read
from tests.core.worlds import BOTH
from tests.hall import Hall
from tests.web.doorstep import doorstep
from tests.web.phone import phone

# -- health


class SlowStore(MemoryStore):
    """Answers when told to, or with an error."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.answers = asyncio.Event()
        self.error: StoreError | None = None

    async def secret(self) -> bytes:
        self.asked += 1
        await self.answers.wait()
        if self.error is not None:
            raise self.error
        return b""


async def test_a_server_that_serves_says_so(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        answers = [await browser.client.get(f"/healthz{which}") for which in ("", "/live", "/ready")]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert answers[0].json() == answers[2].json() == {"live": True, "ready": True, "reasons": []}
    assert answers[1].json() == {"live": True}
    assert answers[0].headers["cache-control"] == "no-store"


async def test_a_server_that_stops_lives_and_is_not_ready(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hall.services.health, "stopping", True)
    async with doorstep(hall) as browser:
        ready, live = [await browser.client.get(f"/healthz/{which}") for which in ("ready", "live")]
    assert (ready.status_code, ready.json()["reasons"]) == (503, ["stopping"])
    assert live.status_code == 200


async def test_a_store_that_does_not_answer_in_time_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "STORE_WITHIN_S", 0.05)
    assert await Health(SlowStore(), Saving()).reasons() == ["store_slow"]


async def test_a_store_that_cannot_read_is_unreadable() -> None:
    store = SlowStore()
    store.answers.set()
    store.error = StoreError("The disk is gone: look at it.")
    assert await Health(store, Saving()).reasons() == ["store_unreadable"]


async def test_however_many_ask_the_store_is_asked_once() -> None:
    store = SlowStore()
    asked = Health(store, Saving())
    waiting = [asyncio.create_task(asked.reasons()) for _ in range(50)]
    await asyncio.sleep(0)
    store.answers.set()
    assert await asyncio.gather(*waiting) == [[]] * 50
    assert await asked.reasons() == []
    assert store.asked == 1


async def test_after_a_while_the_store_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "ASK_EVERY_S", 0.0)
    store = SlowStore()
    store.answers.set()
    asked = Health(store, Saving())
    assert [await asked.reasons() for _ in range(3)] == [[]] * 3
    assert store.asked == 3


async def test_a_failed_write_counts_until_one_succeeds_or_it_is_old() -> None:
    store, saving = SlowStore(), Saving()
    store.answers.set()
    asked = Health(store, saving)
    saving.failed_at = time.monotonic()
    assert await asked.reasons() == ["store_unwritable"]
    saving.failed_at = time.monotonic() - health.FAILURE_COUNTS_S
    assert await asked.reasons() == [], "who is sent nobody never learns that there is room again"


# -- metrics


def figures(text: str) -> dict[str, float]:
    """Samples as they are written: name, with labels in braces."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


async def read(hall: Hall) -> dict[str, float]:
    async with doorstep(hall) as browser:
        answer = await browser.client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return figures(answer.text)


def change(before: dict[str, float], after: dict[str, float], name: str) -> float:
    return after.get(name, 0.0) - before.get(name, 0.0)


async def test_figures_follow_what_happens(workshop: Hall) -> None:
    hall = workshop
    before = await read(hall)
    anna, fka = await hall.join("participant", "ka"), await hall.join("facilitator", "ka")
    pkr = await hall.join("projector", "kr")
    async with phone(hall, anna) as one, phone(hall, fka) as hand, phone(hall, pkr), phone(hall, anna):
        command = {"type": "OpenStep", "activity_id": "write", "rooms": list(BOTH)}
        await hand.send({"type": "command", "id": "c234567890", "command": command})
        await hand.until("ack")
        await one.send({"type": "command", "id": "d234567890", "command": command})
        await one.until("rejected")
        during = await read(hall)
    assert during['tcl_connections{face="participant",room="ka"}'] == 2
    assert during['tcl_connections{face="facilitator",room="ka"}'] == 1
    assert during['tcl_connections{face="projector",room="kr"}'] == 1
    assert change(before, during, 'tcl_commands_total{result="accepted"}') == 1
    assert change(before, during, 'tcl_commands_total{result="not_allowed"}') == 1
    assert change(before, during, 'tcl_refusals_total{code="not_allowed"}') == 1
    assert change(before, during, "tcl_acknowledgement_seconds_count") == 2
    assert change(before, during, "tcl_store_append_seconds_count") >= 2
    assert change(before, during, 'tcl_fan_out_seconds_bucket{le="+Inf"}') >= 2
    assert during[f'tcl_info{{version="{VERSION}"}}'] == 1
    assert (during["tcl_store_trouble"], during["tcl_outbox_bytes"], during["tcl_outbox_frames_max"]) == (0, 0, 0)
    assert during["tcl_sessions_awake"] >= 1
    assert during["process_resident_memory_bytes"] > 1_000_000


async def test_what_waits_for_a_slow_line_is_seen_and_its_end_is_counted(
    workshop: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = workshop
    before = await read(hall)
    anna, fka = await hall.join("participant", "ka"), await hall.join("facilitator", "ka")
    async with phone(hall, anna) as slow:
        (line,) = hall.live.lines()
        monkeypatch.setattr(line.outbox._sink, "writable_now", False)
        await hall.give(fka, OpenStep("write", BOTH))
        during = await read(hall)
        line.outbox.cut_off()
        await slow.closed()
    async with asyncio.timeout(30):
        while list(hall.live.lines()):
            await asyncio.sleep(0.01)
    after = await read(hall)
    assert during["tcl_outbox_frames"] == during["tcl_outbox_frames_max"] >= 1
    assert during["tcl_outbox_bytes_max"] > 100
    assert after["tcl_outbox_bytes"] == 0
    assert change(before, after, 'tcl_lines_cut_total{reason="slow"}') == 1
    assert [name for name in after if anna in name or hall.live.id in name] == []


async def test_figures_are_nowhere_for_those_who_may_not_read_them(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        answer = await browser.client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"})
        nowhere = await browser.client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.text.replace("/metrics", "/nowhere") == nowhere.text


TOKEN = "a-token-that-nobody-guesses"
PLAIN = Settings(public_url="http://192.0.2.7:8000", database=Path("lab.sqlite"))
BEHIND = structs.replace(PLAIN, public_url="https://lab.example.org")
OWN_TLS = structs.replace(BEHIND, tls_cert=Path("lab.pem"), tls_key=Path("lab.key"))
WITH_TOKEN = structs.replace(BEHIND, metrics_token=TOKEN)
LOCAL = {"host": "127.0.0.1:8000"}


@pytest.mark.parametrize(
    ("settings", "peer", "headers", "may"),
    [
        (PLAIN, "127.0.0.1", LOCAL, True),
        (PLAIN, "::1", {"host": "[::1]:8000"}, True),
        (PLAIN, "::ffff:127.0.0.1", {"host": "localhost:8000"}, True),
        (OWN_TLS, "127.0.0.1", LOCAL, True),
        # a phone in the hall, whatever it says
        (PLAIN, "192.0.2.9", LOCAL, False),
        (PLAIN, "::ffff:192.0.2.9", LOCAL, False),
        (PLAIN, "", LOCAL, False),
        # a proxy on this machine
        (BEHIND, "127.0.0.1", LOCAL, False),
        (PLAIN, "127.0.0.1", {**LOCAL, "x-forwarded-for": "192.0.2.9"}, False),
        (PLAIN, "127.0.0.1", {**LOCAL, "forwarded": "for=192.0.2.9"}, False),
        (PLAIN, "127.0.0.1", {**LOCAL, "via": "1.1 proxy"}, False),
        (OWN_TLS, "127.0.0.1", {"host": "lab.example.org"}, False),
        # a page of somebody's that had its name changed to this machine's address
        (PLAIN, "127.0.0.1", {"host": "evil.example"}, False),
        (PLAIN, "127.0.0.1", {"host": "127.0.0.1.evil.example"}, False),
        (PLAIN, "127.0.0.1", {"host": "["}, False),
        (PLAIN, "127.0.0.1", {}, False),
        # with a token: that, from anywhere, and nothing else
        (WITH_TOKEN, "192.0.2.9", {"authorization": f"Bearer {TOKEN}"}, True),
        (WITH_TOKEN, "127.0.0.1", {**LOCAL, "x-forwarded-for": "192.0.2.9", "authorization": f"Bearer {TOKEN}"}, True),
        (WITH_TOKEN, "127.0.0.1", LOCAL, False),
        (WITH_TOKEN, "192.0.2.9", {"authorization": f"Bearer {TOKEN}x"}, False),
        (WITH_TOKEN, "192.0.2.9", {"authorization": "Bearer "}, False),
        (WITH_TOKEN, "192.0.2.9", {"authorization": TOKEN}, False),
        (WITH_TOKEN, "192.0.2.9", {"authorization": "Bearer é"}, False),
        (PLAIN, "192.0.2.9", {"authorization": "Bearer "}, False),
    ],
)
def test_who_may_read_figures(settings: Settings, peer: str, headers: dict[str, str], may: bool) -> None:
    scope: dict[str, Any] = {
        "type": "http",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        "client": (peer, 4711) if peer else None,
    }
    assert _may_read(Request(scope), settings) is may
