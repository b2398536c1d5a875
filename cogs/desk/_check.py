"""`/desk check`: is everything ready, as `python -m bot check` tells it?"""

from typing import Any, Final

import discord
from discord import app_commands

from bot import checkup
from bot.app import Firstframe
from bot.places import is_manager
from bot.words import commands as names
from bot.words.desk import MANAGERS_ONLY


async def _check(interaction: discord.Interaction[Any]) -> None:
    """Look at everything; who does not run the bot sees marks alone."""
    bot: Firstframe = interaction.client
    if is_manager(interaction):
        await checkup.answer(interaction)
    else:
        await bot.reception.refuse(interaction, MANAGERS_ONLY)


check: Final = app_commands.Command[Any, ..., None](
    name="check", description=names.DESK_CHECK.text, callback=_check
)
