"""What the bot learns from Atlas's catalogue, and the looks that it is learnt by."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import aiohttp
import pytest

from bot.atlas.client import AtlasClient
from bot.atlas.outputs import Outputs
from bot.atlas.schema import DOCUMENTED
from bot.pipeline import Catalogue, repeat
from bot.shelf import Shelf
from bot.store import Store
from sandbox.atlas import Fault, SimulatedAtlas
from tests.stage import KEY

MODEL = "minimax/video-01"
REEL = "tidewater/reel-3/text-to-video"
UNLISTED = f"model {MODEL}: Atlas does not list it: submits may be refused"
LISTED = f"model {MODEL}: all is well again"


@pytest.fixture
def shelf() -> Shelf:
    return Shelf([MODEL, REEL], price_otherwise=Decimal("0.99"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'bot.sqlite3'}")
    await store.open()
    yield store
    store.close()


def catalogue_for(client: AtlasClient, store: Store, shelf: Shelf) -> Catalogue:
    return Catalogue(
        store=store,
        atlas=client,
        outputs=Outputs(allow_private=True),
        shelf=shelf,
        models=[MODEL, REEL],
    )


@pytest.fixture
async def client(atlas: SimulatedAtlas) -> AsyncGenerator[AtlasClient]:
    async with aiohttp.ClientSession() as session:
        yield AtlasClient(session, base_url=atlas.base_url, api_key=KEY, allow_private_outputs=True)


@pytest.fixture
def catalogue(client: AtlasClient, store: Store, shelf: Shelf) -> Catalogue:
    return catalogue_for(client, store, shelf)


def price(shelf: Shelf, name: str = MODEL) -> Decimal | None:
    return shelf.offer(name).models[0].price_usd


async def test_a_model_that_is_not_listed_is_told_once_for_each_change(
    atlas: SimulatedAtlas, catalogue: Catalogue, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    for times_unlisted in (2, 1):
        atlas.fail_next("models", Fault.MODEL_UNLISTED, times=times_unlisted)
        for _ in range(times_unlisted + 2):
            await catalogue.learn_models()

    assert caplog.messages == [UNLISTED, LISTED] * 2


async def test_the_operators_model_is_on_offer_before_anything_was_learnt(shelf: Shelf) -> None:
    (offer,) = shelf.offers()

    assert (offer.id, offer.models[0].takes) == (MODEL, DOCUMENTED)
    assert shelf.offer(None) == offer


async def test_a_model_that_the_operator_names_is_learnt_from_catalogue_and_schema(
    atlas: SimulatedAtlas, catalogue: Catalogue, shelf: Shelf
) -> None:
    await catalogue.learn_models()

    assert [offer.id for offer in shelf.offers()] == [MODEL, REEL]
    assert (price(shelf), price(shelf, REEL)) == (Decimal("0.50"), Decimal("0.05"))
    assert atlas.leaks == []


async def test_a_catalogue_that_cannot_be_read_leaves_the_models_as_they_were(
    atlas: SimulatedAtlas, catalogue: Catalogue, shelf: Shelf
) -> None:
    await catalogue.learn_models()
    known = shelf.offers()
    atlas.fail_next("models", Fault.HTTP_500, times=10)

    await catalogue.learn_models()

    assert shelf.offers() == known


async def test_a_catalogue_is_asked_for_until_it_answers_and_then_once_an_hour(
    atlas: SimulatedAtlas, catalogue: Catalogue
) -> None:
    atlas.fail_next("models", Fault.HTTP_500, times=2)

    for _ in range(6):
        await catalogue.keep_up()

    assert [request.path for request in atlas.requests] == ["/api/v1/models"] * 3


async def test_a_start_without_atlas_knows_what_was_learnt_before(
    client: AtlasClient, catalogue: Catalogue, store: Store, shelf: Shelf
) -> None:
    await catalogue.learn_models()
    later = Shelf([MODEL, REEL], price_otherwise=Decimal("0.99"))

    await catalogue_for(client, store, later).recall()

    assert later.offers() == shelf.offers()


async def test_a_note_of_another_version_stops_no_start(
    catalogue: Catalogue, store: Store, shelf: Shelf
) -> None:
    await store.notes.keep("models", '{"minimax/video-01": 7}')

    await catalogue.recall()

    assert [offer.id for offer in shelf.offers()] == [MODEL]


async def test_a_schema_that_cannot_be_read_is_told_and_ends_nothing(
    atlas: SimulatedAtlas,
    client: AtlasClient,
    store: Store,
    shelf: Shelf,
    caplog: pytest.LogCaptureFixture,
) -> None:
    strict = Catalogue(
        store=store,
        atlas=client,
        outputs=Outputs(allow_private=False),
        shelf=shelf,
        models=[MODEL, REEL],
    )

    await strict.learn_models()

    assert caplog.messages == [
        f"model {model}: its schema cannot be read: not a public https link"
        for model in (MODEL, REEL)
    ]
    assert [offer.id for offer in shelf.offers()] == [MODEL]
    assert atlas.fetched == []


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
