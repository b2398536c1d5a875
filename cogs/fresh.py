"""Fresh link: the button below a video that was shown by a link, for anyone who sees it.

It is known by its name, so it works after a restart and as long as its message stands.
"""

from contextlib import suppress
from typing import Any

import discord

from bot.app import Firstframe
from bot.buttons import FRESH, Button
from bot.language import language
from bot.named import Named


class FreshLink(Named[Button], template=FRESH):
    """Asks Atlas for a video's link again, and tells only who pressed."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Acknowledge, ask, and answer."""
        bot: Firstframe = interaction.client
        with suppress(discord.HTTPException):  # our own may stand, its answer lost on the way
            await interaction.response.defer(ephemeral=True, thinking=True)
        answer = await bot.fresh_links.ask(self.video_id)
        said = language(interaction.locale.value).say(answer.sentence)
        await interaction.edit_original_response(content="\n".join([said, *answer.links]))


async def setup(bot: Firstframe) -> None:
    """Hear the buttons; called by discord.py."""
    bot.add_dynamic_items(FreshLink)


async def teardown(bot: Firstframe) -> None:
    """Hear them no more; called by discord.py."""
    bot.remove_dynamic_items(FreshLink)
