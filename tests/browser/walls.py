"""A hall's wall as whoever stands at its machine uses it."""

from playwright.async_api import Page


async def press_control(wall: Page, name: str) -> None:
    """One of the buttons that come with the cursor and go three seconds after: held in view by the focus, as by a keyboard."""
    button = wall.get_by_role("button", name=name)
    await button.focus()
    await button.click()
