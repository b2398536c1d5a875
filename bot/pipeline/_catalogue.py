"""What Atlas offers: the prices of videos, and whether ours is among them."""

import logging

from bot.atlas.client import AtlasClient
from bot.errors import AtlasUnavailable
from bot.money import PriceList

log = logging.getLogger(__name__)


class Catalogue:
    """Atlas's catalogue, as it was last read."""

    def __init__(self, *, atlas: AtlasClient, prices: PriceList, model: str) -> None:
        self._atlas = atlas
        self._prices = prices
        self._model = model
        self._is_listed = True

    async def learn_prices(self) -> None:
        """Take over the prices, and say plainly when Atlas ceases to list the model."""
        try:
            listed = await self._atlas.catalogue()
        except AtlasUnavailable as error:
            log.warning("catalogue not read reason=%s", error)
            return
        self._prices.learn(listed)
        self._tell(is_listed=self._model in listed)

    def _tell(self, *, is_listed: bool) -> None:
        """Once for each change: it may still be taken, and each hour would be noise."""
        if is_listed and not self._is_listed:
            log.info("Atlas lists the model %s again", self._model)
        elif self._is_listed and not is_listed:
            log.warning("Atlas does not list the model %s: submits may be refused", self._model)
        self._is_listed = is_listed
