"""`/videos`, `/video-info` and `/forget-me`: what members see of their own, and only they.

Whose videos are shown is decided by who asks, at each press anew: no button names a member.
"""

import asyncio
import io
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any, Final

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.app import Firstframe
from bot.buttons import FORGET, PAGE, PICK, Button, forget_button, row
from bot.errors import DiscordUnavailable, PlaceClosed, UserError
from bot.gallery import Picker, details, gallery, label
from bot.language import language
from bot.library import SEARCH_LIMIT, Entry, export_file, words_of
from bot.model import Ready, short_id, video_id_of
from bot.named import Named
from bot.reception import answer, tell
from bot.sentence import Sentence
from bot.words import commands as names
from bot.words import library as words

_LOOK_WITHIN_S: Final = 1.5
_FILM_WITHIN_S: Final = 0.7
_EXPORT_WITHIN_S: Final = 30.0
_CHOICES: Final = 25


class Turn(Named[Button], template=PAGE):
    """Turns the pages of `/videos`."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show another page in the place of this one."""
        number, search = int(self.match["number"]), self.match["search"]
        page = _page(interaction, number=number, search=search)
        await _show(interaction, page, in_place=True)


class Pick(Named[Picker], template=PICK):
    """Shows all about one of the videos of a page."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show it beside the page."""
        await _show(interaction, _info(interaction, self.item.values[0]))


class Forget(Named[Button], template=FORGET):
    """Deletes what is stored about whoever presses it; pressed again, it changes nothing."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Delete it, and say what is left."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await tell(interaction, _forget(interaction))


class Library(commands.Cog):
    """The commands."""

    def __init__(self, bot: Firstframe) -> None:
        self._bot = bot

    @app_commands.command(description=names.VIDEOS.text)
    @app_commands.describe(search=names.SEARCH.text)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def videos(
        self,
        interaction: discord.Interaction[Any],
        search: app_commands.Range[str, 1, SEARCH_LIMIT] | None = None,
    ) -> None:
        """Show the first page."""
        await _show(interaction, _page(interaction, number=0, search=words_of(search or "")))

    @app_commands.command(name="video-info", description=names.VIDEO_INFO.text)
    @app_commands.rename(short="id")
    @app_commands.describe(short=names.ID.text)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def video_info(self, interaction: discord.Interaction[Any], short: str) -> None:
        """Show all about one video."""
        await _show(interaction, _info(interaction, short))

    @video_info.autocomplete("short")
    async def suggest(
        self, interaction: discord.Interaction[Any], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Return the newest videos that have these letters in their line."""
        spoken = language(interaction.locale.value)
        try:
            async with asyncio.timeout(_LOOK_WITHIN_S):
                latest = await self._bot.store.library.latest(interaction.user.id, limit=_CHOICES)
        except TimeoutError:
            return []
        lines = [(label(entry, spoken), short_id(entry.video.id)) for entry in latest]
        return [
            app_commands.Choice(name=line, value=short)
            for line, short in lines
            if typed.lower() in line.lower()
        ]

    @app_commands.command(name="forget-me", description=names.FORGET_ME.text)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def forget_me(self, interaction: discord.Interaction[Any]) -> None:
        """Hand over what is stored, and ask whether it is to be deleted."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        locale = interaction.locale.value
        say = language(locale).say
        try:
            async with asyncio.timeout(_EXPORT_WITHIN_S):
                stored = await self._bot.store.library.everything(interaction.user.id)
        except TimeoutError:
            await interaction.edit_original_response(content=say(words.NOT_NOW))
            return
        limit = interaction.filesize_limit
        file = await asyncio.to_thread(export_file, stored, limit=limit)
        await interaction.edit_original_response(
            content=say(words.STORED_TOO_MUCH if file is None else words.STORED),
            attachments=[] if file is None else [discord.File(io.BytesIO(file[1]), file[0])],
            view=row(forget_button(locale)),
        )


async def _forget(interaction: discord.Interaction[Any]) -> Sentence:
    """Raises UserError."""
    bot: Firstframe = interaction.client
    return words.deleted(await bot.caretaker.forget_member(interaction.user.id))


async def _page(
    interaction: discord.Interaction[Any], *, number: int, search: str
) -> ui.LayoutView:
    bot: Firstframe = interaction.client
    page = await bot.store.library.page(interaction.user.id, number=number, search=search)
    return gallery(page, interaction.locale.value)


async def _info(interaction: discord.Interaction[Any], short: str) -> ui.LayoutView:
    """Raises UserError, the same for a stranger's video as for none."""
    bot: Firstframe = interaction.client
    try:
        entry = await bot.store.library.entry(interaction.user.id, video_id_of(short))
    except ValueError:
        entry = None
    if entry is None:
        raise UserError(words.UNKNOWN_ID)
    return details(entry, interaction.locale.value, film=await _film(bot, entry))


async def _film(bot: Firstframe, entry: Entry) -> str | None:
    """Return where Discord has the film; None where it has none, or takes too long to tell."""
    ending = entry.ending
    if ending is None or ending.post is None or not isinstance(ending.outcome, Ready):
        return None
    with suppress(PlaceClosed, DiscordUnavailable, TimeoutError):
        async with asyncio.timeout(_FILM_WITHIN_S):
            return await bot.delivery.results.film(entry.video, ending.post)


async def _show(
    interaction: discord.Interaction[Any], view: Awaitable[ui.LayoutView], *, in_place: bool = False
) -> None:
    """Show what is found in time, for the first answer must come within three seconds."""
    try:
        async with asyncio.timeout(_LOOK_WITHIN_S):
            found = await view
    except TimeoutError:
        await answer(interaction, words.NOT_NOW)
    except UserError as refusal:
        await answer(interaction, refusal.sentence)
    else:
        if in_place:
            await interaction.response.edit_message(view=found)
        else:
            await interaction.response.send_message(view=found, ephemeral=True)


async def setup(bot: Firstframe) -> None:
    """Load the cog, and hear the buttons; called by discord.py."""
    bot.add_dynamic_items(Turn, Pick, Forget)
    await bot.add_cog(Library(bot))


async def teardown(bot: Firstframe) -> None:
    """Hear them no more; called by discord.py."""
    bot.remove_dynamic_items(Turn, Pick, Forget)
