"""Owns the HTTP session to Atlas, and lends the client that uses it."""

import asyncio
import logging
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import aiohttp
from discord.ext import commands

from bot.app import Firstframe
from bot.atlas.client import AtlasClient
from bot.errors import AtlasUnavailable

log = logging.getLogger(__name__)

_READ_AGAIN_S: Final = 3600.0


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
            failed=self._bot.metrics.atlas_failed,
        )
        self._reading = asyncio.create_task(self._read_catalogue(), name="catalogue")

    async def cog_unload(self) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self._session.close()

    async def _read_catalogue(self) -> None:
        """Learn the prices, and say plainly when Atlas does not list the model."""
        while True:
            try:
                self._learn(await self._bot.atlas.catalogue())
            except AtlasUnavailable as error:
                log.warning("catalogue not read reason=%s", error)
            await asyncio.sleep(_READ_AGAIN_S)

    def _learn(self, catalogue: Mapping[str, Decimal | None]) -> None:
        self._bot.prices.learn(catalogue)
        model = self._bot.settings.atlas_model
        if model not in catalogue:  # it may still be taken
            log.warning("Atlas does not list the model %s: submits may be refused", model)


async def setup(bot: Firstframe) -> None:
    """Load the cog; called by discord.py."""
    await bot.add_cog(Atlas(bot))
