"""What the bot learns from Atlas's catalogue, and the looks that it is learnt by."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import suppress
from decimal import Decimal

import aiohttp
import pytest

from bot.atlas.client import AtlasClient
from bot.money import PriceList
from bot.pipeline import Catalogue, repeat
from sandbox.atlas import Fault, SimulatedAtlas
from tests.stage import KEY

MODEL = "minimax/video-01"
UNLISTED = f"Atlas does not list the model {MODEL}: submits may be refused"
LISTED = f"Atlas lists the model {MODEL} again"


@pytest.fixture
def prices() -> PriceList:
    return PriceList(otherwise=Decimal("0.99"))


@pytest.fixture
async def catalogue(atlas: SimulatedAtlas, prices: PriceList) -> AsyncGenerator[Catalogue]:
    async with aiohttp.ClientSession() as session:
        client = AtlasClient(
            session, base_url=atlas.base_url, api_key=KEY, allow_private_outputs=True
        )
        yield Catalogue(atlas=client, prices=prices, model=MODEL)


async def test_a_model_that_is_not_listed_is_told_once_for_each_change(
    atlas: SimulatedAtlas, catalogue: Catalogue, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    for times_unlisted in (2, 1):
        atlas.fail_next("models", Fault.MODEL_UNLISTED, times=times_unlisted)
        for _ in range(times_unlisted + 2):
            await catalogue.learn_prices()

    assert caplog.messages == [UNLISTED, LISTED] * 2


async def test_a_catalogue_that_cannot_be_read_leaves_the_prices_as_they_were(
    atlas: SimulatedAtlas, catalogue: Catalogue, prices: PriceList
) -> None:
    assert prices.of(MODEL) == Decimal("0.99")
    await catalogue.learn_prices()
    atlas.fail_next("models", Fault.HTTP_500, times=10)

    await catalogue.learn_prices()

    assert prices.of(MODEL) == Decimal("0.50")


async def test_a_look_goes_on_after_an_error_that_nobody_planned(
    caplog: pytest.LogCaptureFixture,
) -> None:
    looks, seen = [ValueError("sick"), None], asyncio.Event()

    async def look() -> None:
        if (error := looks.pop(0)) is not None:
            raise error
        seen.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(repeat(look, every_s=0))
    async with asyncio.timeout(5):
        await seen.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert caplog.messages == ["look is sick what=look"]
