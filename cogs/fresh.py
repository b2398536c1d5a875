"""Fresh link: the button below a video that was shown by a link, for anyone who sees it.

It is known by its name, so it works after a restart and as long as its message stands.
"""

import re
from contextlib import suppress
from typing import Any

import discord
from discord import ui
from discord.ext import commands

from bot.app import Firstframe
from bot.buttons import FRESH, Button, fresh_button
from bot.language import language
from bot.model import VideoId


class FreshLink(ui.DynamicItem[Button], template=FRESH):
    """Asks Atlas for a video's link again, and tells only who pressed."""

    def __init__(self, video_id: VideoId, *, locale: str) -> None:
        super().__init__(fresh_button(video_id, locale))
        self._video_id = video_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, _item: ui.Item[Any], match: re.Match[str], /
    ) -> "FreshLink":
        """Build it from its name; called by discord.py."""
        return cls(VideoId(int(match["video"])), locale=interaction.locale.value)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Acknowledge, ask, and answer."""
        bot: Firstframe = interaction.client
        with suppress(discord.HTTPException):  # our own may stand, its answer lost on the way
            await interaction.response.defer(ephemeral=True, thinking=True)
        answer = await bot.fresh_links.ask(self._video_id)
        said = language(interaction.locale.value).say(answer.sentence)
        await interaction.edit_original_response(content="\n".join([said, *answer.links]))


class Fresh(commands.Cog):
    """Listens for the button."""

    def __init__(self, bot: Firstframe) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        self._bot.add_dynamic_items(FreshLink)

    async def cog_unload(self) -> None:
        self._bot.remove_dynamic_items(FreshLink)


async def setup(bot: Firstframe) -> None:
    """Load the cog; called by discord.py."""
    await bot.add_cog(Fresh(bot))
