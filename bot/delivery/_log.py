"""What the managers of servers are shown, in the channels that they chose for it."""

from collections.abc import Iterable
from typing import Final

import discord

from bot.case import Case
from bot.case_card import case_card, shows
from bot.delivery._calls import Calls, translated
from bot.language import language
from bot.model import ENGLISH_LOCALE
from bot.sentence import Sentence

_LOOK_AT: Final = 100


class Log:
    """Speaks the language of each server."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def post(self, channel_id: int, case: Case) -> None:
        """Show a case. Discord answers a repeated nonce with the first card that bore it."""
        async with translated():
            await self._channel(channel_id, case.guild_id).send(
                view=case_card(case, self._locale(case.guild_id)),
                nonce=case.nonce,
                allowed_mentions=discord.AllowedMentions.none(),
            )

    async def tell(
        self, channel_id: int, sentences: Iterable[Sentence], *, guild_id: int, nonce: str
    ) -> None:
        """Say something; a nonce is as good as for a case."""
        say = language(self._locale(guild_id)).say
        async with translated():
            await self._channel(channel_id, guild_id).send(
                "\n".join(map(say, sentences)),
                nonce=nonce,
                allowed_mentions=discord.AllowedMentions.none(),
            )

    async def has(self, channel_id: int, case: Case) -> bool:
        """Tell whether a case is shown already: a nonce is forgotten within minutes."""
        async with translated():
            async for message in self._channel(channel_id, case.guild_id).history(limit=_LOOK_AT):
                if message.author == self._calls.client.user and shows(message, case):
                    return True
        return False

    def _channel(self, channel_id: int, guild_id: int) -> discord.PartialMessageable:
        return self._calls.client.get_partial_messageable(channel_id, guild_id=guild_id)

    def _locale(self, guild_id: int) -> str:
        guild = self._calls.client.get_guild(guild_id)
        return guild.preferred_locale.value if guild else ENGLISH_LOCALE
