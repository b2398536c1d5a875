"""`/video`: write the arrival down, acknowledge, and hand it to the pipeline."""

import logging
import time
from typing import Final

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from bot import words
from bot.app import Firstframe
from bot.model import PROMPT_LIMIT, Arrival, Reply, Upload, VideoId
from bot.places import missing_rights, place_of
from bot.store import TooSlow

log = logging.getLogger(__name__)

_WRITE_WITHIN_S: Final = 1.0
_ACKNOWLEDGED_ALREADY: Final = 40060


class Video(commands.Cog):
    """The command that makes videos."""

    def __init__(self, bot: Firstframe) -> None:
        self._bot = bot

    @app_commands.command(description=words.COMMAND)
    @app_commands.describe(
        prompt=words.OPTION_PROMPT, image=words.OPTION_IMAGE, expand_prompt=words.OPTION_EXPAND
    )
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def video(
        self,
        interaction: discord.Interaction,
        prompt: app_commands.Range[str, 1, PROMPT_LIMIT],
        image: discord.Attachment | None = None,
        expand_prompt: bool = False,
    ) -> None:
        """Make a video."""
        if missing := missing_rights(interaction):
            sentence = words.missing_rights(missing)
            await interaction.response.send_message(sentence, ephemeral=True)
            return
        arrival = _arrival(interaction, prompt=prompt, image=image, expand_prompt=expand_prompt)
        try:
            if not await self._bot.store.arrive(arrival, within_s=_WRITE_WITHIN_S):
                return  # the same interaction, delivered a second time
        except TooSlow:
            log.warning("arrival not written id=%s", arrival.id)
            await interaction.response.send_message(words.BUSY, ephemeral=True)
            return
        pipeline = self._bot.pipeline
        take_in = pipeline.accept if await _acknowledge(interaction) else pipeline.go_on
        await take_in(arrival)


def _arrival(
    interaction: discord.Interaction,
    *,
    prompt: str,
    image: discord.Attachment | None,
    expand_prompt: bool,
) -> Arrival:
    return Arrival(
        id=VideoId(interaction.id),
        asked_at=time.time(),
        member_id=interaction.user.id,
        place=place_of(interaction),
        reply=Reply(interaction.application_id, interaction.token),
        prompt=prompt,
        prompt_expansion=expand_prompt,
        upload=image and Upload(image.url, image.size),
    )


async def _acknowledge(interaction: discord.Interaction) -> bool:
    """Show "thinking…"; False when it is not sure that the member sees it."""
    try:
        await interaction.response.defer(thinking=True)
    except discord.HTTPException as error:
        return error.code == _ACKNOWLEDGED_ALREADY  # our own, whose answer was lost on the way
    except (aiohttp.ClientError, OSError, TimeoutError):
        return False
    return True


async def setup(bot: Firstframe) -> None:
    """Load the cog; called by discord.py."""
    await bot.add_cog(Video(bot))
