"""What members take back, in the store: one write decides, whatever happens at the same moment."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model import (
    Attempt,
    Cancelled,
    Cause,
    Charge,
    Deleted,
    Flagged,
    Intent,
    Outcome,
    Post,
    Ready,
    Refused,
    VideoId,
)
from bot.money import Budget, OverBudget, Scope, Unit
from bot.store import Store
from tests.test_store import FIRST, PRICE, VIDEO

READY = Ready(("https://a.example/v.mp4",))


@pytest.fixture(params=["sqlite", "postgresql"])
async def stores(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncGenerator[tuple[Store, Store]]:
    """Two processes' views of one database; with SQLite, which has one process, two in it."""
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("database_url")
    stores = Store(url), Store(url)
    for store in stores:
        await store.open()
    yield stores
    for store in stores:
        store.close()


@pytest.fixture
def store(stores: tuple[Store, Store]) -> Store:
    return stores[0]


async def outcome_of(store: Store, video_id: VideoId = VIDEO.id) -> Outcome | None:
    ending = await store.ending(video_id)
    return ending and ending.outcome


async def is_held(store: Store) -> bool:
    """Tell whether the money of the one video counts in a budget of that video alone."""
    another = replace(VIDEO, id=VideoId(99))
    try:
        only_one = [Budget(Scope.ALL, Unit.USD, PRICE)]
        await store.accept(another, None, price_usd=PRICE, budgets=only_one)
    except OverBudget:
        return True
    return False


async def test_no_video_is_both_free_and_submitted(stores: tuple[Store, Store]) -> None:
    one, other = stores
    ids = [VideoId(number) for number in range(1, 41)]
    for id_ in ids:
        await one.accept(replace(VIDEO, id=id_), None, price_usd=PRICE)

    intended, called_off = await asyncio.gather(
        asyncio.gather(*(one.intend_submit(id_, Attempt(f"a{id_}")) for id_ in ids)),
        asyncio.gather(*(other.regrets.call_off(id_, also_sent=False) for id_ in ids)),
    )

    sent = [intent is Intent.OURS for intent in intended]
    assert sent == [not is_free for is_free in called_off]


async def test_what_was_called_off_in_line_is_free_and_never_submitted(store: Store) -> None:
    await store.accept(VIDEO, None, price_usd=PRICE)

    assert await store.regrets.call_off(VIDEO.id, also_sent=False)

    assert await outcome_of(store) == Cancelled(Charge.NONE)
    assert await store.intend_submit(VIDEO.id, FIRST) is Intent.STANDING
    assert not await is_held(store)


async def test_what_was_sent_is_called_off_only_by_who_is_sure_and_stays_held(
    store: Store,
) -> None:
    await store.accept(VIDEO, None, price_usd=PRICE)
    await store.intend_submit(VIDEO.id, FIRST)

    assert not await store.regrets.call_off(VIDEO.id, also_sent=False)
    assert await outcome_of(store) is None
    assert await store.regrets.call_off(VIDEO.id, also_sent=True)

    assert await outcome_of(store) == Cancelled(Charge.MAYBE)
    assert await is_held(store)


async def test_money_is_free_again_when_atlas_proves_that_it_took_nothing(store: Store) -> None:
    await store.accept(VIDEO, None, price_usd=PRICE)
    await store.intend_submit(VIDEO.id, FIRST)
    await store.regrets.call_off(VIDEO.id, also_sent=True)

    await store.withdraw_submit(VIDEO.id, FIRST)

    assert not await is_held(store)


async def test_an_end_is_not_called_off(store: Store) -> None:
    await store.accept(VIDEO, None, price_usd=PRICE)
    await store.settle(VIDEO.id, READY)

    assert not await store.regrets.call_off(VIDEO.id, also_sent=True)
    assert await outcome_of(store) == READY


async def test_the_truth_about_a_video_in_doubt_is_learnt_once(store: Store) -> None:
    await store.accept(VIDEO, None, price_usd=PRICE)
    await store.submitted(VIDEO.id, "p1", patience_s=60)
    await store.regrets.call_off(VIDEO.id, also_sent=True)
    (doubt,) = await store.doubts.all()
    assert doubt.outcome == Cancelled(Charge.MAYBE)

    truth = Cancelled(Charge.SURE, READY.links)
    await store.regrets.learn(VIDEO.id, truth)
    await store.regrets.learn(VIDEO.id, Cancelled(Charge.NONE))

    assert await outcome_of(store) == truth
    assert await store.doubts.all() == []
    assert await is_held(store)


async def test_what_was_called_off_is_never_opened_again(store: Store) -> None:
    await store.accept(VIDEO, None, price_usd=PRICE)
    await store.submitted(VIDEO.id, "p1", patience_s=60)
    await store.regrets.call_off(VIDEO.id, also_sent=True)
    ending = await store.ending(VIDEO.id)
    assert ending is not None
    await store.delivered(VIDEO.id, ending, Post(1, 2))

    assert not await store.doubts.reopen(VIDEO.id)


@pytest.mark.parametrize("outcome", [READY, Cancelled(Charge.SURE, READY.links)])
async def test_what_is_deleted_is_forgotten_but_for_its_books(
    store: Store, outcome: Outcome
) -> None:
    await store.accept(VIDEO, None, price_usd=PRICE)
    await store.settle(VIDEO.id, outcome)

    for _ in range(2):
        assert await store.regrets.delete(VIDEO.id, Deleted())

    assert await store.video(VIDEO.id) == replace(VIDEO, prompt="")
    assert await outcome_of(store) == Deleted()
    assert await store.regrets.deleted(since=0) == [VIDEO.id]
    assert await is_held(store)


@pytest.mark.parametrize("outcome", [None, Flagged(), Refused(Cause.BUSY), Cancelled(Charge.MAYBE)])
async def test_only_what_can_be_seen_is_deleted(store: Store, outcome: Outcome | None) -> None:
    await store.accept(VIDEO, None, price_usd=PRICE)
    if outcome is not None:
        await store.settle(VIDEO.id, outcome)

    assert not await store.regrets.delete(VIDEO.id, Deleted())
    assert await store.video(VIDEO.id) == VIDEO
    assert await outcome_of(store) == outcome


async def test_durations_are_those_of_finished_videos_like_it_the_last_ones_first(
    tmp_path: Path,
) -> None:
    now = 1_000.0
    store = Store(f"sqlite:///{tmp_path / 'bot.sqlite3'}", clock=lambda: now)
    await store.open()
    another, without_picture = replace(VIDEO, model="another"), replace(VIDEO, first_frame=None)
    endings = [
        (10, VIDEO, READY),
        (20, VIDEO, Flagged()),
        (30, VIDEO, Refused(Cause.CONTENT)),
        (40, another, READY),
        (50, without_picture, READY),
    ]
    for number, (took_s, like, outcome) in enumerate(endings):
        video = replace(like, id=VideoId(number))
        await store.accept(video, None, price_usd=PRICE)
        await store.submitted(video.id, "p", patience_s=60)
        now += took_s
        await store.settle(video.id, outcome)
    late = replace(VIDEO, id=VideoId(len(endings)))
    await store.accept(late, None, price_usd=PRICE)
    await store.submitted(late.id, "p", patience_s=60)
    now += 61  # the bot may have been away
    await store.settle(late.id, READY)

    assert await store.line.durations(VIDEO, limit=9) == [20, 10]
    assert await store.line.durations(VIDEO, limit=1) == [20]
    assert await store.line.durations(another, limit=9) == [40]
    assert await store.line.durations(without_picture, limit=9) == [50]
    store.close()
