"""Try again: the button below a video whose answer was lost, which may cost a second time.

It is known by its name, so it works after a restart and as long as its message stands.
"""

import re
from typing import Any

import discord
from discord import ui
from discord.ext import commands

from bot.app import Firstframe
from bot.buttons import RETRY, Button, retry_button, row, sure_retry_button
from bot.errors import UserError
from bot.language import language
from bot.model import VideoId
from bot.reception import arrival_of
from bot.words.buttons import CONFIRM_AGAIN


class TryAgain(ui.DynamicItem[Button], template=RETRY):
    """Asks whether a second charge is accepted; pressed once more, it makes the video again."""

    def __init__(self, lost: VideoId, *, locale: str, is_sure: bool) -> None:
        super().__init__((sure_retry_button if is_sure else retry_button)(lost, locale))
        self._lost = lost
        self._is_sure = is_sure

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, _item: ui.Item[Any], match: re.Match[str], /
    ) -> "TryAgain":
        """Build it from its name; called by discord.py."""
        locale, is_sure = interaction.locale.value, match["step"] == "yes"
        return cls(VideoId(int(match["video"])), locale=locale, is_sure=is_sure)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Ask, make the video again, or say why not."""
        bot: Firstframe = interaction.client
        locale = interaction.locale.value
        say = language(locale).say
        try:
            video = await bot.intake.lost_video(self._lost, member_id=interaction.user.id)
        except UserError as refusal:
            await interaction.response.send_message(say(refusal.sentence), ephemeral=True)
            return
        if self._is_sure:
            arrival = arrival_of(
                interaction,
                prompt=video.prompt,
                prompt_expansion=video.prompt_expansion,
                retry_of=video.id,
                recipe=video.recipe,
            )
            await bot.reception.receive(interaction, arrival)
        else:
            await interaction.response.send_message(
                say(CONFIRM_AGAIN), view=row(sure_retry_button(video.id, locale)), ephemeral=True
            )


class Retry(commands.Cog):
    """Listens for the button."""

    def __init__(self, bot: Firstframe) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        self._bot.add_dynamic_items(TryAgain)

    async def cog_unload(self) -> None:
        self._bot.remove_dynamic_items(TryAgain)


async def setup(bot: Firstframe) -> None:
    """Load the cog; called by discord.py."""
    await bot.add_cog(Retry(bot))
