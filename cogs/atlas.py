"""Owns the HTTP sessions to Atlas, and lends the client that uses them."""

import logging
from typing import Final

import aiohttp
from discord.ext import commands

from bot.app import Firstframe
from bot.atlas.client import AtlasClient

log = logging.getLogger(__name__)

_KEPT_FOR_S: Final = 60.0
"""Longer than the pauses between polls, so that also those of a lone video share a connection."""


class Atlas(commands.Cog):
    """The sessions for the life of the bot: one for what costs, one for what is read often."""

    def __init__(self, bot: Firstframe) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        settings = self._bot.settings
        if settings.allow_private_outputs:
            log.warning("ALLOW_PRIVATE_OUTPUTS is on: for the sandbox and tests only")
        # A connection that was kept may be dead at the other end, and a submit on it be unknown.
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))
        self._reads = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(keepalive_timeout=_KEPT_FOR_S),
            cookie_jar=aiohttp.DummyCookieJar(),  # an API with a key has no use for cookies
        )
        self._bot.atlas = AtlasClient(
            self._session,
            reads=self._reads,
            base_url=settings.atlas_base_url,
            api_key=settings.atlascloud_api_key,
            allow_private_outputs=settings.allow_private_outputs,
            failed=self._bot.metrics.atlas_failed,
        )

    async def cog_unload(self) -> None:
        await self._reads.close()
        await self._session.close()


async def setup(bot: Firstframe) -> None:
    """Load the cog; called by discord.py."""
    await bot.add_cog(Atlas(bot))
