"""`/desk check`: is everything ready, as `python -m bot check` tells it?"""

from typing import Any, Final

import discord
from discord import app_commands

from bot import checkup
from bot.words import commands as names
from cogs.desk._managers import may_manage


async def _check(interaction: discord.Interaction[Any]) -> None:
    """Look at everything; who does not run the bot sees marks alone."""
    if await may_manage(interaction):
        await checkup.answer(interaction)


check: Final = app_commands.Command[Any, ..., None](
    name="check", description=names.DESK_CHECK.text, callback=_check
)
