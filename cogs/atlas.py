"""Owns the HTTP session to Atlas, and lends the client that uses it."""

import logging

import aiohttp
from discord.ext import commands

from bot.app import Firstframe
from bot.atlas.client import AtlasClient

log = logging.getLogger(__name__)


class Atlas(commands.Cog):
    """One session for the life of the bot."""

    def __init__(self, bot: Firstframe) -> None:
        self._bot = bot
        self._session: aiohttp.ClientSession | None = None

    async def cog_load(self) -> None:
        settings = self._bot.settings
        self._session = aiohttp.ClientSession()
        self._bot.atlas = AtlasClient(
            self._session,
            base_url=settings.atlas_base_url,
            api_key=settings.atlascloud_api_key,
            allow_private_outputs=settings.allow_private_outputs,
        )
        if settings.allow_private_outputs:
            log.warning("ALLOW_PRIVATE_OUTPUTS is on: for the sandbox and tests only")

    async def cog_unload(self) -> None:
        if self._session is not None:
            await self._session.close()


async def setup(bot: Firstframe) -> None:
    """Load the cog; called by discord.py."""
    await bot.add_cog(Atlas(bot))
