"""Who speaks by POST may come to any process; the one that holds the line hears of it."""

from server.hub.bus import MemoryBus
from server.web.posts import Posts
from tests.hub.processes import until

LINE = ("s1", "anna", "a1")


async def test_a_line_is_heard_in_whichever_process_its_post_comes_to() -> None:
    bus = MemoryBus(alone=False)
    here, there = Posts(bus, "p1"), Posts(bus, "p2")
    here.opened(LINE)
    here._heard[LINE] -= 20
    there.heard(("s1", "anna", "another"))
    assert here.silence_s(LINE) >= 20
    there.heard(LINE)
    await until(lambda: here.silence_s(LINE) < 20)
    assert there.silence_s(LINE) > 20, "what others hold is not remembered"
