"""`/desk check`: is everything ready, as `python -m bot check` tells it?"""

from typing import Any, Final

import discord
from discord import app_commands, ui

from bot.app import Firstframe
from bot.checkup import examine, report
from bot.language import language
from bot.words import checkup as words
from bot.words import commands as names
from cogs.desk._managers import may_manage


async def _check(interaction: discord.Interaction[Any]) -> None:
    """Examine, and show it; who does not run the bot sees marks alone, no money and no names."""
    bot: Firstframe = interaction.client
    if not await may_manage(interaction):
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    spoken = language(interaction.locale.value)
    findings = await examine(bot)
    if await bot.is_owner(interaction.user):
        text = report(findings, spoken)
    else:
        marks = (finding.mark(spoken) for finding in findings)
        text = "\n".join((*marks, spoken.say(words.ONLY_MARKS)))
    view = ui.LayoutView()
    view.add_item(ui.TextDisplay(text))
    await interaction.edit_original_response(view=view)


check: Final = app_commands.Command[Any, ..., None](
    name="check", description=names.DESK_CHECK.text, callback=_check
)
