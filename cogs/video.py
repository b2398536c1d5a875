"""`/video`: read what the member wishes, and take it to the reception."""

import discord
from discord import app_commands
from discord.ext import commands

from bot import menu
from bot.app import Firstframe
from bot.direction import CAMERA_LIMIT, directed, suggestions
from bot.errors import UserError
from bot.language import language
from bot.menu import LONGEST_S, MENU_LIMIT
from bot.model import PROMPT_LIMIT
from bot.offer import Offer, Trait
from bot.order import check_camera
from bot.places import place_of
from bot.reception import answer, arrival_of
from bot.recipe import Recipe
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
        model=words.MODEL.text,
        seconds=words.SECONDS.text,
        resolution=words.RESOLUTION.text,
        aspect_ratio=words.ASPECT_RATIO.text,
    )
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def video(
        self,
        interaction: discord.Interaction,
        prompt: app_commands.Range[str, 1, PROMPT_LIMIT],
        image: discord.Attachment | None = None,
        camera: app_commands.Range[str, 1, CAMERA_LIMIT] | None = None,
        expand_prompt: bool | None = None,
        model: app_commands.Range[str, 1, MENU_LIMIT] | None = None,
        seconds: app_commands.Range[int, 1, LONGEST_S] | None = None,
        resolution: app_commands.Range[str, 1, MENU_LIMIT] | None = None,
        aspect_ratio: app_commands.Range[str, 1, MENU_LIMIT] | None = None,
    ) -> None:
        """Make a video."""
        try:
            offer = self._bot.shelf.offer(model)
            check_camera(offer, is_wanted=camera is not None)
            prompt = directed(prompt, camera or "")
        except UserError as refusal:
            await answer(interaction, refusal.sentence)
            return
        arrival = arrival_of(
            interaction,
            prompt=prompt,
            prompt_expansion=expand_prompt,
            first_frame=image and Upload(image.url, image.size),
            recipe=Recipe(model and offer.id, seconds, resolution, aspect_ratio),
        )
        await self._bot.reception.receive(interaction, arrival)

    @video.autocomplete("camera")
    async def suggest_moves(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Complete the camera moves that a member types."""
        offer = self._chosen(interaction)
        if offer is None or not offer.has_camera:
            return []
        told = suggestions(typed, language(interaction.locale.value))
        return [app_commands.Choice(name=name, value=value) for value, name in told.items()]

    @video.autocomplete("model")
    async def suggest_models(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Show what the operator offers, with prices and what each can do."""
        allowed = await self._bot.doorkeeper.models(place_of(interaction))
        offers = self._bot.shelf.offers(only=allowed)
        told = menu.models(offers, typed, language(interaction.locale.value))
        return [app_commands.Choice(name=name, value=value) for value, name in told.items()]

    @video.autocomplete("seconds")
    async def suggest_seconds(
        self, interaction: discord.Interaction, typed: int | str
    ) -> list[app_commands.Choice[int]]:
        """Show how long the chosen model's videos may be."""
        found = self._values(interaction, "seconds", str(typed))
        return [app_commands.Choice(name=f"{length} s", value=int(length)) for length in found]

    @video.autocomplete("resolution")
    async def suggest_resolutions(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Show the chosen model's resolutions."""
        found = self._values(interaction, "resolution", typed)
        return [app_commands.Choice(name=value, value=value) for value in found]

    @video.autocomplete("aspect_ratio")
    async def suggest_aspect_ratios(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Show the chosen model's aspect ratios."""
        found = self._values(interaction, "aspect_ratio", typed)
        return [app_commands.Choice(name=value, value=value) for value in found]

    def _values(self, interaction: discord.Interaction, trait: Trait, typed: str) -> list[str]:
        """Return what the model that stands in the command takes; nothing of one unknown."""
        offer = self._chosen(interaction)
        if offer is None:
            return []
        return menu.values(offer, trait, typed, has_picture="image" in interaction.namespace)

    def _chosen(self, interaction: discord.Interaction) -> Offer | None:
        """Return the offer whose model stands in the command; None of an unknown one."""
        try:
            return self._bot.shelf.offer(interaction.namespace.model or None)
        except UserError:
            return None


async def setup(bot: Firstframe) -> None:
    """Load the cog; called by discord.py."""
    await bot.add_cog(Video(bot))
