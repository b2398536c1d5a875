"""Again, Remake, Animate further: the buttons below a result that make another video of it.

Whoever may use commands where a result stands may press them, not only the member who asked for
it: people love to go on with what others began. It becomes the video of who pressed, with their
money, their limits and their name.
"""

from typing import Any

import discord

from bot.app import Firstframe
from bot.attached import card_picture
from bot.buttons import ANOTHER, Button, Way
from bot.errors import UserError
from bot.model import Video
from bot.named import Named
from bot.order import check_mode
from bot.places import may_ask, place_of
from bot.reception import answer, arrival_of
from bot.source import CardPicture, Kept, LastFrame
from bot.studio import Form
from bot.words import refusals


class AnotherVideo(Named[Button], template=ANOTHER):
    """Makes the same video again, or opens the form for one that is a little different."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Look at who pressed and at what is known of the video, then go the button's way."""
        bot: Firstframe = interaction.client
        if not may_ask(interaction):
            await answer(interaction, refusals.NO_COMMANDS)
            return
        try:
            video = await bot.intake.earlier_video(
                self.video_id, member_id=interaction.user.id, place=place_of(interaction)
            )
        except UserError as refusal:
            await answer(interaction, refusal.sentence)
            return
        match Way(self.match["way"]):
            case Way.AGAIN:
                await _again(interaction, video)
            case Way.REMAKE:
                await _open_form(interaction, video, start=_picture_of(video))
            case Way.FURTHER:
                await _open_form(interaction, video, start=LastFrame(video.id))


async def _again(interaction: discord.Interaction[Any], video: Video) -> None:
    """Pay at once; so a double click must not count twice."""
    bot: Firstframe = interaction.client
    button = f"again:{video.id}"
    if not bot.presses.is_first(interaction.id, member_id=interaction.user.id, button=button):
        await answer(interaction, refusals.PRESSED_TWICE)
        return
    arrival = arrival_of(
        interaction,
        prompt=video.prompt,
        prompt_expansion=video.prompt_expansion,
        first_frame=card_picture(interaction.message) or _picture_of(video),
        recipe=video.recipe,
    )
    await bot.reception.receive(interaction, arrival)


async def _open_form(
    interaction: discord.Interaction[Any], video: Video, *, start: Kept | None
) -> None:
    """Fill it in with the video; `start` is None for words alone."""
    bot: Firstframe = interaction.client
    try:
        offer = bot.shelf.offer(video.model)
        check_mode(offer, has_picture=start is not None)
    except UserError as refusal:
        await answer(interaction, refusal.sentence)
        return
    form = Form(interaction.locale.value, offer, start=start, like=video)
    await bot.reception.show_form(interaction, form)


def _picture_of(video: Video) -> CardPicture | None:
    return None if video.first_frame is None else CardPicture(video.id)


async def setup(bot: Firstframe) -> None:
    """Hear the buttons; called by discord.py."""
    bot.add_dynamic_items(AnotherVideo)


async def teardown(bot: Firstframe) -> None:
    """Hear them no more; called by discord.py."""
    bot.remove_dynamic_items(AnotherVideo)
