"""How the desk does what needs the database: for the manager alone, and in time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import discord

from bot.errors import UserError
from bot.reception import tell
from bot.sentence import Sentence
from bot.words import moderation as words

_WITHIN_S: Final = 10.0


async def carry_out(
    interaction: discord.Interaction[Any], work: Callable[[], Awaitable[Sentence]]
) -> None:
    """Acknowledge, do the work, and say what came of it, or why not."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    await tell(interaction, _in_time(work))


async def _in_time(work: Callable[[], Awaitable[Sentence]]) -> Sentence:
    """Raises UserError."""
    try:
        async with asyncio.timeout(_WITHIN_S):
            return await work()
    except TimeoutError as error:
        raise UserError(words.NOT_NOW) from error
