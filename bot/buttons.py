"""The buttons of cards and results, each known by a name that outlives a restart.

A name begins with what the button does and goes on with the id of the video. Presses are heard by
the cogs, as long as the message stands; who pressed is looked at there.
"""

from enum import StrEnum
from typing import Any, Final

import discord
from discord import ui

from bot.language import language
from bot.model import VideoId
from bot.picture import Fit
from bot.sentence import Sentence
from bot.spend import Span
from bot.words import buttons as words
from bot.words import fits, library, moderation, spend

RETRY: Final = r"retry:(?P<video>[0-9]{1,20}):(?P<step>ask|yes)"
"""The names of the buttons that try a lost video again."""

PAGE: Final = r"videos:(?P<number>[0-9]{1,6}):(?P<search>.*)"
"""The names of the buttons that turn the pages of `/videos`."""

PICK: Final = "video-info"
"""The name of the menu that shows one of the videos of a page."""

FORGET: Final = "forget:yes"
"""The name of the button that deletes what is stored about whoever presses it."""

FIT: Final = r"fit:(?P<draft>[0-9]{1,20}):(?P<fit>crop|pad|enlarge|shrink|none)"
"""The names of the buttons that choose what is made of a picture that does not fit."""

FRESH: Final = r"fresh:(?P<video>[0-9]{1,20})"
"""The names of the buttons that ask for a new link to a video."""

CANCEL: Final = r"cancel:(?P<video>[0-9]{1,20}):(?P<step>ask|yes)"
"""The names of the buttons that call a video off."""

DELETE: Final = r"delete:(?P<video>[0-9]{1,20}):(?P<step>ask|yes)"
"""The names of the buttons that delete a finished video."""

ANOTHER: Final = r"(?P<way>again|remake|further):(?P<video>[0-9]{1,20})"
"""The names of the buttons that make another video of one."""

REPORT: Final = r"report:(?P<video>[0-9]{1,20})"
"""The names of the buttons that report a video, and of the forms that these open."""

SPEND: Final = r"spend:(?P<span>today|week|month)"
"""The names of the buttons that choose how far back spending is reported."""


class Way(StrEnum):
    """How a video leads to another one."""

    AGAIN = "again"
    REMAKE = "remake"
    FURTHER = "further"


_WAYS: Final = {
    Way.AGAIN: words.AGAIN,
    Way.REMAKE: words.REMAKE,
    Way.FURTHER: words.FURTHER,
}

Button = ui.Button[Any]


def retry_button(video_id: VideoId, locale: str) -> Button:
    """Return the button that offers to try a lost video again."""
    label = language(locale).say(words.TRY_AGAIN)
    return Button(label=label, custom_id=f"retry:{video_id}:ask")


def sure_retry_button(video_id: VideoId, locale: str) -> Button:
    """Return the button by which a member accepts a possible second charge."""
    label = language(locale).say(words.TRY_AGAIN_YES)
    style = discord.ButtonStyle.danger
    return Button(label=label, custom_id=f"retry:{video_id}:yes", style=style)


def page_button(name: Sentence, number: int, *, search: str, locale: str) -> Button:
    """Return a button that turns to a page of the videos that a search found."""
    return Button(label=language(locale).say(name), custom_id=f"videos:{number}:{search}")


def forget_button(locale: str) -> Button:
    """Return the button that deletes what is stored about a member."""
    label = language(locale).say(library.DELETE)
    return Button(label=label, custom_id=FORGET, style=discord.ButtonStyle.danger)


def fit_button(draft_id: VideoId, fit: Fit | None, locale: str) -> Button:
    """Return the button that chooses a way to make a picture fit; None is none at all."""
    label = language(locale).say(fits.FIT_LABELS[fit] if fit else fits.NEVER_MIND)
    style = discord.ButtonStyle.primary if fit else discord.ButtonStyle.secondary
    return Button(label=label, custom_id=f"fit:{draft_id}:{fit or 'none'}", style=style)


def fresh_button(video_id: VideoId, locale: str) -> Button:
    """Return the button that asks for a new link to a video."""
    label = language(locale).say(words.FRESH_LINK)
    return Button(label=label, custom_id=f"fresh:{video_id}")


def cancel_button(video_id: VideoId, locale: str) -> Button:
    """Return the button that calls a video off."""
    return Button(label=language(locale).say(words.CANCEL), custom_id=f"cancel:{video_id}:ask")


def sure_cancel_button(video_id: VideoId, locale: str) -> Button:
    """Return the button by which a member accepts a possible charge for nothing."""
    label = language(locale).say(words.CANCEL_YES)
    style = discord.ButtonStyle.danger
    return Button(label=label, custom_id=f"cancel:{video_id}:yes", style=style)


def delete_button(video_id: VideoId, locale: str) -> Button:
    """Return the button that offers to delete a finished video."""
    return Button(label=language(locale).say(words.DELETE), custom_id=f"delete:{video_id}:ask")


def sure_delete_button(video_id: VideoId, locale: str) -> Button:
    """Return the button that deletes a finished video."""
    label = language(locale).say(words.DELETE_YES)
    style = discord.ButtonStyle.danger
    return Button(label=label, custom_id=f"delete:{video_id}:yes", style=style)


def report_button(video_id: VideoId, locale: str) -> Button:
    """Return the button that reports a video to those who manage the server."""
    return Button(label=language(locale).say(moderation.REPORT), custom_id=f"report:{video_id}")


def another_button(video_id: VideoId, way: Way, locale: str) -> Button:
    """Return a button that makes another video of one."""
    return Button(label=language(locale).say(_WAYS[way]), custom_id=f"{way}:{video_id}")


def spend_button(span: Span, locale: str, *, is_shown: bool) -> Button:
    """Return a button that chooses how far back spending is reported."""
    label = language(locale).say(spend.SPANS[span])
    style = discord.ButtonStyle.primary if is_shown else discord.ButtonStyle.secondary
    return Button(label=label, custom_id=f"spend:{span}", style=style)


def row(*buttons: Button) -> ui.View:
    """Return a view that listens to nothing: presses are heard by the buttons' names."""
    view = ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    view.stop()
    return view
