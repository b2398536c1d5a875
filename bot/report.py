"""The form by which a member reports a video, known by its name as long as it is open."""

from typing import Any, Final

import discord
from discord import ui

from bot.buttons import REPORT
from bot.case import Report
from bot.forms import submitted
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
    form, message = submitted(interaction, REPORT), interaction.message
    if form is None or message is None:
        return None
    reason, post = keepable(form.text("reason")), Post(message.channel.id, message.id)
    report = Report(interaction.user.id, interaction.guild_id, reason, post)
    return VideoId(int(form.match["video"])), report
