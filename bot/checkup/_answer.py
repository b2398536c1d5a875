"""The same in Discord, to whoever asked alone."""

from typing import Any

import discord
from discord import ui

from bot.app import Firstframe
from bot.checkup._examine import examine, report
from bot.language import language
from bot.words import checkup as words


async def answer(interaction: discord.Interaction[Any]) -> None:
    """Examine, and show it; who does not run the bot sees marks alone, no money and no names."""
    bot: Firstframe = interaction.client
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
