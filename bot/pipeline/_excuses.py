"""How commands are answered that become no video, or not yet."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial

from bot.delivery import Delivery
from bot.errors import DiscordUnavailable, PlaceClosed
from bot.model import Arrival
from bot.picture import PictureMisfits
from bot.pipeline._patience import patiently
from bot.sentence import Sentence
from bot.store import Store

log = logging.getLogger(__name__)


class Excuses:
    """Said before they are noted as said; what Discord did not take now is said later."""

    def __init__(self, *, store: Store, delivery: Delivery) -> None:
        self._store = store
        self._delivery = delivery

    async def offer(self, arrival: Arrival, misfit: PictureMisfits) -> None:
        """Keep the wish before it is offered: whatever button is shown has what it needs."""
        await self._store.drafts.keep(arrival)
        try:
            await self._answer(arrival, partial(self._delivery.answers.offer, arrival, misfit))
        except PlaceClosed as error:  # it may be the files that are not taken
            log.warning("fits not shown id=%s reason=%s", arrival.id, error)
            await self.refuse(arrival, misfit.sentence)

    async def refuse(self, arrival: Arrival, sentence: Sentence) -> None:
        """Say why there will be no video."""
        try:
            await self._answer(arrival, partial(self._delivery.answers.refuse, arrival, sentence))
        except PlaceClosed as error:
            log.warning("refusal not shown id=%s reason=%s", arrival.id, error)
            await self._store.arrivals.answered(arrival.id)

    async def _answer(self, arrival: Arrival, answer: Callable[[], Awaitable[None]]) -> None:
        """Say it, and note that. Raises PlaceClosed."""
        try:
            await patiently(answer)
        except DiscordUnavailable as error:
            log.warning("answer not shown id=%s reason=%s", arrival.id, error)
        else:
            await self._store.arrivals.answered(arrival.id)
