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
from bot.words import buttons as words

RETRY: Final = r"retry:(?P<video>[0-9]{1,20}):(?P<step>ask|yes)"
"""The names of the buttons that try a lost video again."""

ANOTHER: Final = r"(?P<way>again|remake|further):(?P<video>[0-9]{1,20})"
"""The names of the buttons that make another video of one."""


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


def another_button(video_id: VideoId, way: Way, locale: str) -> Button:
    """Return a button that makes another video of one."""
    return Button(label=language(locale).say(_WAYS[way]), custom_id=f"{way}:{video_id}")


def row(*buttons: Button) -> ui.View:
    """Return a view that listens to nothing: presses are heard by the buttons' names."""
    view = ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    view.stop()
    return view
