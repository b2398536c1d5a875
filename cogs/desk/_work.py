"""How the desk does what needs the database: for the manager alone, and in time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import discord

from bot.errors import UserError
from bot.language import language
from bot.sentence import Sentence
from bot.words import moderation as words

_WITHIN_S: Final = 10.0


async def carry_out(
    interaction: discord.Interaction[Any], work: Callable[[], Awaitable[Sentence]]
) -> None:
    """Acknowledge, do the work, and say what came of it, or why not."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    try:
        async with asyncio.timeout(_WITHIN_S):
            said = await work()
    except UserError as refusal:
        said = refusal.sentence
    except TimeoutError:
        said = words.NOT_NOW
    await interaction.edit_original_response(content=language(interaction.locale.value).say(said))
