"""The choice below a picture that does not fit: crop, pad, scale up, shrink, or never mind.

The previews are the finished pictures, so the one that is chosen is fetched from the message.
"""

from typing import Any

import discord

from bot.app import Firstframe
from bot.buttons import FIT, Button
from bot.errors import UserError
from bot.language import language
from bot.model import Arrival, VideoId
from bot.named import Named
from bot.picture import Fit
from bot.reception import answer, arrival_again
from bot.source import Upload
from bot.words import fits, refusals


class Choice(Named[Button], template=FIT):
    """Makes the video of the chosen picture, or of none."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Make the video, drop the wish, or say why not."""
        bot: Firstframe = interaction.client
        draft_id, chosen = VideoId(int(self.match["draft"])), self.match["fit"]
        try:
            wish = await bot.fitting_room.wish(draft_id, member_id=interaction.user.id)
            if chosen != "none":
                await _make(bot, interaction, wish, Fit(chosen))
                return
            await bot.fitting_room.drop(draft_id)
        except UserError as refusal:
            await answer(interaction, refusal.sentence)
            return
        said = language(interaction.locale.value).say(fits.DROPPED)
        await interaction.response.edit_message(content=said, attachments=[], view=None)


async def _make(
    bot: Firstframe, interaction: discord.Interaction[Any], wish: Arrival, fit: Fit
) -> None:
    """Make the video of the preview. Raises UserError when that is gone."""
    message = interaction.message
    previews = message.attachments if message else []
    preview = next((file for file in previews if file.filename.partition(".")[0] == fit), None)
    if message is None or preview is None:
        raise UserError(refusals.PICTURE_LOST)
    upload = Upload(preview.url, preview.size)
    await bot.reception.receive(interaction, arrival_again(interaction, wish, upload=upload))
    await bot.fitting_room.close(wish, message_id=message.id)


async def setup(bot: Firstframe) -> None:
    """Hear the buttons; called by discord.py."""
    bot.add_dynamic_items(Choice)


async def teardown(bot: Firstframe) -> None:
    """Hear them no more; called by discord.py."""
    bot.remove_dynamic_items(Choice)
