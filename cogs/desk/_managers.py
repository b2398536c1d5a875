"""Who may do what at the desk: looked at with each command and press."""

from typing import Any

import discord

from bot.errors import UserError
from bot.places import is_manager
from bot.reception import answer
from bot.words.desk import MANAGERS_ONLY


def check_manager(interaction: discord.Interaction[Any]) -> None:
    """Raise UserError for members who may not manage the server."""
    if not is_manager(interaction):
        raise UserError(MANAGERS_ONLY)


async def may_manage(interaction: discord.Interaction[Any]) -> bool:
    """Tell whether a member may go on, and them, when not."""
    if is_manager(interaction):
        return True
    await answer(interaction, MANAGERS_ONLY)
    return False
