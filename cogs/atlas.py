"""Owns the HTTP session to Atlas, and lends the client that uses it."""

import asyncio
import logging

import aiohttp
from discord.ext import commands

from bot.app import Firstframe
from bot.atlas.client import AtlasClient
from bot.errors import AtlasUnavailable

log = logging.getLogger(__name__)


class Atlas(commands.Cog):
    """One session for the life of the bot."""

    def __init__(self, bot: Firstframe) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        settings = self._bot.settings
        if settings.allow_private_outputs:
            log.warning("ALLOW_PRIVATE_OUTPUTS is on: for the sandbox and tests only")
        # A connection that was kept may be dead at the other end, and a submit on it be unknown.
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))
        self._bot.atlas = AtlasClient(
            self._session,
            base_url=settings.atlas_base_url,
            api_key=settings.atlascloud_api_key,
            allow_private_outputs=settings.allow_private_outputs,
        )
        self._look = asyncio.create_task(self._look_for_model(), name="catalogue")

    async def cog_unload(self) -> None:
        self._look.cancel()
        await asyncio.gather(self._look, return_exceptions=True)
        await self._session.close()

    async def _look_for_model(self) -> None:
        """Say plainly when Atlas does not list the model; it may still take it."""
        model = self._bot.settings.atlas_model
        try:
            if model not in await self._bot.atlas.models():
                log.warning("Atlas does not list the model %s: submits may be refused", model)
        except AtlasUnavailable as error:
            log.warning("catalogue not read reason=%s", error)


async def setup(bot: Firstframe) -> None:
    """Load the cog; called by discord.py."""
    await bot.add_cog(Atlas(bot))
