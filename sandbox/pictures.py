"""The pictures of the README, in two languages: `python -m sandbox.pictures docs/pictures`.

The real bot is played in the demo's page. Whatever the language, the frame around its messages is
SimCord's, which speaks English.
"""

import argparse
import asyncio
import io
import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PIL import Image
from playwright.async_api import Locator

from bot.language import Language, language
from bot.model import Cause, Flagged, Outcome, Ready, Refused, Unknown
from bot.words import fits
from bot.words.endings import headline
from sandbox.demo import open_page
from sandbox.film import first_frame, render
from sandbox.logs import show_errors_only
from sandbox.person import Person, at, find_browser
from sandbox.script import SCRIPTS, Script

_GENERATION_S: Final = 20.0  # more than the 15 s after which a card shows how far it is
_FILM: Final = partial(render, longest=640)  # the page plays what it can decode in time
_LOOKS_AGAIN_S: Final = 60.0  # the bot learns how long videos take once a minute
_SHARPNESS: Final = 2.0
_PATIENCE_MS: Final = 1000 * 120
_QUALITY: Final = 85
_HALF_DONE: Final = "▰▰▰▰▰▱"


class Shot(StrEnum):
    """What there is a picture of."""

    FORM = "form"
    CHOICE = "choice"
    WAITING = "waiting"
    GENERATING = "generating"
    READY = "ready"
    FLAGGED = "flagged"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    CAMERA = "camera"
    GALLERY = "gallery"
    CASE = "case"
    DESK = "desk"
    SPEND = "spend"


class Album:
    """A folder of pictures of one person's screen."""

    def __init__(self, person: Person, folder: Path) -> None:
        self._person = person
        self._folder = folder

    async def take(self, shot: Shot, part: Locator | None = None) -> None:
        """Keep a picture of a part of the screen, or of all of it."""
        await self._person.stand_still(part)
        taken = await (part or self._person.page).screenshot()
        path = self._folder / f"{shot}.webp"
        await asyncio.to_thread(_keep, taken, path)
        print(path)


class Photographer:
    """Plays a script, and takes a picture of every scene."""

    def __init__(self, person: Person, album: Album, script: Script, spoken: Language) -> None:
        self._person, self._album = person, album
        self._script, self._spoken = script, spoken

    async def work(self, desk: Path) -> None:
        """Take all pictures; the ones that cost no time first."""
        still, wide = desk / "boat.png", desk / "panorama.png"
        frame = first_frame(self._script.prompt)
        await asyncio.to_thread(_lay_out, frame, still, wide)
        await self._form(still)
        await self._choice(wide)
        await self._earlier_ones()
        await self._good_one(still)
        await self._manager()
        async with self._person.on_tall_screen():
            await self._album.take(Shot.GALLERY, await self._person.run("videos"))
            await self._album.take(Shot.CAMERA, await self._person.run("camera"))

    async def _form(self, still: Path) -> None:
        prompt, camera = self._script.prompt, self._script.camera
        async with self._person.on_tall_screen():
            form = await self._person.open_form()
            await self._person.fill_in(form, prompt=prompt, camera=camera, picture=still)
            await self._album.take(Shot.FORM, form)
            await form.locator(".modal-close").click()

    async def _choice(self, wide: Path) -> None:
        offer = await self._person.run("video", prompt=self._script.prompt, picture=wide)
        await offer.get_by_role("button", name=self._spoken.say(fits.NEVER_MIND)).wait_for()
        await self._album.take(Shot.CHOICE, offer)
        await offer.get_by_role("button", name=self._spoken.say(fits.NEVER_MIND)).click()

    async def _earlier_ones(self) -> None:
        """Let five be made, by which the bot learns how long they take, and three that end else."""
        cards = [await self._person.ask(prompt) for prompt in self._script.earlier]
        await self._album.take(Shot.WAITING, cards[-1])
        endings = (
            (Shot.FLAGGED, Flagged(), await self._person.ask(self._script.flagged)),
            (Shot.REFUSED, Refused(Cause.CONTENT), await self._person.ask(self._script.refused)),
            (Shot.UNKNOWN, Unknown(), await self._person.ask(self._script.lost)),
        )
        for shot, outcome, card in endings:
            await self._ended(card, outcome)
            await self._album.take(shot, card)

    async def _good_one(self, still: Path) -> None:
        await asyncio.sleep(_LOOKS_AGAIN_S)
        card = await self._person.ask(f"{self._script.prompt} [Push in]", picture=still)
        await card.get_by_text(_HALF_DONE).wait_for(timeout=_PATIENCE_MS)
        await self._album.take(Shot.GENERATING, card)
        await self._ended(card, Ready(("",)))
        await self._person.open_thread(card)
        await self._person.watch()
        await self._album.take(Shot.READY)
        await self._person.walk_to("videos")

    async def _manager(self) -> None:
        """Look at what those who manage the server see."""
        await self._person.walk_to("cases")
        await self._album.take(Shot.CASE, self._person.first_message())
        await self._person.walk_to("videos")
        async with self._person.on_tall_screen():
            await self._album.take(Shot.DESK, await self._person.run("desk settings"))
            await self._album.take(Shot.SPEND, await self._person.run("desk spend"))

    async def _ended(self, card: Locator, outcome: Outcome) -> None:
        said = self._spoken.say(headline(outcome))
        await card.get_by_text(said, exact=True).wait_for(timeout=_PATIENCE_MS)


async def take_all(folder: Path) -> None:
    """Play every scene in the demo, in each language."""
    for script in SCRIPTS:
        place = script.folder(folder)
        place.mkdir(parents=True, exist_ok=True)
        page = open_page(
            port=0, generation_s=_GENERATION_S, tell=_in_silence, locale=script.locale, film=_FILM
        )
        async with page as url, at(url, sharpness=_SHARPNESS) as person:
            photographer = Photographer(
                person, Album(person, place), script, language(script.locale)
            )
            with TemporaryDirectory() as desk:
                await photographer.work(Path(desk))


def _lay_out(frame: Image.Image, still: Path, wide: Path) -> None:
    """Write a picture, and a strip of it that is too wide to start from."""
    frame.save(still)
    frame.crop((0, frame.height - frame.width // 4, *frame.size)).save(wide)


def _keep(taken: bytes, path: Path) -> None:
    """Write a picture as WebP: small, and without the bands of a palette."""
    with Image.open(io.BytesIO(taken)) as image:
        image.convert("RGB").save(path, quality=_QUALITY, method=6)


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
    asyncio.run(take_all(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
