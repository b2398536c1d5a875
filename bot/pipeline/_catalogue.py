"""What Atlas offers: learnt from its catalogue, and from the schema of each of our models."""

import asyncio
import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from bot.atlas.client import AtlasClient
from bot.atlas.outputs import Outputs
from bot.atlas.schema import takes_of
from bot.atlas.schemas import fetch_input
from bot.atlas.wire import Listing
from bot.errors import AtlasUnavailable, SchemaUnusable
from bot.offer import Model
from bot.shelf import Shelf
from bot.store import Store

log = logging.getLogger(__name__)

_NOTE: Final = "models"
_GOOD_FOR_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class _Label:
    """What is kept of a model between starts; `given` is the `Input` of its schema."""

    name: str
    price_usd: str | None
    given: Mapping[str, Any]

    def model(self, model: str) -> Model:
        """Return the model that it describes. Raises SchemaUnusable."""
        price = None if self.price_usd is None else Decimal(self.price_usd)
        return Model(model, self.name, price, takes_of(self.given))


class Catalogue:
    """Fills the shelf; what was learnt is kept, so that a start without Atlas knows it, too."""

    def __init__(
        self,
        *,
        store: Store,
        atlas: AtlasClient,
        outputs: Outputs,
        shelf: Shelf,
        models: Sequence[str],
    ) -> None:
        self._store = store
        self._atlas = atlas
        self._outputs = outputs
        self._shelf = shelf
        self._models = models
        self._labels: dict[str, _Label] = {}
        self._told: dict[str, str] = {}
        self._good_until = 0.0

    async def recall(self) -> None:
        """Learn what was known before the start."""
        note = await self._store.notes.read(_NOTE)
        try:
            kept: Mapping[str, Mapping[str, Any]] = json.loads(note or "{}")
            self._labels = {
                model: _Label(label["name"], label["price_usd"], label["given"])
                for model, label in kept.items()
                if model in self._models
            }
        except (KeyError, TypeError, ValueError):  # another version may have written it
            log.exception("models not recalled")
        self._fill()

    async def keep_up(self) -> None:
        """Learn once an hour; an Atlas that does not answer is asked again with the next call."""
        if time.monotonic() >= self._good_until and await self.learn_models():
            self._good_until = time.monotonic() + _GOOD_FOR_S

    async def learn_models(self) -> bool:
        """Learn what Atlas offers just now, and tell the operator of each change for the worse.

        False when its catalogue could not be read.
        """
        try:
            listed = await self._atlas.catalogue()
        except AtlasUnavailable as error:
            log.warning("catalogue not read reason=%s", error)
            return False
        looks = (self._look(model, listed.get(model)) for model in self._models)
        unread = dict(zip(self._models, await asyncio.gather(*looks), strict=True))
        self._tell(self._fill() | {model: trouble for model, trouble in unread.items() if trouble})
        await self._keep()
        return True

    async def _look(self, model: str, listing: Listing | None) -> str:
        """Note what a model is like; return what is in the way, or nothing."""
        try:
            self._labels[model] = await self._label(listing)
        except SchemaUnusable as trouble:
            return str(trouble)
        return ""

    async def _label(self, listing: Listing | None) -> _Label:
        """Read what the catalogue and the schema say. Raises SchemaUnusable."""
        if listing is None:
            raise SchemaUnusable("Atlas does not list it: submits may be refused")
        price = None if listing.price_usd is None else str(listing.price_usd)
        return _Label(listing.name, price, await fetch_input(self._outputs, listing))

    def _fill(self) -> dict[str, str]:
        """Put on the shelf what may be used; return what is wrong with the rest."""
        usable, troubles = dict[str, Model](), dict[str, str]()
        for model, label in self._labels.items():
            try:
                usable[model] = label.model(model)
            except SchemaUnusable as trouble:
                troubles[model] = f"it cannot be used: {trouble}"
        self._shelf.learn(usable)
        return troubles

    def _tell(self, troubles: Mapping[str, str]) -> None:
        """Once for each change: each hour would be noise."""
        for model in self._models:
            before, now = self._told.get(model), troubles.get(model)
            if now is not None and now != before:
                log.warning("model %s: %s", model, now)
            elif now is None and before is not None:
                log.info("model %s: all is well again", model)
        self._told = dict(troubles)

    async def _keep(self) -> None:
        labels = {
            model: {"name": label.name, "price_usd": label.price_usd, "given": label.given}
            for model, label in self._labels.items()
        }
        note = json.dumps(labels)
        if note != await self._store.notes.read(_NOTE):
            await self._store.notes.keep(_NOTE, note)
