"""`/desk spend`: what was spent, for those who manage a server, and for whoever runs the bot."""

import asyncio
import io
import logging
import time
from contextlib import suppress
from typing import Any, Final

import discord
from discord import app_commands

from bot.app import Firstframe
from bot.buttons import SPEND, Button, row, spend_button
from bot.errors import AtlasError, ChildFailed
from bot.language import ENGLISH, language
from bot.money import day_of
from bot.named import Named
from bot.places import is_manager
from bot.sentence import Sentence
from bot.spend import NOTHING, Span, csv_file
from bot.statement import Statement
from bot.words import commands as names
from bot.words import desk
from bot.words import spend as words
from cogs.desk._names import names_in

log = logging.getLogger(__name__)

_ADD_WITHIN_S: Final = 10.0
_ASK_WITHIN_S: Final = 3.0


async def _spend(interaction: discord.Interaction[Any]) -> None:
    """Show the days that most ask for."""
    with suppress(discord.HTTPException):  # our own may stand, its answer lost on the way
        await interaction.response.defer(ephemeral=True, thinking=True)
    await _show(interaction, Span.WEEK)


spend: Final = app_commands.Command[Any, [], None](
    name="spend", description=names.DESK_SPEND.text, callback=_spend
)


class SpanButton(Named[Button], template=SPEND):
    """Shows other days in the place of these."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Look at who pressed, and show it."""
        with suppress(discord.HTTPException):
            await interaction.response.defer()
        await _show(interaction, Span(self.match["span"]))


async def _show(interaction: discord.Interaction[Any], span: Span) -> None:
    """Show managers their server, and whoever runs the bot all of them."""
    bot: Firstframe = interaction.client
    is_everywhere = await bot.is_owner(interaction.user)
    if not (is_everywhere or is_manager(interaction)):
        await _refuse(interaction, desk.MANAGERS_ONLY)
        return
    try:
        async with asyncio.timeout(_ADD_WITHIN_S):
            report = await bot.store.spending.report(
                span.days(day_of(time.time())),
                server_id=None if is_everywhere else interaction.guild_id,
            )
    except TimeoutError:
        await _refuse(interaction, words.NOT_NOW)
        return
    known = await names_in(bot, report, interaction.guild)
    statement = Statement(report=report, names=known, span=span, is_everywhere=is_everywhere)
    more = [await _balance(bot)] if is_everywhere else []
    await _answer(interaction, statement, more)


async def _answer(
    interaction: discord.Interaction[Any], statement: Statement, more: list[Sentence]
) -> None:
    bot: Firstframe = interaction.client
    locale, report = interaction.locale.value, statement.report
    spoken = language(locale)
    files = list[discord.File]()
    if report.total != NOTHING:
        try:
            files.append(await _picture(bot, statement, locale))
        except ChildFailed as error:
            log.warning("chart not drawn reason=%s", error)
            more.append(words.NO_PICTURE)
        files.append(await _file(statement))
    if not report.is_whole:
        more.append(words.NOT_WHOLE)
    await interaction.edit_original_response(
        content=statement.text(spoken, *more),
        attachments=files,
        view=row(*[spend_button(one, locale, is_shown=one is statement.span) for one in Span]),
    )


async def _refuse(interaction: discord.Interaction[Any], sentence: Sentence) -> None:
    said = language(interaction.locale.value).say(sentence)
    await interaction.edit_original_response(content=said, attachments=[], view=None)


async def _picture(bot: Firstframe, statement: Statement, locale: str) -> discord.File:
    """Raises ChildFailed."""
    spoken = language(locale)
    png = await bot.easel.draw(statement.chart(spoken), statement.chart(ENGLISH))
    return discord.File(io.BytesIO(png), "spending.png", description=statement.alt(spoken))


async def _file(statement: Statement) -> discord.File:
    report = statement.report
    content = await asyncio.to_thread(csv_file, report.entries, statement.names)
    return discord.File(
        io.BytesIO(content), f"spending-{min(report.by_day)}-{max(report.by_day)}.csv"
    )


async def _balance(bot: Firstframe) -> Sentence:
    try:
        async with asyncio.timeout(_ASK_WITHIN_S):
            return words.balance(await bot.atlas.balance())
    except (AtlasError, TimeoutError) as error:
        log.warning("balance not read reason=%s", error)
        return words.NO_BALANCE
