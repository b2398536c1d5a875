"""`/desk`: what those who manage a server see and decide. Each part adds its command to the group.

Discord hides the group from members without the right Manage Server; `_managers` looks once more,
because a server's settings may show a command to others, and because buttons are shown to all.
"""

import discord
from discord import app_commands

from bot.app import Firstframe
from bot.words import commands as words
from cogs.desk._check import check
from cogs.desk._pause import pause, resume
from cogs.desk._settings import Limits, Setting, settings
from cogs.desk._spend import SpanButton, spend
from cogs.desk._test import test


async def setup(bot: Firstframe) -> None:
    """Load the commands, and hear their parts; called by discord.py."""
    desk = app_commands.Group(
        name="desk",
        description=words.DESK.text,
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        guild_only=True,
    )
    for command in (settings, spend, pause, resume, test, check):
        desk.add_command(command)
    bot.tree.add_command(desk)
    bot.add_dynamic_items(Setting, SpanButton)
    await bot.add_cog(Limits(bot))


async def teardown(bot: Firstframe) -> None:
    """Unload them; called by discord.py."""
    bot.tree.remove_command("desk")
    bot.remove_dynamic_items(Setting, SpanButton)
