"""What is in line, at Atlas and spent is counted in the database, and a look never hangs on it."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.health import Health
from bot.inquiry import Inquiry
from bot.model import Cause, Post, Ready, Refused, VideoId
from bot.store import Figures, Store
from tests.test_store import FIRST, VIDEO

DAY_S = 24 * 3600.0
NOW = 10 * DAY_S + 60.0


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'bot.sqlite3'}", clock=lambda: NOW)
    await store.open()
    yield store
    store.close()


async def accept(store: Store, *ids: int, at: float = NOW) -> None:
    for id_ in ids:
        video = replace(VIDEO, id=VideoId(id_), accepted_at=at)
        await store.accept(video, None, price_usd=Decimal("0.25"))


async def submit(store: Store, id_: int) -> None:
    await store.begin(VideoId(id_))
    await store.intend_submit(VideoId(id_), FIRST)
    await store.submitted(VideoId(id_), f"p{id_}", patience_s=60)


async def test_an_empty_database_has_nothing_in_it(store: Store) -> None:
    assert await store.counts.now() == Figures(0, 0, Decimal(0))


async def test_each_video_counts_where_it_stands(store: Store) -> None:
    await accept(store, 1, 2, 3, 4, 5)
    await accept(store, 6, at=NOW - DAY_S)
    await submit(store, 3)
    await submit(store, 4)
    await store.settle(VideoId(4), Ready(("https://a.example/1.mp4",)))
    await store.settle(VideoId(5), Refused(Cause.CONTENT))

    figures = await store.counts.now()

    assert figures == Figures(in_line=3, in_flight=1, spent_usd=Decimal(1))


async def test_a_video_that_was_told_counts_no_more(store: Store) -> None:
    await accept(store, 1)
    await submit(store, 1)
    await store.settle(VideoId(1), Ready(()))
    ending = await store.ending(VideoId(1))
    assert ending is not None
    await store.delivered(VideoId(1), ending, Post(1, 2))

    assert await store.counts.now() == Figures(0, 0, Decimal("0.25"))


async def test_a_database_that_is_away_is_not_ready_and_has_no_figures() -> None:
    store = Store("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    health, figures = Health(database=store.counts.answers), Inquiry("f", store.counts.now)

    async with asyncio.timeout(5):
        assert await health.readiness() == {"database": False}
        assert await figures.answer() is None

    store.close()


async def test_who_asks_again_costs_no_second_look(store: Store) -> None:
    looks = 0
    done = asyncio.Event()

    async def look() -> int:
        nonlocal looks
        looks += 1
        await done.wait()
        return looks

    inquiry = Inquiry("look", look, good_for_s=60)

    assert [await inquiry.answer(within_s=0.01) for _ in range(3)] == [None] * 3
    done.set()
    assert [await inquiry.answer() for _ in range(3)] == [1] * 3


async def test_an_answer_is_good_for_a_moment_only() -> None:
    looks = iter(range(3))

    async def look() -> int:
        return next(looks)

    inquiry = Inquiry("look", look, good_for_s=0)

    assert [await inquiry.answer() for _ in range(3)] == [0, 1, 2]
    assert await inquiry.answer() is None  # there are no more, and it may be asked again
