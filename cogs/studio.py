"""`/studio` and "Animate image": the form, opened empty or with the picture of a message."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Firstframe
from bot.attached import card_picture, picture_of
from bot.direction import directed
from bot.errors import UserError
from bot.order import check_mode
from bot.reception import answer, arrival_of
from bot.recipe import Recipe
from bot.source import CardPicture, Pick
from bot.store import TooSlow
from bot.studio import Form, wish_in
from bot.words import commands as words
from bot.words import refusals


class Studio(commands.Cog):
    """Opens the form, and hears every form that is submitted, also those of other cogs."""

    def __init__(self, bot: Firstframe) -> None:
        self._bot = bot
        self._animate = app_commands.ContextMenu(
            name=words.ANIMATE.text,
            callback=self.animate,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )

    async def cog_load(self) -> None:
        self._bot.tree.add_command(self._animate)

    async def cog_unload(self) -> None:
        self._bot.tree.remove_command(self._animate.name, type=self._animate.type)

    @app_commands.command(description=words.STUDIO.text)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def studio(self, interaction: discord.Interaction) -> None:
        """Open the empty form."""
        form = Form(interaction.locale.value, self._bot.shelf.offer(None))
        await self._bot.reception.show_form(interaction, form)

    async def animate(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Open the form with the picture of a message, written down first."""
        reception, pick = self._bot.reception, Pick(interaction.id)
        picture = picture_of(message)
        if picture is None:
            await answer(interaction, refusals.NO_PICTURE_HERE)
            return
        offer = self._bot.shelf.offer(None)
        try:
            check_mode(offer, has_picture=True)
            await self._bot.store.picks.add(pick, picture, member_id=interaction.user.id)
        except TooSlow:
            await answer(interaction, refusals.BUSY)
            return
        except UserError as refusal:
            await answer(interaction, refusal.sentence)
            return
        await reception.show_form(interaction, Form(interaction.locale.value, offer, start=pick))

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take in what was submitted.

        discord.py hears only forms that it opened itself since its start; this hears all.
        """
        wish = wish_in(interaction)
        if wish is None:
            return
        try:
            prompt = directed(wish.prompt, wish.camera)
        except UserError as refusal:
            await answer(interaction, refusal.sentence)
            return
        first_frame = wish.first_frame
        if isinstance(first_frame, CardPicture):  # it may lie at hand, where we cannot fetch it
            first_frame = card_picture(interaction.message) or first_frame
        arrival = arrival_of(
            interaction,
            prompt=prompt,
            prompt_expansion=wish.prompt_expansion,
            first_frame=first_frame,
            recipe=Recipe(like=wish.like),
        )
        await self._bot.reception.receive(interaction, arrival)


async def setup(bot: Firstframe) -> None:
    """Load the cog; called by discord.py."""
    await bot.add_cog(Studio(bot))
