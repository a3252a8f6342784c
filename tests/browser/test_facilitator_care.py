"""What the desk keeps a team from: touching the other hall's clock, leaving a vote behind, pressing into nothing."""

from playwright.async_api import Page, expect

from server.core.people import SetDone
from server.core.timers import StartTimer, StopTimer
from server.core.voting import StartRound
from tests.browser.desk import PODCAST, RECIPES, Stage, card

# A command without a line is given up after 8 s, and a message goes by itself after 15 s.
SOONER_THAN_GIVEN_UP_MS, SOONER_THAN_IT_GOES_MS = 7_000, 10_000

# -- the clock -----------------------------------------------------------------------------------------------------------


async def test_other_rooms_own_timer_is_told_and_never_touched(stage: Stage) -> None:
    theirs = stage.scenery.facilitators["kr"]
    await stage.hall.give(theirs, StopTimer(("ka", "kr")))
    await stage.hall.give(theirs, StartTimer(("kr",), 60_000))
    page = await stage.desk("ka")
    panel = page.get_by_role("region", name="Uhr")
    await expect(panel.get_by_role("heading")).to_contain_text("Karlsruhe")
    await expect(panel.locator(".timer-other")).to_contain_text("Krasnodar")
    await expect(panel.locator(".timer-other")).to_contain_text("läuft")
    await expect(panel.get_by_role("button", name="Pause")).to_have_count(0)
    before = stage.hall.live.state.timers["kr"]
    await panel.get_by_role("button", name="Starten").click()
    await expect(panel.get_by_role("button", name="Pause")).to_be_visible()
    await panel.get_by_role("button", name="+1 min").click()
    await panel.get_by_role("button", name="Stopp").click()
    await expect(panel.get_by_role("button", name="Starten")).to_be_visible()
    assert stage.hall.live.state.timers == {"kr": before}


# -- a vote that is still open ---------------------------------------------------------------------------------------------


async def voting(stage: Stage) -> Page:
    await stage.scenery.open("punkten")
    await stage.hall.give(stage.scenery.facilitators["ka"], StartRound("round0000001", "punkten"))
    await stage.hall.give(stage.scenery.facilitators["ka"], StartTimer(("ka", "kr"), 60_000))
    page = await stage.desk()
    await expect(page.get_by_role("heading", name="Runde 1 läuft")).to_be_visible()
    await page.get_by_role("button", name="Nächster Schritt: Zweite").click()
    return page


def status(stage: Stage) -> str:
    return stage.hall.live.state.rounds["round0000001"].status


async def test_next_step_asks_while_a_vote_is_open_and_keeps_it_in_sight(stage: Stage) -> None:
    page = await voting(stage)
    dialog = page.get_by_role("dialog", name="Die Abstimmung läuft noch")
    await expect(dialog.get_by_role("button", name="Schließen und zählen")).to_be_focused()
    assert stage.hall.live.state.stages["ka"].activity == "punkten"
    await dialog.get_by_role("button", name="Weiter, sie bleibt offen").click()
    await expect(page.locator("[aria-current=step]")).to_contain_text("Zweite Live-Schalte")
    assert status(stage) == "open"
    reminder = page.locator(".still-open")
    await expect(reminder).to_contain_text("Abstimmung läuft noch: Punkten, Runde 1")
    await expect(page.locator(".rail .still")).to_have_text("Abstimmung läuft noch")
    await reminder.get_by_role("button", name="Abstimmung schließen").click()
    await page.get_by_role("button", name="Schließen und zählen").click()
    await expect(reminder).to_have_count(0)
    assert status(stage) == "closed"


async def test_closing_first_counts_stops_the_clock_and_stays(stage: Stage) -> None:
    page = await voting(stage)
    await page.get_by_role("button", name="Schließen und zählen").click()
    await expect(page.get_by_role("heading", name="Ergebnis, Runde 1")).to_be_visible()
    await expect(page.get_by_role("button", name="Starten", exact=True)).to_be_visible()
    assert stage.hall.live.state.timers == {}
    assert stage.hall.live.state.stages["ka"].activity == "punkten"


# -- the line ----------------------------------------------------------------------------------------------------------------


async def test_pressing_without_a_line_is_answered_at_once_and_sends_nothing(stage: Stage) -> None:
    page = await stage.desk()
    await expect(page.locator(".line-state.live")).to_be_visible()
    await page.context.set_offline(True)
    await expect(page.locator(".line-state.offline")).to_be_visible()
    for _ in range(2):
        await page.get_by_role("button", name="Nächster Schritt: Ordnen").click()
        await expect(page.locator(".toast.offline")).to_have_count(1, timeout=SOONER_THAN_GIVEN_UP_MS)
    await expect(page.locator(".toast.offline")).to_contain_text("Gerade keine Verbindung")
    await page.context.set_offline(False)
    await expect(page.locator(".line-state.live")).to_be_visible()
    await expect(page.locator(".toast.offline")).to_have_count(0, timeout=SOONER_THAN_IT_GOES_MS)
    assert stage.hall.live.state.stages["ka"].activity == "ideen-sammeln"


async def test_archived_workshop_says_so_and_takes_nothing(stage: Stage) -> None:
    page = await stage.desk()
    await expect(page.locator(".line-state.live")).to_be_visible()
    await stage.hall.services.hub.set_archived(stage.hall.live.id, True)
    await expect(page.get_by_role("alert")).to_contain_text("Dieser Workshop liegt im Archiv.")
    await expect(page.locator("main.desk")).to_have_js_property("inert", True)
    assert await page.locator(".line-state").evaluate("e => e.getBoundingClientRect().height") < 40
    await stage.hall.services.hub.set_archived(stage.hall.live.id, False)
    await stage.hall.services.hub.live(stage.hall.live.id)
    await stage.hall.services.hub.delete(stage.hall.live.id)
    # The desk looks again every 15 s.
    await expect(page.get_by_role("alert")).to_contain_text("Dieser Workshop ist gelöscht.", timeout=60_000)
    await expect(page.locator("main.desk")).to_have_count(0)


# -- who says "done" ------------------------------------------------------------------------------------------------------------


async def test_who_says_done_while_writing_is_counted_by_room(stage: Stage) -> None:
    page = await stage.desk()
    part = page.get_by_role("region", name="Beteiligung").get_by_role("listitem")
    await expect(part.nth(0)).to_contain_text("von 5 mit Zettel")
    await expect(part.nth(0)).to_contain_text("0 von 5 fertig")
    await stage.hall.give(stage.scenery.people["ka", "Miriam"], SetDone("ideen-sammeln", True))
    await stage.hall.give(stage.scenery.people["kr", "Ольга"], SetDone("ideen-sammeln", True))
    await expect(part.nth(0)).to_contain_text("1 von 5 fertig")
    await expect(part.nth(1)).to_contain_text("1 von 4 fertig")
    await stage.scenery.open("ordnen")
    await stage.hall.give(stage.scenery.people["kr", "Ольга"], SetDone("ordnen", True))
    await expect(part.nth(1)).to_contain_text("1 von 1 fertig")
    await expect(part.nth(1)).not_to_contain_text("mit Zettel")


# -- messages ------------------------------------------------------------------------------------------------------------------


async def test_messages_never_pile_up_nor_lie_over_controls(stage: Stage) -> None:
    page = await stage.desk(viewport=(1280, 720))
    for _ in range(2):
        for name in ("Sperren", "Gesperrt"):
            await page.get_by_role("button", name=name, exact=True).click()
    await page.get_by_role("button", name="Sperren", exact=True).wait_for()
    await expect(page.locator(".toast")).to_have_count(2)
    for text in (PODCAST, RECIPES):
        await card(page, text).get_by_role("checkbox").click()
    await expect(page.locator(".chosen")).to_be_visible()
    rail, bar = await page.locator(".rail").bounding_box(), await page.locator(".chosen").bounding_box()
    assert rail is not None
    assert bar is not None
    toasts = await page.locator(".toast").evaluate_all("(all) => all.map((one) => one.getBoundingClientRect())")
    assert toasts, "they stay for eight seconds"
    for box in toasts:
        assert box["y"] >= rail["y"] + rail["height"]
        assert box["x"] + box["width"] <= bar["x"]


async def test_double_click_on_reveal_reveals_once(stage: Stage) -> None:
    page = await stage.desk()
    await page.get_by_role("button", name="Verdeckt sammeln").click()
    await page.get_by_role("button", name="Aufdecken").dblclick()
    await expect(card(page, PODCAST)).to_be_visible()
    await expect(page.locator(".toast").filter(has_text="Aufgedeckt")).to_have_count(1)
    assert not stage.hall.live.state.boards["ideen"].hidden


async def test_dialog_begins_at_its_field_and_tells_only_what_happens_in_it(stage: Stage) -> None:
    page = await stage.desk()
    await page.get_by_role("button", name="Sperren", exact=True).click()
    await expect(page.locator(".toast")).to_have_count(1)
    await page.get_by_role("button", name="Mehr", exact=True).click()
    await page.get_by_role("button", name="Leinwand verbinden").click()
    dialog = page.get_by_role("dialog", name="Leinwand verbinden")
    await expect(dialog.get_by_label("Code auf der Leinwand")).to_be_focused()
    await expect(dialog).to_contain_text(stage.hall.url.removeprefix("http://") + "/pair")
    await expect(page.locator(".toast")).to_have_count(0)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name=PODCAST).first.click()
    await expect(page.get_by_role("dialog", name="Zettel").get_by_label("Text")).to_be_focused()
