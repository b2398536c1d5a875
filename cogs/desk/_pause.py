"""`/desk pause` and `/desk resume`: no new videos for a while; those that were begun go on."""

import logging
import time
from functools import partial
from typing import Any, Final

import discord
from discord import app_commands

from bot.app import Firstframe
from bot.errors import UserError
from bot.pause import Pause
from bot.sentence import Sentence
from bot.words import commands as names
from bot.words import moderation as words
from cogs.desk._managers import check_manager
from cogs.desk._work import carry_out

log = logging.getLogger(__name__)

_HOUR_S: Final = 3600.0
_LONGEST_H: Final = 365 * 24


@app_commands.describe(
    hours=names.PAUSE_HOURS.text, member=names.PAUSE_MEMBER.text, everywhere=names.EVERYWHERE.text
)
async def _pause(
    interaction: discord.Interaction[Any],
    hours: app_commands.Range[int, 1, _LONGEST_H] | None = None,
    member: discord.User | None = None,
    everywhere: bool = False,
) -> None:
    """Begin a pause, or change the one that is there."""
    ends_at = None if hours is None else time.time() + hours * _HOUR_S
    begin = partial(_begin, interaction, member and member.id, ends_at, everywhere=everywhere)
    await carry_out(interaction, begin)


@app_commands.describe(member=names.RESUME_MEMBER.text, everywhere=names.EVERYWHERE.text)
async def _resume(
    interaction: discord.Interaction[Any],
    member: discord.User | None = None,
    everywhere: bool = False,
) -> None:
    """End a pause."""
    end = partial(_end, interaction, member and member.id, everywhere=everywhere)
    await carry_out(interaction, end)


pause: Final = app_commands.Command[Any, ..., None](
    name="pause", description=names.DESK_PAUSE.text, callback=_pause
)
resume: Final = app_commands.Command[Any, ..., None](
    name="resume", description=names.DESK_RESUME.text, callback=_resume
)


async def _begin(
    interaction: discord.Interaction[Any],
    member_id: int | None,
    ends_at: float | None,
    *,
    everywhere: bool,
) -> Sentence:
    guild_id, by = await _server(interaction, everywhere=everywhere), interaction.user.id
    bot: Firstframe = interaction.client
    await bot.store.pauses.set(Pause(guild_id, member_id, ends_at), by=by)
    log.info("paused guild=%s member=%s until=%s by=%s", guild_id, member_id, ends_at, by)
    return words.begun(ends_at)


async def _end(
    interaction: discord.Interaction[Any], member_id: int | None, *, everywhere: bool
) -> Sentence:
    guild_id, by = await _server(interaction, everywhere=everywhere), interaction.user.id
    bot: Firstframe = interaction.client
    if not await bot.store.pauses.end(guild_id, member_id):
        return words.NOT_PAUSED
    log.info("resumed guild=%s member=%s by=%s", guild_id, member_id, by)
    return words.RESUMED


async def _server(interaction: discord.Interaction[Any], *, everywhere: bool) -> int | None:
    """Return where a member may decide that; None is everywhere. Raises UserError."""
    bot: Firstframe = interaction.client
    if not everywhere:
        check_manager(interaction)
        return interaction.guild_id
    if not await bot.is_owner(interaction.user):
        raise UserError(words.OPERATOR_ONLY)
    return None
