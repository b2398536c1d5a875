"""The bot as a whole: opens its parts in order, and closes them in the reverse one."""

import asyncio
import hashlib
import json
import logging
from typing import Final

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from bot import words
from bot.atlas.client import AtlasClient
from bot.delivery import Delivery
from bot.model import VideoId
from bot.picture import Darkroom
from bot.pipeline import Engine, Pipeline, Story
from bot.settings import Settings
from bot.store import Store

log = logging.getLogger(__name__)

_COMMANDS_HASH: Final = "commands_hash"


class Firstframe(commands.AutoShardedBot):
    """A Discord client with the parts that its cogs meet through.

    `atlas` is lent by the cog that owns the HTTP session, before `pipeline` is made of it.
    """

    atlas: AtlasClient
    pipeline: Pipeline

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            shard_count=settings.shard_count,
            shard_ids=list(settings.shard_ids) or None,  # pyright: ignore[reportArgumentType]  # None is its default
        )
        self.settings = settings
        self.store = Store(settings.database_url)
        self.darkroom = Darkroom()
        self.tree.error(self._answer_error)

    async def setup_hook(self) -> None:
        """Open everything between login and the gateway, then go on with what was left."""
        await self.store.open()
        await self.load_extension("cogs.atlas")
        self.pipeline = self._pipeline()
        await self.pipeline.start()
        await self.load_extension("cogs.video")
        await self._sync_commands()
        await self.pipeline.resume()

    async def close(self) -> None:
        """Leave what is in flight safely in the store, and close in reverse order."""
        if self.is_closed():
            return
        if hasattr(self, "pipeline"):
            await self.pipeline.stop()
        await super().close()
        self.darkroom.close()
        await asyncio.to_thread(self.store.close)

    def _pipeline(self) -> Pipeline:
        delivery = Delivery(self)
        return Pipeline(
            store=self.store,
            delivery=delivery,
            darkroom=self.darkroom,
            story=Story(
                store=self.store, atlas=self.atlas, delivery=delivery, limits=self.settings
            ),
            engine=Engine(
                database_url=self.settings.database_url,
                process_name=self.settings.process_name,
                max_in_flight=self.settings.max_in_flight,
                max_per_user=self.settings.max_per_user,
            ),
            model=self.settings.atlas_model,
        )

    async def _sync_commands(self) -> None:
        """Tell Discord our commands when they changed: it limits how often a bot may."""
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        text = json.dumps([self.application_id, payload], sort_keys=True)
        fingerprint = hashlib.sha256(text.encode()).hexdigest()
        if await self.store.note(_COMMANDS_HASH) == fingerprint:
            return
        try:
            await self.tree.sync()
        except discord.HTTPException as error:
            log.warning("commands not synced reason=%s", error.text or error.status)
            return
        await self.store.keep_note(_COMMANDS_HASH, fingerprint)
        log.info("commands synced")

    async def _answer_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        """Log what we did not plan, and let no member wait for an answer that will not come."""
        log.error("command failed id=%s", interaction.id, exc_info=error)
        try:
            if not interaction.response.is_done():
                await interaction.response.send_message(words.BROKEN, ephemeral=True)
            elif not await self.store.is_accepted(VideoId(interaction.id)):
                await interaction.edit_original_response(content=words.BROKEN)
                await self.store.answered(VideoId(interaction.id))
        except (discord.HTTPException, aiohttp.ClientError, OSError) as unreachable:
            log.warning("error not shown id=%s reason=%s", interaction.id, unreachable)
