"""What is on offer: the operator's models, with what was learnt of each."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from bot.atlas.schema import DOCUMENTED
from bot.errors import UserError
from bot.offer import Model, Offer, offers_of
from bot.order import Order
from bot.words import models as words


class Shelf:
    """The models by their ids, the operator's own first: that one is there before all learning."""

    def __init__(self, ids: Sequence[str], *, price_otherwise: Decimal) -> None:
        self._ids = ids
        self._price_otherwise = price_otherwise
        self._unlearnt = Model(ids[0], ids[0], None, DOCUMENTED)
        self.learn({})

    def learn(self, models: Mapping[str, Model]) -> None:
        """Offer what was learnt, and no other model but the operator's own."""
        known = {self._unlearnt.id: self._unlearnt, **models}
        self._models = [known[model] for model in self._ids if model in known]

    def offers(self, *, only: Collection[str] | None = None) -> tuple[Offer, ...]:
        """Return what may be chosen, where `only` these ids are allowed; None allows all."""
        return offers_of(model for model in self._models if only is None or model.id in only)

    def offer(self, name: str | None, *, only: Collection[str] | None = None) -> Offer:
        """Return the offer of that id or name, the first when there is none. Raises UserError."""
        offers = self.offers(only=only)
        if not offers:
            raise UserError(words.NONE_NOW)
        called = (offer for offer in offers if name is None or offer.is_called(name))
        found = next(called, None)
        if found is None:
            raise UserError(words.unknown_model(name or "", offers))
        return found

    def price(self, order: Order) -> Decimal:
        """Return about what a video costs in USD, where Atlas has no price by the operator."""
        price = order.model.price(order.seconds)
        return self._price_otherwise if price is None else price
