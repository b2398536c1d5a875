"""The pictures of the README: `python -m sandbox.pictures docs/pictures`."""

import argparse
import asyncio
import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, cast

import av
from PIL import Image
from playwright.async_api import Locator

from sandbox.demo import open_page
from sandbox.film import render
from sandbox.logs import show_errors_only
from sandbox.person import Person, at, find_browser
from sandbox.world import DEADLINE_S

_GENERATION_S: Final = 6.0
_SHARPNESS: Final = 2.0
_PATIENCE_MS: Final = 1000 * (DEADLINE_S + 20)

_PROMPT: Final = "A lighthouse at dusk, waves roll in [Push in]"
_ENDINGS: Final = {
    "flagged": ("A carnival at midnight #flagged", "Withheld."),
    "refused": ("A duel on a rooftop #refused", "Refused."),
    "failed": ("A glass city under the sea #failed", "Failed."),
    "unknown": ("A train through the snow #lost", "Lost track."),
}


class Album:
    """A folder of pictures of one person's screen."""

    def __init__(self, person: Person, folder: Path) -> None:
        self._person = person
        self._folder = folder

    async def take(self, name: str, card: Locator | None = None) -> None:
        """Keep a picture of a card, or of the whole screen."""
        path = self._folder / f"{name}.png"
        await self._person.stand_still(card)
        await (card or self._person.page).screenshot(path=path)
        print(path)


async def take_all(folder: Path) -> None:
    """Play every ending in the demo, and take a picture of each."""
    async with (
        open_page(port=0, generation_s=_GENERATION_S, tell=_in_silence) as url,
        at(url, sharpness=_SHARPNESS) as person,
    ):
        album = Album(person, folder)
        await _good_one(person, album)
        await person.walk_to("videos")
        stuck = await person.ask("A clock without hands #stuck")
        await _endings(person, album)
        await _settled(stuck, "Timed out.")
        await album.take("timed-out", stuck)


async def _endings(person: Person, album: Album) -> None:
    for name, (prompt, headline) in _ENDINGS.items():
        card = await person.ask(prompt)
        await _settled(card, headline)
        await album.take(name, card)


async def _good_one(person: Person, album: Album) -> None:
    """Take the picture of a video in each of its states; another one waits in line."""
    with TemporaryDirectory() as folder:
        still = Path(folder) / "lighthouse.png"
        still.write_bytes(_still(_PROMPT))
        ready = await person.ask(_PROMPT, picture=still)
    await person.ask("A fox on a frozen lake [Tracking shot]")
    waiting = await person.ask("A kite over the harbour")
    await _settled(ready, "Generating.")
    await album.take("generating", ready)
    await album.take("waiting", waiting)
    await _settled(ready, "Ready.")
    await person.open_thread(ready)
    await person.watch()
    await album.take("ready")


async def _settled(card: Locator, headline: str) -> None:
    await card.get_by_text(headline, exact=True).wait_for(timeout=_PATIENCE_MS)


def _still(prompt: str) -> bytes:
    """Return the first frame of a film as PNG."""
    with av.open(io.BytesIO(render(prompt, seconds=0.2)), "r") as film:
        frame = next(film.decode(video=0))
    png = io.BytesIO()
    image = cast(Image.Image, frame.to_image())  # pyright: ignore[reportUnknownMemberType]  # untyped
    image.save(png, "PNG")
    return png.getvalue()


def _in_silence(_fact: str) -> None:
    pass


def main() -> int:
    """Return the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.pictures", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    if find_browser() is None:
        sys.stderr.write("The pictures are taken in Chromium: install it, and try again.\n")
        return 1
    show_errors_only()
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take_all(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
