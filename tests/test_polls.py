"""Polls that learn: few, and soon enough, from what the history shows."""

import asyncio
import random
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from math import erfc, exp, pi, sqrt
from typing import Final

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.metrics import Metrics
from bot.model import Submission, VideoId
from bot.pipeline._lookout import Lookout
from bot.polls import Timetable, crowding
from bot.progress import VENDORS_PACE, Pace, pace_of
from bot.settings import Settings
from bot.store import Store
from sandbox.atlas import SimulatedAtlas
from tests.stage import a_video
from tests.test_client import client_for
from tests.test_store import PRICE

MEDIAN_S: Final = 140.0
SIGMAS: Final = (0.05, 0.1, 0.15, 0.3, 0.5)
P90: Final = 1.2815515655446004
"""Standard deviations of a normal distribution below which nine in ten lie."""

NARROW = Pace(140, 160)

ages = st.floats(0, 1e5)
chances = st.floats(0, 1, exclude_max=True)
paces = st.tuples(st.floats(1, 3600), st.floats(1.05, 5)).map(
    lambda pair: Pace(pair[0], pair[0] * pair[1])
)


def timetable(pace: Pace, least_s: float = 2.0, most_s: float = 10.0) -> Timetable:
    return Timetable(pace, least_s=least_s, most_s=most_s)


def looks(plan: Timetable, took_s: float, chance: random.Random) -> Iterator[float]:
    """Yield the ages at which a video is looked at until it is ready."""
    age_s = 0.0
    while age_s < took_s:
        age_s += plan.pause_s(age_s, chance=chance.random())
        yield age_s


def played(plan: Timetable, times_s: Iterable[float]) -> tuple[float, float]:
    """Return the polls per video, and by how many seconds the news is late on average."""
    chance = random.Random(6)
    seen = [(took_s, [*looks(plan, took_s, chance)]) for took_s in times_s]
    polls = sum(len(ages_s) for _, ages_s in seen)
    late_s = sum(ages_s[-1] - took_s for took_s, ages_s in seen)
    return polls / len(seen), late_s / len(seen)


def log_normal(sigma: float, number: int, *, seed: int, median_s: float = MEDIAN_S) -> list[float]:
    chance = random.Random(seed)
    return [median_s * exp(chance.gauss(0, sigma)) for _ in range(number)]


def optimum(sigma: float) -> float:
    """Return ½(∫√(f·S))², which polls × mean delay of a log-normal time cannot undercut."""
    width, area = 0.01, 0.0
    for z in (width * step for step in range(-800, 801)):
        density = exp(-z * z / 2) / sqrt(2 * pi)
        survival = erfc(z / sqrt(2)) / 2
        age_s = MEDIAN_S * exp(sigma * z)
        area += width * sqrt(density * survival * sigma * age_s)  # dt = σ·t·dz
    return area**2 / 2


# ── the decision ──────────────────────────────────────────────────────────────────────────────


@given(paces, ages, chances)
def test_two_looks_are_never_too_close_and_only_the_first_is_late(
    pace: Pace, age_s: float, chance: float
) -> None:
    pause_s = timetable(pace).pause_s(age_s, chance=chance)

    assert pause_s >= 2
    assert pause_s <= 10 or (pause_s <= 210 and age_s < pace.median_s)


@given(ages, chances)
def test_without_a_history_even_the_first_look_is_not_late(age_s: float, chance: float) -> None:
    assert 2 <= timetable(VENDORS_PACE).pause_s(age_s, chance=chance) <= 10


def test_looks_are_dense_where_videos_become_ready_and_sparse_before_and_after() -> None:
    plan = timetable(NARROW)

    first, likely, tail = (plan.pause_s(age_s, chance=0.5) for age_s in (0, 140, 700))

    assert first > 100
    assert likely < 5
    assert tail > 8


def test_an_atlas_that_was_slow_for_an_hour_and_is_well_again_is_noticed() -> None:
    plan = timetable(pace_of([3600.0] * 10))

    assert plan.pause_s(0, chance=0) <= 210


def test_looks_that_began_together_part() -> None:
    plan = timetable(VENDORS_PACE)

    assert len({plan.pause_s(0, chance=tenth / 10) for tenth in range(10)}) == 10


# ── how good it is ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("sigma", SIGMAS)
def test_polls_times_delay_are_near_the_optimum_when_the_pace_is_known(sigma: float) -> None:
    pace = Pace(MEDIAN_S, MEDIAN_S * exp(P90 * sigma))

    for least_s in (1.0, 2.0):
        polls, late_s = played(timetable(pace, least_s), log_normal(sigma, 800, seed=1))

        assert late_s <= 1.1 * least_s
        assert polls * late_s <= 1.15 * optimum(sigma)


@pytest.mark.parametrize("sigma", SIGMAS)
def test_fifty_videos_teach_enough(sigma: float) -> None:
    products = list[float]()
    for seed in range(2, 12):
        pace = pace_of(log_normal(sigma, 50, seed=seed))
        polls, late_s = played(timetable(pace, 1.0), log_normal(sigma, 150, seed=-seed))
        products.append(polls * late_s)

    assert sum(products) / len(products) <= 1.25 * optimum(sigma)


@pytest.mark.parametrize(("sigma", "share"), [(0.15, 1 / 3), (0.05, 1 / 8)])
def test_we_ask_a_fraction_of_what_the_vendors_loop_asks_and_bring_news_as_soon(
    sigma: float, share: float
) -> None:
    times_s = log_normal(sigma, 1500, seed=1)
    pace = Pace(MEDIAN_S, MEDIAN_S * exp(P90 * sigma))
    asked_each_2_s = sum(took_s // 2 + 1 for took_s in times_s) / len(times_s)

    polls, late_s = played(timetable(pace, 1.0), times_s)

    assert late_s <= 1.0
    assert polls <= share * asked_each_2_s


@pytest.mark.parametrize("faster_s", [100.0, 40.0])
def test_a_vendor_who_became_faster_is_noticed(faster_s: float) -> None:
    took_s, late_s = log_normal(0.1, 200, seed=3), list[float]()

    for ready_s in log_normal(0.1, 150, seed=4, median_s=faster_s):
        seen_s = [*looks(timetable(pace_of(took_s[:200])), ready_s, random.Random(5))][-1]
        took_s.insert(0, seen_s)  # what we learn from is what we saw
        late_s.append(seen_s - ready_s)

    assert sum(late_s[:10]) / 10 > 5
    assert sum(late_s[-30:]) / 30 < 3


def test_we_do_not_learn_from_our_own_looks() -> None:
    took_s, late_s = [40.0] * 200, list[float]()

    for ready_s in log_normal(0.01, 600, seed=4, median_s=40):
        seen_s = [*looks(timetable(pace_of(took_s[:200])), ready_s, random.Random(5))][-1]
        took_s.insert(0, seen_s)
        late_s.append(seen_s - ready_s)

    assert sum(late_s[-100:]) / 100 < 2


# ── many at once ──────────────────────────────────────────────────────────────────────────────


def test_few_are_not_slowed_down_and_many_share_the_rate() -> None:
    assert crowding(3, most_per_s=20) == 1
    assert crowding(200, most_per_s=20) == 10


async def test_the_polls_of_all_videos_together_keep_to_their_rate(
    settings: Settings, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 3600.0
    rate, deadline_at = 40.0, time.time() + 3600
    settings = replace(settings, polls_per_s=rate)
    with closing(Store(settings.database_url)) as store:
        await store.open()
        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
            client = client_for(session, atlas.base_url)
            lookout = Lookout(store=store, atlas=client, settings=settings, metrics=Metrics())
            crowd = [a_video(id=VideoId(number)) for number in range(40)]
            ids = [await client.submit(video, image=None, webhook_url=None) for video in crowd]
            for video in crowd:
                await store.accept(video, None, price_usd=PRICE)
            begun = len(atlas.requests)
            waiting = [
                group.create_task(
                    lookout.outcome(
                        video.id,
                        Submission(prediction_id, time.time(), deadline_at),
                        timetable(VENDORS_PACE, settings.poll_min_s, settings.poll_max_s),
                        asyncio.Event(),
                    )
                )
                for video, prediction_id in zip(crowd, ids, strict=True)
            ]
            await asyncio.sleep(2.0)
            polls = len(atlas.requests) - begun
            for task in waiting:
                task.cancel()

    alone = 40 * 2.0 / settings.poll_max_s
    assert rate <= polls <= 2.0 * rate + len(ids) < alone / 4
