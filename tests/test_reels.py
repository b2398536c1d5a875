"""Files on their way to Discord: bounded in size, in time, and in how many there are at once."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bot.atlas.outputs import Outputs
from bot.model import Deliver
from bot.reels import Reels
from tests.internet import FILM, LINK, PAGE, Internet, says, says_nothing, says_slowly
from tests.shelf import VIDEO
from tests.stage import until

FITS = 10_000


@pytest.fixture
async def internet(tmp_path: Path) -> AsyncGenerator[Internet]:
    internet = Internet()
    async with internet.serve(tmp_path):
        yield internet


def reels_over(internet: Internet, *, deliver: Deliver = Deliver.AUTO) -> Reels:
    outputs = Outputs(allow_private=False, connector=internet.connector)
    return Reels(outputs, deliver=deliver, patience_s=0.5)


async def lent(reels: Reels, *links: str, most_bytes: int = FITS) -> bytes | None:
    """Return what is lent; None when the link must do."""
    async with reels.lend(VIDEO, links or (LINK,), most_bytes=most_bytes) as reel:
        return reel and reel.read()


async def test_a_file_is_lent_whole_and_from_its_start(internet: Internet) -> None:
    internet.pages[PAGE] = says(FILM)

    assert await lent(reels_over(internet), most_bytes=len(FILM)) == FILM


async def test_a_file_that_does_not_fit_is_not_lent(internet: Internet) -> None:
    internet.pages[PAGE] = says(FILM)

    assert await lent(reels_over(internet), most_bytes=len(FILM) - 1) is None


@pytest.mark.parametrize(
    "answer",
    [says_nothing, says_slowly(FILM, pause_s=0.1), says(b"<html>"), says(status=404)],
    ids=["nothing", "no end", "a page", "gone"],
)
async def test_a_host_in_trouble_costs_the_file_and_little_time(
    internet: Internet, answer: object
) -> None:
    internet.pages[PAGE] = answer  # pyright: ignore[reportArgumentType]  # parametrize knows none
    began = time.perf_counter()

    assert await lent(reels_over(internet)) is None
    assert time.perf_counter() - began < 5


async def test_where_links_are_wanted_nothing_is_fetched(internet: Internet) -> None:
    assert await lent(reels_over(internet, deliver=Deliver.LINK)) is None
    assert internet.heads == []


async def test_what_held_when_a_video_was_accepted_goes_before_what_holds_now(
    internet: Internet,
) -> None:
    internet.pages[PAGE] = says(FILM)
    by_link, by_file = replace(VIDEO, deliver=Deliver.LINK), replace(VIDEO, deliver=Deliver.FILE)
    reels = reels_over(internet, deliver=Deliver.LINK)

    async with (
        reels.lend(by_file, (LINK,), most_bytes=FITS) as wanted,
        reels_over(internet).lend(by_link, (LINK,), most_bytes=FITS) as unwanted,
    ):
        assert (wanted is None, unwanted) == (False, None)
    assert [reels.is_promised(video) for video in (by_file, by_link, VIDEO)] == [True, False, False]


async def test_several_videos_are_left_to_their_links(internet: Internet) -> None:
    assert await lent(reels_over(internet), LINK, LINK) is None
    assert internet.heads == []


async def test_who_gets_no_turn_in_time_posts_the_link(internet: Internet) -> None:
    internet.pages[PAGE] = says(FILM)
    reels = reels_over(internet)

    async with AsyncExitStack() as kept:
        for _ in range(4):
            lend = reels.lend(VIDEO, (LINK,), most_bytes=FITS)
            assert await kept.enter_async_context(lend) is not None
        assert await lent(reels) is None
        waiting = asyncio.create_task(lent(reels))
        await until(lambda: len(internet.heads) == 4)

    assert await waiting == FILM
