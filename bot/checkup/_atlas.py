"""What Atlas says of the account: read only, and free."""

import asyncio
from collections.abc import Iterable, Sequence
from decimal import Decimal

from bot.atlas.client import AtlasClient
from bot.atlas.outputs import Outputs
from bot.atlas.schema import takes_of
from bot.atlas.schemas import fetch_input
from bot.atlas.wire import Listing
from bot.checkup._finding import Finding
from bot.errors import AtlasRejected, SchemaUnusable
from bot.offer import Model
from bot.words import checkup as words


async def account(atlas: AtlasClient, *, price: Decimal) -> Iterable[Finding]:
    """Prove the key, and look whether there is money for a video."""
    try:
        left = await atlas.balance()
    except AtlasRejected:
        return [Finding(False, words.ATLAS_KEY, words.KEY_REFUSED, words.RENEW_KEY)]
    is_enough = left >= price
    remedy = None if is_enough else words.TOP_UP
    return [
        Finding(True, words.ATLAS_KEY, words.KEY_TAKEN),
        Finding(is_enough, words.BALANCE, words.balance(left), remedy),
    ]


async def models(atlas: AtlasClient, outputs: Outputs, names: Sequence[str]) -> Iterable[Finding]:
    """Look whether each model is in the catalogue, can be used, and what it costs."""
    catalogue = await atlas.catalogue()
    looks = (_model(outputs, name, catalogue.get(name)) for name in names)
    return await asyncio.gather(*looks)


async def _model(outputs: Outputs, name: str, listing: Listing | None) -> Finding:
    if listing is None:
        return Finding(False, words.MODEL, words.unlisted(name), words.OTHER_MODEL)
    try:
        takes = takes_of(await fetch_input(outputs, listing))
    except SchemaUnusable as trouble:
        return Finding(False, words.MODEL, words.unusable(name, str(trouble)), words.OTHER_MODEL)
    price = Model(name, listing.name, listing.price_usd, takes).price()
    return Finding(True, words.MODEL, *words.model(name, price))
