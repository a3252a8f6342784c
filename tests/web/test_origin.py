"""A page elsewhere can make a browser send our cookies, but not our origin."""

import pytest
from msgspec import structs
from starlette.routing import Route

from server.app import routes
from tests.hall import Hall
from tests.web.doorstep import doorstep, refused

# Streams of the live link are opened by a token that no browser sends by itself, so cookies and origins play no part.
POSTS = sorted(
    route.path
    for route in routes()
    if isinstance(route, Route) and "POST" in (route.methods or ()) and not route.path.startswith("/media/")
)


def test_there_are_posts_to_guard() -> None:
    assert {"/api/enter", "/api/door", "/host/{session}/delete"} <= set(POSTS)


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://127.0.0.1:1", "file://"])
async def test_post_from_elsewhere_is_refused_everywhere(hall: Hall, origin: str) -> None:
    async with doorstep(hall) as browser:
        await browser.enter(hall.services.host_link())
        for path in POSTS:
            answer = await browser.ask(path.replace("{session}", hall.live.id), {}, origin)
            assert answer.status_code == 403, path
            if path.startswith("/api/"):
                assert refused(answer) == (403, "origin_refused")
        assert not hall.services.hub.sessions()[0].archived


async def test_public_address_is_an_origin_of_ours(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a proxy the host header may name the inside."""
    async with doorstep(hall) as browser:
        settings = structs.replace(
            hall.services.settings,
            public_url="https://lab.example.org",
            more_origins=("https://workshop.example.org",),
        )
        monkeypatch.setattr(hall.services, "settings", settings)
        for origin in ("https://lab.example.org", "https://workshop.example.org"):
            assert refused(await browser.ask("/api/door", {}, origin)) == (403, "link_invalid")
