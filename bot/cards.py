"""What Discord shows of a video: the status card and the result message."""

from typing import Final

import discord
from discord import ui

from bot import words
from bot.model import (
    Access,
    Flagged,
    Generating,
    Outcome,
    Ready,
    Status,
    Video,
    Waiting,
    short_id,
)

PROMPT_SHOWN: Final = 1500
"""Characters of a prompt on the card; a message of components holds 4,000 in all."""

_CALM: Final = discord.Colour.from_str("#5865f2")
_GOOD: Final = discord.Colour.from_str("#3ba55d")
_WARN: Final = discord.Colour.from_str("#faa61a")
_BAD: Final = discord.Colour.from_str("#ed4245")


def status_card(video: Video, status: Status) -> ui.LayoutView:
    """Return the one card of a video.

    Where only the card can answer, it holds the result, too.
    """
    prompt = discord.utils.escape_markdown(words.one_line(video.prompt, PROMPT_SHOWN))
    card = ui.Container[ui.LayoutView](accent_colour=_colour(status))
    card.add_item(ui.TextDisplay(f"> {words.one_line(prompt, PROMPT_SHOWN)}"))
    if video.first_frame is not None:
        frame = f"attachment://{video.first_frame}"
        card.add_item(_gallery(frame, words.PICTURE_ALT))
    card.add_item(ui.TextDisplay(words.status_line(status)))
    if isinstance(status, Waiting | Generating) and video.place.access is Access.REPLY:
        card.add_item(ui.TextDisplay(words.REPLY_ONLY))
    if isinstance(status, Ready) and video.place.access is Access.REPLY:
        card.add_item(ui.TextDisplay("\n".join(status.links)))
        card.add_item(_gallery(status.links[0], words.VIDEO_ALT))
    card.add_item(ui.TextDisplay(words.facts(model=video.model, code=short_id(video.id))))
    return ui.LayoutView(timeout=None).add_item(card)


def result_message(video: Video, outcome: Outcome, *, took_s: float) -> str:
    """Return the message that ends a video: at most 2,000 characters, one mention, the link.

    The link stands as text, so that Discord plays it; only `Ready` has one.
    """
    links = outcome.links if isinstance(outcome, Ready) else ()
    took = took_s if isinstance(outcome, Ready | Flagged) else None
    lines = [
        f"<@{video.member_id}> **{words.headline(outcome)}** {words.ending(outcome)}",
        *links,
        words.facts(model=video.model, code=short_id(video.id), took_s=took),
    ]
    return "\n".join(lines)


def _gallery(url: str, description: str) -> ui.MediaGallery[ui.LayoutView]:
    return ui.MediaGallery(discord.MediaGalleryItem(url, description=description))


def _colour(status: Status) -> discord.Colour:
    match status:
        case Waiting() | Generating():
            return _CALM
        case Ready():
            return _GOOD
        case Flagged():
            return _WARN
        case _:
            return _BAD
