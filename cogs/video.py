"""`/video`: read what the member wishes, and take it to the reception."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Firstframe
from bot.direction import CAMERA_LIMIT, directed, suggestions
from bot.errors import UserError
from bot.language import language
from bot.model import PROMPT_LIMIT
from bot.reception import answer, arrival_of
from bot.source import Upload
from bot.words import commands as words


class Video(commands.Cog):
    """The command that makes videos."""

    def __init__(self, bot: Firstframe) -> None:
        self._bot = bot

    @app_commands.command(description=words.VIDEO.text)
    @app_commands.describe(
        prompt=words.PROMPT.text,
        image=words.IMAGE.text,
        camera=words.CAMERA.text,
        expand_prompt=words.EXPAND.text,
    )
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def video(
        self,
        interaction: discord.Interaction,
        prompt: app_commands.Range[str, 1, PROMPT_LIMIT],
        image: discord.Attachment | None = None,
        camera: app_commands.Range[str, 1, CAMERA_LIMIT] | None = None,
        expand_prompt: bool = False,
    ) -> None:
        """Make a video."""
        try:
            prompt = directed(prompt, camera or "")
        except UserError as refusal:
            await answer(interaction, refusal.sentence)
            return
        arrival = arrival_of(
            interaction,
            prompt=prompt,
            prompt_expansion=expand_prompt,
            first_frame=image and Upload(image.url, image.size),
        )
        await self._bot.reception.receive(interaction, arrival)

    @video.autocomplete("camera")
    async def suggest_moves(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Complete the camera moves that a member types."""
        told = suggestions(typed, language(interaction.locale.value))
        return [app_commands.Choice(name=name, value=value) for value, name in told.items()]


async def setup(bot: Firstframe) -> None:
    """Load the cog; called by discord.py."""
    await bot.add_cog(Video(bot))
