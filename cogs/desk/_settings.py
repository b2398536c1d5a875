"""`/desk settings`: the rules of a server and its channels, on a panel.

Who may manage the server is looked at with each press: a panel may outlive the right.
"""

import asyncio
import logging
from typing import Any, Final

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.app import Firstframe
from bot.errors import UserError
from bot.limits import LimitsForm, limits_in, written_in
from bot.named import Named
from bot.panel import NAME, SWITCH, Desk, chosen_channel, panel, value_in
from bot.places import missing_rights_in
from bot.policy import Part
from bot.reception import UNREACHED, answer
from bot.sentence import Sentence
from bot.words import commands as names
from bot.words import desk as words
from cogs.desk._managers import may_manage

log = logging.getLogger(__name__)

_WITHIN_S: Final = 1.2
_CHANGES_SHOWN: Final = 5


async def _open(interaction: discord.Interaction) -> None:
    """Show the rules of the whole server."""
    if await may_manage(interaction):
        await _show(interaction, None)


settings: Final[app_commands.Command[Any, [], None]] = app_commands.Command(
    name="settings", description=names.DESK_SETTINGS.text, callback=_open
)


class Setting(Named[ui.Item[Any]], template=NAME):
    """Sets one part of the rules, or leads to those of a channel."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the panel as it is after the press."""
        bot: Firstframe = interaction.client
        if not await may_manage(interaction):
            return
        what, channel_id = self.match["what"], int(self.match["channel"]) or None
        if what == SWITCH:
            await _show(interaction, chosen_channel(self.item))
        elif what == Part.BUDGETS:
            await _ask_limits(interaction)
        else:
            part = Part(what)
            value = value_in(part, self.item, bot.policy)
            await _set(interaction, channel_id, part, value)


class Limits(commands.Cog):
    """Hears the form of the limits."""

    def __init__(self, bot: Firstframe) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Take the limits in."""
        written = written_in(interaction)
        if written is None or not await may_manage(interaction):
            return
        try:
            limits = limits_in(written, operators=self._bot.policy.budgets)
        except UserError as refusal:
            await _show(interaction, None, note=refusal.sentence)
            return
        await _set(interaction, None, Part.BUDGETS, limits)


async def _set(
    interaction: discord.Interaction[Any], channel_id: int | None, part: Part, value: Any
) -> None:
    """Write a part of the rules, show what holds now, and tell the log channel."""
    bot: Firstframe = interaction.client
    guild, member_id = _guild(interaction), interaction.user.id
    if part is Part.LOG and value and (missing := missing_rights_in(guild, value)):
        await _show(interaction, channel_id, note=words.cannot_log(value, missing))
        return
    policies = bot.store.policies
    try:
        async with asyncio.timeout(_WITHIN_S):
            change = await policies.set(guild.id, channel_id, part, value, member_id=member_id)
    except TimeoutError:
        await answer(interaction, words.NOT_NOW)
        return
    if change is not None:
        log.info("rules changed guild=%s member=%s part=%s", guild.id, member_id, part)
    await _show(interaction, channel_id)
    if change is not None:
        nonce = f"rules-{interaction.id}"
        await bot.log_book.tell(guild.id, [words.changed(change)], nonce=nonce)


async def _ask_limits(interaction: discord.Interaction[Any]) -> None:
    """Open the form, filled in with the limits as they are."""
    bot: Firstframe = interaction.client
    if (desk := await _desk(interaction, None)) is None:
        return
    form = LimitsForm(
        desk.rulebook.server.budgets or (),
        operators=bot.policy.budgets,
        locale=interaction.locale.value,
    )
    await interaction.response.send_modal(form)


async def _show(
    interaction: discord.Interaction[Any], channel_id: int | None, *, note: Sentence | None = None
) -> None:
    """Show the panel: anew, or in the place of the one that was pressed."""
    if (desk := await _desk(interaction, channel_id)) is None:
        return
    view = panel(desk, note)
    try:
        if interaction.message is None:
            await interaction.response.send_message(view=view, ephemeral=True)
        else:
            await interaction.response.edit_message(view=view)
    except UNREACHED as error:
        log.warning("panel not shown id=%s reason=%s", interaction.id, type(error).__name__)


async def _desk(interaction: discord.Interaction[Any], channel_id: int | None) -> Desk | None:
    """Return what the panel shows; None, and say so, when it cannot be read in time."""
    bot: Firstframe = interaction.client
    guild, policies = _guild(interaction), bot.store.policies
    try:
        async with asyncio.timeout(_WITHIN_S):
            return Desk(
                guild=guild,
                channel_id=channel_id,
                operator=bot.policy,
                rulebook=await policies.rulebook(guild.id),
                changes=await policies.changes(guild.id, limit=_CHANGES_SHOWN),
                locale=interaction.locale.value,
            )
    except TimeoutError:
        await answer(interaction, words.NOT_NOW)
        return None


def _guild(interaction: discord.Interaction[Any]) -> discord.Guild:
    """Commands and buttons of a server come with it."""
    if interaction.guild is None:
        raise LookupError("the desk stands in servers only")
    return interaction.guild
