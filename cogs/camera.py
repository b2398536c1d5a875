"""`/camera`: see what each camera move does."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Firstframe
from bot.language import language
from bot.showcase import pages
from bot.words import commands as words


class Camera(commands.Cog):
    """The command that shows the moves, to the member alone."""

    @app_commands.command(description=words.CAMERA_MOVES.text)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def camera(self, interaction: discord.Interaction) -> None:
        """Show them all; the pictures may take longer than Discord waits for an answer."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        shown = pages(language(interaction.locale.value))
        view, files = next(shown)
        await interaction.edit_original_response(view=view, attachments=files)
        for view, files in shown:
            await interaction.followup.send(view=view, files=files, ephemeral=True)


async def setup(bot: Firstframe) -> None:
    """Load the cog; called by discord.py."""
    await bot.add_cog(Camera())
