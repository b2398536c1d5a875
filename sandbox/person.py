"""A person at the page of the demo: what a member does with mouse and keyboard."""

import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from playwright.async_api import Locator, Page, ViewportSize, async_playwright

VIEW: Final = ViewportSize(width=1120, height=760)

_LIST: Final = "#channel-message-list"
_MESSAGES: Final = f"{_LIST} [data-message-id]"
_REST_MS: Final = 300
_VIDEO: Final = "document.querySelector('.video-player video')"
_IS_LOADED: Final = f"() => {_VIDEO}?.readyState >= 1"
_PLAYS: Final = f"() => {_VIDEO}.readyState >= 2 && {_VIDEO}.currentTime > 0.2"


class Person:
    """Types commands, and looks at what comes of them."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def ask(self, prompt: str, *, picture: Path | None = None) -> Locator:
        """Run `/video` in the open channel; return the card of the new video."""
        cards = self.page.locator(_MESSAGES, has=self.page.locator(".thread-summary"))
        before = await cards.count()
        await self.page.locator("#channel-composer-input").click()
        await self.page.keyboard.type("/video")
        await self.page.locator(".command-entry").first.wait_for()
        await self.page.keyboard.press("Enter")
        await self.page.get_by_label("prompt, required").fill(prompt)
        if picture is not None:
            await self._attach(picture)
        await self.page.locator("#send-message").click()
        card = cards.nth(before)
        await card.wait_for(timeout=15_000)
        number = await card.get_attribute("data-message-id")
        return self.page.locator(f'{_LIST} [data-message-id="{number}"]')

    async def open_desk(self) -> Locator:
        """Run `/desk settings` in the open channel; return the panel."""
        await self.page.locator("#channel-composer-input").click()
        await self.page.keyboard.type("/desk settings")
        await self.page.locator(".command-entry").first.wait_for()
        await self.page.keyboard.press("Enter")
        await self.page.locator("#send-message").click()
        panel = self.page.locator(_MESSAGES).last
        await panel.locator("select, [role=combobox], button").first.wait_for(timeout=15_000)
        return panel

    async def walk_to(self, channel: str) -> None:
        """Open a channel or thread by its name in the list."""
        row = self.page.locator(".room", has_text=channel).last
        await row.click()
        await self._has_arrived()

    async def open_thread(self, card: Locator) -> None:
        """Click on the thread under a card."""
        await card.locator(".thread-summary").click()
        await self._has_arrived()

    async def watch(self) -> None:
        """Play the first video in sight; return when its picture moves."""
        await self.page.wait_for_function(_IS_LOADED)
        await self.page.locator(".video-player").get_by_role("button", name="Play").first.click()
        await self.page.wait_for_function(_PLAYS)

    async def stand_still(self, card: Locator | None) -> None:
        """Bring a card into view, touch nothing, and let the page come to rest."""
        await self.page.mouse.move(0, 0)
        await self.page.evaluate("() => document.activeElement?.blur()")
        if card is not None:
            await card.evaluate("card => card.scrollIntoView({ block: 'center' })")
        await self.page.wait_for_timeout(_REST_MS)

    async def _attach(self, picture: Path) -> None:
        await self.page.locator(".command-ghost").click()
        await self.page.get_by_role("option", name="image").click()
        await self.page.locator(".command-file-input").set_input_files(picture)

    async def _has_arrived(self) -> None:
        await self.page.wait_for_event("load")
        await self.page.locator(_MESSAGES).first.wait_for()


def find_browser() -> str | None:
    """Return the path of Chromium, None where it is not installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@asynccontextmanager
async def at(url: str, *, sharpness: float = 1.0) -> AsyncGenerator[Person]:
    """Open the page in a browser without a screen; `sharpness` is pixels per point."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_browser(), args=["--no-sandbox"]
        )
        page = await browser.new_page(viewport=VIEW, device_scale_factor=sharpness)
        await page.goto(url)
        yield Person(page)
        await browser.close()
