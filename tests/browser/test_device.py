"""What a browser keeps of a workshop (P4): what the page needs, by the names docs/operating.md tells; after leaving nothing."""

import re
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page

from server.settings import ROOT
from tests.browser.chromium import OpenContext
from tests.browser.desk import Stage
from tests.browser.writing import STEP, go_offline, write

KEPT = """async () => ({
  "local storage": Object.keys(localStorage),
  "session storage": Object.keys(sessionStorage),
  IndexedDB: (await indexedDB.databases()).map((one) => one.name),
  cache: await caches.keys(),
})"""
ROWS = """async () => {
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    const opened = await new Promise((resolve) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => resolve(opening.result);
    });
    for (const store of opened.objectStoreNames) {
      const asked = opened.transaction(store).objectStore(store).getAll();
      found.push(...(await new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); })));
    }
    opened.close();
  }
  return found;
}"""


def documented() -> dict[str, list[str]]:
    """The table of docs/operating.md as patterns: by where it lies, the names there may be."""
    page = (ROOT / "docs" / "operating.md").read_text()
    table = page.partition("### In the browser\n")[2].partition("\n#")[0]
    found: dict[str, list[str]] = {}
    for place, names in re.findall(r"^\| ([\w ]+) \| (`[^|]+) \|", table, re.M):
        for name in re.findall(r"`([^`]+)`", names):
            found.setdefault(place, []).append(re.escape(name).replace("…", ".*"))
    return found


async def kept(page: Page, context: BrowserContext) -> dict[str, list[str]]:
    found: dict[str, list[str]] = await page.evaluate(KEPT)
    found["cookie"] = [str(cookie.get("name")) for cookie in await context.cookies()]
    return found


def undocumented(found: dict[str, list[str]]) -> list[str]:
    known = documented()
    return [
        f"{place}: {name}"
        for place, names in found.items()
        for name in names
        if not any(re.fullmatch(pattern, name) for pattern in known.get(place, []))
    ]


async def busy_phone(stage: Stage, open_context: OpenContext, person: str) -> tuple[BrowserContext, Page]:
    """Somebody wrote, began another note, chose a language, and waits for the network with a third."""
    await stage.scenery.open(STEP)
    context = await open_context((390, 844), touch=True)
    page = await stage.hall.open(context, "participant", "ka", person=person)
    await write(page, "Gesendet")
    await go_offline(context)
    await write(page, "Wartet")
    await page.get_by_role("textbox").fill("Angefangen")
    return context, page


@pytest.mark.parametrize("role", ["participant", "facilitator", "projector"])
async def test_a_browser_keeps_only_what_is_documented(stage: Stage, open_context: OpenContext, role: str) -> None:
    if role == "participant":
        person = await stage.scenery.person("ka", "Miriam")
        context, page = await busy_phone(stage, open_context, person)
        assert len((await kept(page, context))["local storage"]) > 0, "there is something to find"
    else:
        context = await open_context()
        page = await stage.hall.open(context, role, "ka")  # type: ignore[arg-type]
        await page.locator("#app > *").first.wait_for()
    assert undocumented(await kept(page, context)) == []


async def test_control_a_name_that_is_not_documented_is_found(stage: Stage, open_context: OpenContext) -> None:
    context = await open_context()
    page = await stage.hall.open(context, "projector", "ka")
    await page.evaluate("localStorage.setItem('visitor-id', '1')")
    assert undocumented(await kept(page, context)) == ["local storage: visitor-id"]


async def test_whoever_leaves_leaves_nothing_but_the_language(stage: Stage, open_context: OpenContext) -> None:
    person = await stage.scenery.person("ka", "Miriam")
    context, page = await busy_phone(stage, open_context, person)
    await context.set_offline(False)
    await page.locator("header .who").click()
    await page.get_by_role("button", name="Workshop verlassen").click()
    await page.get_by_role("button", name="Verlassen", exact=True).click()
    await page.wait_for_url(f"{stage.hall.url}/")
    found = await kept(page, context)
    assert found["cookie"] == ["tcl-language"]
    assert (found["local storage"], found["session storage"], found["cache"]) == ([], [], [])
    rows: list[Any] = await page.evaluate(ROWS)
    assert rows == []
