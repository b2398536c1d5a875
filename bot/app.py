"""The bot as a whole: opens its parts in order, and closes them in the reverse one."""

import asyncio
import hashlib
import json
import logging
from contextlib import AsyncExitStack
from typing import Any, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.atlas.client import AtlasClient
from bot.atlas.outputs import Outputs
from bot.chart import Easel
from bot.delivery import Delivery
from bot.fresh import FreshLinks
from bot.money import PriceList
from bot.noticeboard import Noticeboard
from bot.picture import Darkroom
from bot.pipeline import (
    BudgetWatch,
    Caretaker,
    Catalogue,
    Engine,
    FittingRoom,
    Frames,
    Gate,
    Intake,
    LogBook,
    Payment,
    Pipeline,
    Returns,
    Story,
)
from bot.presses import Presses
from bot.reception import Reception
from bot.reels import Reels
from bot.settings import Settings
from bot.shards import Turnstile
from bot.store import Store
from bot.translator import Translator
from bot.web import Web

log = logging.getLogger(__name__)

_COMMANDS: Final = (
    "cogs.video",
    "cogs.camera",
    "cogs.studio",
    "cogs.another",
    "cogs.retry",
    "cogs.library",
    "cogs.fit",
    "cogs.fresh",
    "cogs.regret",
    "cogs.moderation",
    "cogs.desk",
)
"""The cogs that members meet, loaded when all parts are there."""

_COMMANDS_HASH: Final = "commands_hash"


class Firstframe(commands.AutoShardedBot):
    """A Discord client with the parts that its cogs meet through.

    `atlas` is lent by the cog that owns the HTTP session, before `pipeline` is made of it.
    """

    atlas: AtlasClient
    pipeline: Pipeline
    reception: Reception
    caretaker: Caretaker
    delivery: Delivery
    intake: Intake
    fitting_room: FittingRoom
    fresh_links: FreshLinks
    log_book: LogBook
    returns: Returns

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
        self.easel = Easel()
        self.presses = Presses()
        self.prices = PriceList(otherwise=settings.price_per_video_usd)
        self._turnstile = Turnstile(ask=self.fetch_session_start_limits, take=self.store.turns.take)
        self._opened = AsyncExitStack()
        self.tree.error(self._answer_error)

    async def setup_hook(self) -> None:
        """Open everything between login and the gateway, then go on with what was left."""
        await self.store.open()
        await self.load_extension("cogs.atlas")
        self._build()
        await self.pipeline.start()
        await self.load_commands()
        await self._sync_commands()
        await self._listen()
        self.caretaker.start()

    async def load_commands(self) -> None:
        """Load what members meet; to look at the commands, nothing else need be open."""
        await self.tree.set_translator(Translator())
        for cog in _COMMANDS:
            await self.load_extension(cog)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:  # noqa: ARG002  # discord.py's own turns rest on it
        """Wait for this shard's turn among all processes."""
        await self._turnstile.wait(shard_id or 0)

    async def close(self) -> None:
        """Leave what is in flight safely in the store, and close in reverse order."""
        if self.is_closed():
            return
        await self._opened.aclose()
        await super().close()
        self.darkroom.close()
        await asyncio.to_thread(self.store.close)

    def _build(self) -> None:
        """Make the parts of each other, and say in which order they will be closed."""
        settings, store, atlas = self.settings, self.store, self.atlas
        outputs = Outputs(allow_private=settings.allow_private_outputs)
        delivery = self.delivery = Delivery(self, Reels(outputs, deliver=settings.deliver))
        self.fresh_links = FreshLinks(store=store, atlas=atlas, outputs=outputs)
        engine = Engine(
            database_url=settings.database_url,
            process_name=settings.process_name,
            max_in_flight=settings.max_in_flight,
            max_per_user=settings.max_per_user,
        )
        frames = Frames(
            store=store,
            delivery=delivery,
            atlas=atlas,
            outputs=outputs,
            darkroom=self.darkroom,
        )
        self.log_book = LogBook(store=store, delivery=delivery)
        self.intake = Intake(
            store=store,
            delivery=delivery,
            frames=frames,
            gate=Gate(store=store, blocklist=settings.blocklist),
            log_book=self.log_book,
            watch=BudgetWatch(store=store, noticeboard=Noticeboard(self)),
            engine=engine,
            settings=settings,
            prices=self.prices,
        )
        self.fitting_room = FittingRoom(store=store, delivery=delivery)
        self.reception = Reception(store=store, intake=self.intake)
        payment = Payment(store=store, atlas=atlas, settings=settings)
        story = Story(
            store=store,
            atlas=atlas,
            delivery=delivery,
            payment=payment,
            log_book=self.log_book,
            settings=settings,
        )
        self.caretaker = Caretaker(
            store=store,
            atlas=atlas,
            engine=engine,
            intake=self.intake,
            catalogue=Catalogue(atlas=atlas, prices=self.prices, model=settings.atlas_model),
            log_book=self.log_book,
            settings=settings,
        )
        self.returns = Returns(store=store, story=story, delivery=delivery)
        self.pipeline = Pipeline(story=story, payment=payment, engine=engine)
        for close in (
            self.reception.finish,
            self.pipeline.stop,
            self.caretaker.stop,
            self.reception.close,
        ):
            self._opened.push_async_callback(close)

    async def _listen(self) -> None:
        """Hear Atlas's webhooks, where there is a port for it. Raises PortTaken."""
        if self.settings.port is not None:
            web = Web(
                port=self.settings.port, keys=self.atlas.webhook_keys, ring=self.caretaker.hear
            )
            await web.start()
            self._opened.push_async_callback(web.close)

    async def _sync_commands(self) -> None:
        """Tell Discord our commands when they changed: it limits how often a bot may."""
        payload = await self.command_payloads()
        text = json.dumps([self.application_id, payload], sort_keys=True)
        fingerprint = hashlib.sha256(text.encode()).hexdigest()
        try:
            told = await self.store.notes.read(_COMMANDS_HASH)
            if told == fingerprint and await self._are_known(payload):
                return
            await self.tree.sync()
        except discord.HTTPException as error:
            log.warning("commands not synced reason=%s", error.text or error.status)
            return
        await self.store.notes.keep(_COMMANDS_HASH, fingerprint)
        log.info("commands synced")

    async def _are_known(self, commands: list[dict[str, Any]]) -> bool:
        """Tell whether Discord has them; another program with our token may have replaced them."""
        known = {(each.type.value, each.name) for each in await self.tree.fetch_commands()}
        return {(each["type"], each["name"]) for each in commands} <= known

    async def command_payloads(self) -> list[dict[str, Any]]:
        """Return the commands as Discord gets them, in all languages."""
        translator = self.tree.translator
        if translator is None:
            raise LookupError("the tree has no translator")
        commands = self.tree.get_commands()
        return [await each.get_translated_payload(self.tree, translator) for each in commands]

    async def _answer_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        """Log what we did not plan, and say sorry."""
        log.error("command failed id=%s", interaction.id, exc_info=error)
        await self.reception.apologise(interaction)
