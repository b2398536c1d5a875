"""`/desk settings`: the rules of a server and its channels."""

from typing import Any

import discord
from discord import app_commands

from bot.language import language
from bot.places import is_manager
from bot.words import commands as names
from bot.words import desk as words


@app_commands.command(description=names.DESK_SETTINGS.text)
async def settings(interaction: discord.Interaction[Any]) -> None:
    """Show them."""
    say = language(interaction.locale.value).say
    said = words.NOTHING_SET if is_manager(interaction) else words.MANAGERS_ONLY
    await interaction.response.send_message(say(said), ephemeral=True)
