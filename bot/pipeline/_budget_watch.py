"""Warns when a budget is nearly used: its server, and in the log whoever runs the bot."""

import asyncio
import logging
from collections.abc import Iterable
from typing import Final

from bot.model import Video
from bot.money import Budget, Scope
from bot.pipeline._log_book import LogBook
from bot.store import Store
from bot.words.spend import nearly_used

log = logging.getLogger(__name__)

_WITHIN_S: Final = 10.0


class BudgetWatch:
    """Looks after each acceptance. A warning is noted before it is told: lost at worst."""

    def __init__(self, *, store: Store, log_book: LogBook) -> None:
        self._store = store
        self._log_book = log_book

    async def look(self, video: Video, budgets: Iterable[Budget]) -> None:
        """Warn of budgets that a new video brings near their end."""
        try:
            async with asyncio.timeout(_WITHIN_S):
                near = await self._store.spending.newly_near(video, budgets)
        except TimeoutError:
            return  # the next video is looked after, too
        guild_id = video.place.guild_id
        for budget in near:
            facts = (budget.scope, budget.unit, budget.most, guild_id)
            log.warning("budget nearly used scope=%s unit=%s most=%s guild=%s", *facts)
        told = [nearly_used(budget) for budget in near if budget.scope is Scope.SERVER]
        if told and guild_id is not None:
            await self._log_book.tell(guild_id, told, nonce=f"near-{video.id}")
