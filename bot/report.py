"""The form by which a member reports a video, known by its name as long as it is open."""

import re
from collections.abc import Mapping
from typing import Any, Final, cast

import discord
from discord import ui

from bot.buttons import REPORT
from bot.case import Report
from bot.language import language
from bot.model import Post, VideoId
from bot.prompt import keepable
from bot.words import moderation as words

REASON_LIMIT: Final = 300


class ReportForm(ui.Modal):
    """A reason, if the member likes to give one."""

    def __init__(self, video_id: VideoId, locale: str) -> None:
        say = language(locale).say
        super().__init__(title=say(words.TITLE), custom_id=f"report:{video_id}")
        reason = ui.TextInput[Any](
            custom_id="reason",
            style=discord.TextStyle.paragraph,
            required=False,
            max_length=REASON_LIMIT,
        )
        about = say(words.ABOUT_REASON)
        self.add_item(ui.Label(text=say(words.REASON), description=about, component=reason))
        self.stop()  # nobody waits for this one: submits are heard by the form's name


def report_in(interaction: discord.Interaction) -> tuple[VideoId, Report] | None:
    """Return what a member reports, and of which video; None when it was not this form."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return None
    given, message = cast(Mapping[str, Any], interaction.data), interaction.message
    name = re.fullmatch(REPORT, given["custom_id"])
    if name is None or message is None:
        return None
    (label,) = given["components"]
    reason = keepable(label["component"]["value"] or "")
    post = Post(message.channel.id, message.id)
    report = Report(interaction.user.id, interaction.guild_id, reason, post)
    return VideoId(int(name["video"])), report
