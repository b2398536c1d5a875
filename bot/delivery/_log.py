"""The cards for the managers of servers, in the channels that they chose for them."""

from typing import Final

import discord

from bot.case import Case
from bot.case_card import case_card, shows
from bot.delivery._calls import Calls, translated
from bot.model import ENGLISH_LOCALE

_LOOK_AT: Final = 100


class Log:
    """Speaks the language of each server."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def post(self, channel_id: int, case: Case) -> None:
        """Show a case. Discord answers a repeated nonce with the first card that bore it."""
        guild = self._calls.client.get_guild(case.guild_id)
        locale = guild.preferred_locale.value if guild else ENGLISH_LOCALE
        async with translated():
            await self._channel(channel_id, case).send(
                view=case_card(case, locale),
                nonce=case.nonce,
                allowed_mentions=discord.AllowedMentions.none(),
            )

    async def has(self, channel_id: int, case: Case) -> bool:
        """Tell whether a case is shown already: a nonce is forgotten within minutes."""
        async with translated():
            async for message in self._channel(channel_id, case).history(limit=_LOOK_AT):
                if message.author == self._calls.client.user and shows(message, case):
                    return True
        return False

    def _channel(self, channel_id: int, case: Case) -> discord.PartialMessageable:
        return self._calls.client.get_partial_messageable(channel_id, guild_id=case.guild_id)
