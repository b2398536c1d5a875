"""The buttons of cards and results, each known by a name that outlives a restart.

A name begins with what the button does and goes on with the id of the video. Presses are heard by
the cogs, as long as the message stands; who pressed is looked at there.
"""

from typing import Any, Final

import discord
from discord import ui

from bot.language import language
from bot.model import VideoId
from bot.words import buttons as words

RETRY: Final = r"retry:(?P<video>[0-9]{1,20}):(?P<step>ask|yes)"
"""The names of the buttons that try a lost video again."""

CANCEL: Final = r"cancel:(?P<video>[0-9]{1,20}):(?P<step>ask|yes)"
"""The names of the buttons that call a video off."""

DELETE: Final = r"delete:(?P<video>[0-9]{1,20}):(?P<step>ask|yes)"
"""The names of the buttons that delete a finished video."""

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


def row(*buttons: Button) -> ui.View:
    """Return a view that listens to nothing: presses are heard by the buttons' names."""
    view = ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    view.stop()
    return view
