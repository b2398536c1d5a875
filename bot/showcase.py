"""What `/camera` shows: every move as a little moving picture, with its name and what it does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import discord
from discord import ui

from bot.camera import Move
from bot.language import Language
from bot.words import camera as words

PICTURES: Final = Path(__file__).parent / "pictures" / "camera"

_PAGES: Final = (
    (
        (Move.TRUCK_LEFT, Move.TRUCK_RIGHT, Move.PAN_LEFT, Move.PAN_RIGHT),
        (Move.PEDESTAL_UP, Move.PEDESTAL_DOWN, Move.TILT_UP, Move.TILT_DOWN),
    ),
    (
        (Move.PUSH_IN, Move.PULL_OUT, Move.ZOOM_IN, Move.ZOOM_OUT),
        (Move.SHAKE, Move.TRACKING_SHOT, Move.STATIC_SHOT),
    ),
)
"""Two messages, because Discord takes ten files with each; alike moves stand together."""


def pages(language: Language) -> Iterator[tuple[ui.LayoutView, list[discord.File]]]:
    """Yield the messages that show all moves: what is seen, and the files of each."""
    for page in _PAGES:
        view = ui.LayoutView(timeout=None)
        if page is _PAGES[0]:
            view.add_item(ui.TextDisplay(language.say(words.INTRODUCTION)))
        for moves in page:
            view.add_item(_names(moves, language)).add_item(_gallery(moves, language))
        yield view, [discord.File(picture_of(move)) for moves in page for move in moves]


def picture_of(move: Move) -> Path:
    """Return where the picture of a move is; `python -m sandbox.camera` makes it."""
    return PICTURES / f"{move.name.lower()}.webp"


def _names(moves: tuple[Move, ...], language: Language) -> ui.TextDisplay[ui.LayoutView]:
    return ui.TextDisplay(
        "\n".join(f"**{move}** – {language.say(words.MOVES[move])}" for move in moves)
    )


def _gallery(moves: tuple[Move, ...], language: Language) -> ui.MediaGallery[ui.LayoutView]:
    return ui.MediaGallery(
        *(
            discord.MediaGalleryItem(
                f"attachment://{picture_of(move).name}",
                description=f"{move}: {language.say(words.MOVES[move])}",
            )
            for move in moves
        )
    )
