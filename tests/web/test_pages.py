"""Pages as they leave the server: their language, what they say without scripts, and what they never contain."""

import pytest

from server.core.plan import LANGUAGES
from tests.hall import Hall
from tests.web.doorstep import doorstep


@pytest.mark.parametrize("path", ["/", "/join", "/pair", "/enter"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_page_that_needs_scripts_says_so(hall: Hall, path: str, language: str) -> None:
    async with doorstep(hall, language) as browser:
        answer = await browser.client.get(path)
        inside = answer.text.split("<noscript>")[1].split("</noscript>")[0]
        assert hall.services.catalogues.text(language, "pages.needs_script") in inside
        assert answer.headers["content-language"] == language


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [("ru-RU,ru;q=0.9,en;q=0.8", "ru"), ("uk,en;q=0.5", "en"), ("fr", "de"), ("", "de"), ("DE-at", "de")],
)
async def test_language_is_the_first_of_the_readers_that_we_speak(hall: Hall, accepted: str, expected: str) -> None:
    async with doorstep(hall, accepted) as browser:
        assert (await browser.client.get("/privacy")).headers["content-language"] == expected


async def test_chosen_language_is_kept_and_nonsense_is_not(hall: Hall) -> None:
    async with doorstep(hall, "en") as browser:
        assert (await browser.client.get("/privacy?language=ru")).headers["content-language"] == "ru"
        assert (await browser.client.get("/privacy")).headers["content-language"] == "ru"
        assert (await browser.client.get("/privacy?language=<b>")).headers["content-language"] == "ru"


@pytest.mark.parametrize("own", LANGUAGES)
async def test_wall_waiting_for_its_code_speaks_all_languages_its_own_first(hall: Hall, own: str) -> None:
    async with doorstep(hall, own) as browser:
        text = (await browser.client.get("/pair")).text
        said = [hall.services.catalogues.text(language, "pages.pair.waiting") for language in LANGUAGES]
        first = min(said, key=text.index)
        assert first == hall.services.catalogues.text(own, "pages.pair.waiting")


async def test_pages_load_nothing_from_elsewhere_and_style_nothing_inline(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        await browser.enter(hall.services.host_link())
        for path in ("/", "/join", "/enter", "/pair", "/privacy", "/nowhere", "/host", f"/host/{hall.live.id}"):
            answer = await browser.client.get(path)
            assert " style=" not in answer.text
            assert 'src="http' not in answer.text
            assert 'href="http' not in answer.text
            assert answer.headers["content-security-policy"].startswith("default-src 'none'")
            assert answer.headers["cache-control"] == "no-store"
            # Browsers ignore it on plain HTTP, and say so in the console of every page.
            assert "cross-origin-opener-policy" not in answer.headers
