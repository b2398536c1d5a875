"""The bot as a whole: opens its parts in order, and closes them in the reverse one."""

import asyncio
import logging
from contextlib import AsyncExitStack
from typing import Final

import discord
from discord import app_commands
from discord.ext import commands

from bot import command_list
from bot.atlas.client import AtlasClient
from bot.atlas.outputs import Outputs
from bot.chart import Easel
from bot.delivery import Delivery
from bot.fresh import FreshLinks
from bot.health import Health
from bot.lag import LoopLag
from bot.metrics import Metrics
from bot.picture import Darkroom
from bot.pipeline import (
    BudgetWatch,
    Caretaker,
    Catalogue,
    Doorkeeper,
    Engine,
    FittingRoom,
    Frames,
    Intake,
    LogBook,
    Payment,
    Pipeline,
    Returns,
    Span,
    Story,
    no_span,
)
from bot.policy import operators_policy
from bot.presses import Presses
from bot.rate_limits import rate_limits
from bot.reception import UNREACHED, Reception
from bot.reels import Reels
from bot.settings import Settings
from bot.shards import Turnstile
from bot.shelf import Shelf
from bot.store import Store
from bot.translator import Translator
from bot.web import HealthPages, MetricsPage, Web, Webhook

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

_ASK_WITHIN_S: Final = 3.0


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
    catalogue: Catalogue
    doorkeeper: Doorkeeper

    def __init__(self, settings: Settings) -> None:
        self.metrics = Metrics()
        super().__init__(
            commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            http_trace=rate_limits(self.metrics.rate_limited),
            shard_count=settings.shard_count,
            shard_ids=list(settings.shard_ids) or None,  # pyright: ignore[reportArgumentType]  # None is its default
        )
        self.settings = settings
        self.store = Store(settings.database_url)
        self.darkroom = Darkroom()
        self.easel = Easel()
        self.presses = Presses()
        self.policy = operators_policy(settings)
        self.shelf = Shelf(settings.atlas_models, price_otherwise=settings.price_per_video_usd)
        self._turnstile = Turnstile(ask=self.fetch_session_start_limits, take=self.store.turns.take)
        self._opened = AsyncExitStack()
        self._is_open = False
        self.tree.error(self._answer_error)

    async def setup_hook(self) -> None:
        """Open everything between login and the gateway, then go on with what was left."""
        await self._listen()
        await self.store.open()
        await self.load_extension("cogs.atlas")
        self._build()
        await self.pipeline.start()
        await self.catalogue.recall()  # before any command, of before this start too, is taken
        await self.load_commands()
        await command_list.sync(self.tree, self.store)
        self.caretaker.start()
        self._is_open = True

    async def load_commands(self) -> None:
        """Load what members meet; to look at the commands, nothing else need be open."""
        await self.tree.set_translator(Translator())
        for cog in _COMMANDS:
            await self.load_extension(cog)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:  # noqa: ARG002  # discord.py's own turns rest on it
        """Wait for this shard's turn among all processes."""
        await self._turnstile.wait(shard_id or 0)

    async def is_owner(self, user: discord.abc.User, /) -> bool:
        """Tell whether somebody runs the bot, alone or in its team; when in doubt, not."""
        try:
            async with asyncio.timeout(_ASK_WITHIN_S):
                return await super().is_owner(user)
        except UNREACHED as error:
            log.warning("owner not known reason=%s", type(error).__name__)
            return False

    async def close(self) -> None:
        """Leave what is in flight safely in the store, and close in reverse order."""
        if self.is_closed():
            return
        self._is_open = False
        await self._opened.aclose()
        await discord.AutoShardedClient.close(self)  # before the cogs go: commands still come
        await super().close()
        self.darkroom.close()
        await asyncio.to_thread(self.store.close)

    def _build(self) -> None:
        """Make the parts of each other, and say in which order they will be closed."""
        settings, store, atlas, span = self.settings, self.store, self.atlas, self._send_traces()
        outputs = Outputs(allow_private=settings.allow_private_outputs)
        delivery = self.delivery = Delivery(self, Reels(outputs, deliver=settings.deliver))
        self.fresh_links = FreshLinks(store=store, atlas=atlas, outputs=outputs)
        engine = Engine(
            database_url=settings.database_url,
            process_name=settings.process_name,
            max_in_flight=settings.max_in_flight,
            max_per_user=settings.max_per_user,
            is_traced=settings.otel_exporter_otlp_endpoint is not None,
        )
        frames = Frames(
            store=store,
            delivery=delivery,
            atlas=atlas,
            outputs=outputs,
            darkroom=self.darkroom,
        )
        self.log_book = LogBook(store=store, delivery=delivery)
        self.doorkeeper = Doorkeeper(
            store=store, operator=self.policy, blocklist=settings.blocklist
        )
        self.intake = Intake(
            store=store,
            delivery=delivery,
            frames=frames,
            log_book=self.log_book,
            watch=BudgetWatch(store=store, log_book=self.log_book),
            doorkeeper=self.doorkeeper,
            engine=engine,
            shelf=self.shelf,
            metrics=self.metrics,
        )
        self.catalogue = Catalogue(
            store=store,
            atlas=atlas,
            outputs=outputs,
            shelf=self.shelf,
            models=settings.atlas_models,
        )
        self.fitting_room = FittingRoom(store=store, delivery=delivery)
        self.reception = Reception(store=store, intake=self.intake, doorkeeper=self.doorkeeper)
        payment = Payment(store=store, atlas=atlas, settings=settings, metrics=self.metrics)
        story = Story(
            store=store,
            atlas=atlas,
            delivery=delivery,
            payment=payment,
            log_book=self.log_book,
            settings=settings,
            metrics=self.metrics,
            span=span,
        )
        self.caretaker = Caretaker(
            store=store,
            atlas=atlas,
            engine=engine,
            intake=self.intake,
            catalogue=self.catalogue,
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

    def _send_traces(self) -> Span:
        """Send traces where a collector is named; few need these libraries.

        Return what surrounds a step.
        """
        if (collector_url := self.settings.otel_exporter_otlp_endpoint) is None:
            return no_span
        from bot.traces import Traces

        traces = Traces(collector_url, process_name=self.settings.process_name)
        self._opened.push_async_callback(traces.close)
        return traces.span

    async def _listen(self) -> None:
        """Answer who watches over us, from the start on, and hear Atlas. Raises PortTaken."""
        if self.settings.port is None:
            return
        health = Health(
            gateway=self._is_at_gateway, database=self.store.counts.answers, engine=self._is_working
        )
        metrics = MetricsPage(
            self.metrics, health, count=self.store.counts.now, token=self.settings.metrics_token
        )
        webhook = Webhook(
            keys=lambda: self.atlas.webhook_keys(),  # noqa: PLW0108  # it is lent later
            ring=lambda attempt, id_: self.caretaker.hear(attempt, id_),  # noqa: PLW0108  # made later
            is_open=lambda: self._is_open,
        )
        web = Web(HealthPages(health), metrics, webhook, port=self.settings.port)
        lag = LoopLag(self.metrics.lagged)
        await web.start()
        lag.start()
        for close in (lag.close, health.close, metrics.close, web.close):
            self._opened.push_async_callback(close)

    async def _is_at_gateway(self) -> bool:
        return self.is_ready() and not any(shard.is_closed() for shard in self.shards.values())

    async def _is_working(self) -> bool:
        return self._is_open and self.pipeline.is_working

    async def _answer_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        """Log what we did not plan, and say sorry."""
        log.error("command failed id=%s", interaction.id, exc_info=error)
        await self.reception.apologise(interaction)
