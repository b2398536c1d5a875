"""Try again: the button below a video whose answer was lost, which may cost a second time.

It is known by its name, so it works after a restart and as long as its message stands.
"""

from typing import Any

import discord

from bot.app import Firstframe
from bot.buttons import RETRY, Button, sure_retry_button
from bot.errors import UserError
from bot.named import Named
from bot.reception import answer, arrival_of
from bot.words.buttons import CONFIRM_AGAIN


class TryAgain(Named[Button], template=RETRY):
    """Asks whether a second charge is accepted; pressed once more, it makes the video again."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Ask, make the video again, or say why not."""
        bot: Firstframe = interaction.client
        try:
            video = await bot.intake.lost_video(self.video_id, member_id=interaction.user.id)
        except UserError as refusal:
            await answer(interaction, refusal.sentence)
            return
        if self.is_sure:
            arrival = arrival_of(
                interaction,
                prompt=video.prompt,
                prompt_expansion=video.prompt_expansion,
                retry_of=video.id,
                recipe=video.recipe,
            )
            await bot.reception.receive(interaction, arrival)
        else:
            button = sure_retry_button(video.id, interaction.locale.value)
            await answer(interaction, CONFIRM_AGAIN, button)


async def setup(bot: Firstframe) -> None:
    """Hear the buttons; called by discord.py."""
    bot.add_dynamic_items(TryAgain)


async def teardown(bot: Firstframe) -> None:
    """Hear them no more; called by discord.py."""
    bot.remove_dynamic_items(TryAgain)
