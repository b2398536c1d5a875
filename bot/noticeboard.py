"""What those who manage a server are told in the channel that they chose for it."""

import asyncio
import logging
from typing import Final

import aiohttp
import discord

from bot.language import language
from bot.sentence import Sentence

log = logging.getLogger(__name__)

_WITHIN_S: Final = 45.0


class Noticeboard:
    """The log channels of all servers."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def tell(
        self, guild_id: int, channel_id: int, sentences: list[Sentence], *, nonce: str
    ) -> None:
        """Tell it in the server's language, once; where that is not possible, only log it."""
        guild = self._client.get_guild(guild_id)
        spoken = language("en-US" if guild is None else guild.preferred_locale.value)
        channel = self._client.get_partial_messageable(channel_id, guild_id=guild_id)
        try:
            async with asyncio.timeout(_WITHIN_S):
                await channel.send("\n".join(map(spoken.say, sentences)), nonce=nonce)
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
            log.warning("server not told guild=%s reason=%s", guild_id, type(error).__name__)
