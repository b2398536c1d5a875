"""A person at the page of the demo: what a member does with mouse and keyboard."""

import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from playwright.async_api import Locator, Page, ViewportSize, async_playwright

VIEW: Final = ViewportSize(width=1120, height=760)
_TALL: Final = ViewportSize(width=1120, height=1500)

_LIST: Final = "#channel-message-list"
_MESSAGES: Final = f"{_LIST} [data-message-id]"
_SPOKEN: Final = f"{_MESSAGES}:not(:has(.message-system))"
_IDS: Final = "messages => messages.map(message => message.dataset.messageId)"
_IS_NEW: Final = (
    "([spoken, before]) => [...document.querySelectorAll(spoken)]"
    ".some(message => !before.includes(message.dataset.messageId))"
)
_PATIENCE_MS: Final = 180_000
_REST_MS: Final = 300
_IS_SEEN: Final = "card => [...card.querySelectorAll('img')].every(image => image.naturalWidth > 0)"
_VIDEO: Final = "document.querySelector('.video-player video')"
_IS_LOADED: Final = f"() => {_VIDEO}?.readyState >= 1"
_PLAYS: Final = f"() => {_VIDEO}.readyState >= 2 && {_VIDEO}.currentTime > 0.2"


class Person:
    """Types commands, and looks at what comes of them."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def ask(self, prompt: str, *, picture: Path | None = None) -> Locator:
        """Run `/video` in the open channel; return the card of the new video."""
        card = await self.run("video", prompt=prompt, picture=picture)
        await card.locator(".thread-summary").wait_for(timeout=_PATIENCE_MS)
        return card

    async def run(
        self, command: str, *, prompt: str | None = None, picture: Path | None = None
    ) -> Locator:
        """Run a command in the open channel; return the message that answers it."""
        before = await self._numbers()
        await self._send(command, prompt=prompt, picture=picture)
        return await self._newest(before)

    async def open_form(self) -> Locator:
        """Run `/studio`; return its form."""
        await self._send("studio")
        form = self.page.locator(".modal-dialog")
        await form.wait_for(timeout=_PATIENCE_MS)
        return form

    @asynccontextmanager
    async def on_tall_screen(self) -> AsyncGenerator[None]:
        """Make room for what scrolls elsewhere."""
        await self.page.set_viewport_size(_TALL)
        yield
        await self.page.set_viewport_size(VIEW)

    async def fill_in(self, form: Locator, *, prompt: str, camera: str, picture: Path) -> None:
        """Write into a form, and attach a picture."""
        await form.locator("[name=prompt]").fill(prompt)
        await form.locator("[name=camera]").fill(camera)
        await form.locator(".upload-input").set_input_files(picture)
        await form.get_by_text(picture.name).wait_for()
        await form.evaluate("form => form.style.maxHeight = 'none'")  # all of it, without scrolling

    def first_message(self) -> Locator:
        """Return the oldest message in the open channel."""
        return self.page.locator(_SPOKEN).first

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
        await self.page.wait_for_function(_IS_LOADED, timeout=_PATIENCE_MS)
        await self.page.locator(".video-player").get_by_role("button", name="Play").first.click()
        await self.page.wait_for_function(_PLAYS)

    async def stand_still(self, card: Locator | None) -> None:
        """Bring a card into view, touch nothing, and let the page come to rest."""
        await self.page.mouse.move(0, 0)
        await self.page.evaluate("() => document.activeElement?.blur()")
        if card is not None:
            await card.evaluate("card => card.scrollIntoView({ block: 'center' })")
            await self.page.wait_for_function(
                _IS_SEEN, arg=await card.element_handle(), timeout=_PATIENCE_MS
            )
        await self.page.wait_for_timeout(_REST_MS)

    async def _send(
        self, command: str, *, prompt: str | None = None, picture: Path | None = None
    ) -> None:
        await self.page.locator("#channel-composer-input").click()
        await self.page.keyboard.type(f"/{command}")
        entry = self.page.locator(".command-entry").filter(
            has=self.page.get_by_text(f"/{command}", exact=True)
        )
        await entry.click()
        if prompt is not None:
            await self.page.get_by_label("prompt, required").fill(prompt)
        if picture is not None:
            await self._attach(picture)
        await self.page.locator("#send-message").click()

    async def _numbers(self) -> list[str]:
        """Return the ids of the messages in sight, but for Discord's own notices."""
        return await self.page.locator(_SPOKEN).evaluate_all(_IDS)

    async def _newest(self, before: list[str]) -> Locator:
        """Wait for a message that was not there before."""
        await self.page.wait_for_function(_IS_NEW, arg=[_SPOKEN, before], timeout=_PATIENCE_MS)
        number = next(number for number in await self._numbers() if number not in before)
        return self.page.locator(f'{_LIST} [data-message-id="{number}"]')

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
