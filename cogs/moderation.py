"""Report below a result, for all who see it; Remove, Pause and Dismiss on the cards for managers.

They are known by their names, so they work after a restart and as long as their message stands.
"""

import asyncio
import logging
import time
from contextlib import suppress
from typing import Any, Final

import discord
from discord.ext import commands

from bot import case_card
from bot.app import Firstframe
from bot.buttons import REPORT, Button
from bot.case_card import Act, Menu, acted
from bot.errors import UserError
from bot.language import language
from bot.named import Named
from bot.pause import Pause
from bot.places import is_moderator
from bot.reception import acknowledge_press, answer, tell
from bot.report import ReportForm, report_in
from bot.sentence import Sentence
from bot.words import moderation as words

log = logging.getLogger(__name__)

_WITHIN_S: Final = 10.0
_HOUR_S: Final = 3600.0


class ReportButton(Named[Button], template=REPORT):
    """Opens the form, or says already now why nobody would see it."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Let the member say why."""
        bot: Firstframe = interaction.client
        try:
            await bot.log_book.expect(self.video_id)
        except UserError as refusal:
            await answer(interaction, refusal.sentence)
            return
        with suppress(discord.HTTPException):  # the first of two deliveries opened it
            form = ReportForm(self.video_id, interaction.locale.value)
            await interaction.response.send_modal(form)


class Remove(Named[Button], template=case_card.REMOVE):
    """Deletes a video and all that showed it."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Delete it, and say so on the card."""
        bot: Firstframe = interaction.client
        if not await _may_act(interaction):
            return
        try:
            await bot.returns.remove(self.video_id, guild_id=interaction.guild_id)
        except UserError as refusal:
            await _say(interaction, refusal.sentence)
            return
        await _write(interaction, Act.REMOVED, words.removed_by(interaction.user.id))


class PauseMenu(Named[Menu], template=case_card.PAUSE):
    """Pauses a member in the server of the card for some hours; for none, ends the pause."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Write the pause down, and say so on the card."""
        if not await _may_act(interaction):
            return
        hours = int(self.item.values[0])
        ends_at = time.time() + hours * _HOUR_S if hours else None
        try:
            async with asyncio.timeout(_WITHIN_S):
                await self._pause(interaction, ends_at)
        except TimeoutError:
            await _say(interaction, words.NOT_NOW)
            return
        await _write(interaction, Act.PAUSED, words.paused_by(interaction.user.id, ends_at))

    async def _pause(self, interaction: discord.Interaction[Any], ends_at: float | None) -> None:
        bot: Firstframe = interaction.client
        member_id = int(self.match["member"])
        guild_id, by = interaction.guild_id, interaction.user.id
        if ends_at is None:
            await bot.store.pauses.end(guild_id, member_id)
        else:
            await bot.store.pauses.set(Pause(guild_id, member_id, ends_at), by=by)
        log.info(
            "member paused guild=%s member=%s until=%s by=%s", guild_id, member_id, ends_at, by
        )


class Dismiss(Named[Button], template=case_card.DISMISS):
    """Takes the buttons off a card."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Say on the card who found that nothing is to be done."""
        if await _may_act(interaction):
            await _write(interaction, Act.DISMISSED, words.dismissed_by(interaction.user.id))


class Moderation(commands.Cog):
    """Hears every report that is submitted."""

    def __init__(self, bot: Firstframe) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Show a report to the managers; discord.py hears only forms of since its start."""
        if (reported := report_in(interaction)) is None:
            return
        with suppress(discord.HTTPException):  # our own may stand, its answer lost on the way
            await interaction.response.defer(ephemeral=True, thinking=True)
        await tell(interaction, self._bot.log_book.report(*reported))


async def _may_act(interaction: discord.Interaction[Any]) -> bool:
    """Acknowledge a press of a moderator; False for all others, and for its second delivery."""
    if not is_moderator(interaction):
        await answer(interaction, words.MODERATORS_ONLY)
        return False
    return await acknowledge_press(interaction)


async def _write(interaction: discord.Interaction[Any], act: Act, said: Sentence) -> None:
    """Write on the card what was done, as it is now: another manager may have been at it."""
    try:
        card = await interaction.original_response()
    except discord.NotFound:
        return  # it was deleted meanwhile
    locale = interaction.guild_locale or interaction.locale
    line = f"-# {language(locale.value).say(said)}"
    if (view := acted(card, act, line)) is not None:
        nobody = discord.AllowedMentions.none()
        await interaction.edit_original_response(view=view, allowed_mentions=nobody)


async def _say(interaction: discord.Interaction[Any], sentence: Sentence) -> None:
    said = language(interaction.locale.value).say(sentence)
    await interaction.followup.send(said, ephemeral=True)


async def setup(bot: Firstframe) -> None:
    """Load the cog, and hear the buttons; called by discord.py."""
    bot.add_dynamic_items(ReportButton, Remove, PauseMenu, Dismiss)
    await bot.add_cog(Moderation(bot))


async def teardown(bot: Firstframe) -> None:
    """Hear them no more; called by discord.py."""
    bot.remove_dynamic_items(ReportButton, Remove, PauseMenu, Dismiss)
