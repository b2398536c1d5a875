"""What Atlas says of the account: read only, and free."""

from collections.abc import Iterable
from decimal import Decimal

from bot.atlas.client import AtlasClient
from bot.checkup._finding import Finding
from bot.errors import AtlasRejected
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


async def model(atlas: AtlasClient, name: str) -> Iterable[Finding]:
    """Look whether the model is in the catalogue, and what it costs."""
    catalogue = await atlas.catalogue()
    if name not in catalogue:
        return [Finding(False, words.MODEL, words.unlisted(name), words.OTHER_MODEL)]
    return [Finding(True, words.MODEL, *words.model(name, catalogue[name]))]
