"""Atlas calls when a video is done: the whole bot, hearing signed webhooks on a real port."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.model import VideoId
from bot.store import Store
from sandbox.atlas import SimulatedAtlas
from tests.company import company
from tests.stage import KEY, free_port, tiny_film
from tests.theatre import Theatre, theatre

MESSAGES = "/channels/*/messages"


@pytest.fixture
async def atlas() -> AsyncIterator[SimulatedAtlas]:
    """A simulated Atlas that soon calls again where nobody answered."""
    async with SimulatedAtlas(
        api_key=KEY, generation_s=1.0, film=tiny_film, webhook_pause_s=0.5
    ) as atlas:
        yield atlas


def called_theatre(atlas: SimulatedAtlas, folder: Path) -> AbstractAsyncContextManager[Theatre]:
    """Open the curtain for a bot that Atlas can call, and that polls too seldom to be in time."""
    url, port = f"sqlite:///{folder / 'bot.sqlite3'}", free_port()
    return theatre(
        atlas,
        url,
        PORT=str(port),
        PUBLIC_URL=f"http://127.0.0.1:{port}",
        POLL_MIN_S="60",
        POLL_MAX_S="60",
    )


async def seconds_to_result(play: Theatre) -> float:
    """Return how long after its end at Atlas a video was shown."""
    await play.result()
    return time.monotonic() - play.atlas.predictions[0].due_at


async def test_a_call_delivers_within_a_second(atlas: SimulatedAtlas, tmp_path: Path) -> None:
    async with called_theatre(atlas, tmp_path) as play:
        await play.video()

        assert await seconds_to_result(play) < 1.0


async def test_a_lost_answer_is_found_by_the_call_and_the_video_delivered(
    atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    async with called_theatre(atlas, tmp_path) as play:
        interaction = await play.video("a boat #lost")
        await play.ended(interaction, "**Lost track.**")

        await play.ended(interaction, "**Ready.**")

        (result,) = play.results()
        assert atlas.predictions[0].id in result
        assert play.submits() == 1
        posts = [post for post in play.discord.requests if post.matches("POST", MESSAGES)]
        lost, found = dict.fromkeys(post.body["nonce"] for post in posts)
        assert lost == str(interaction)
        assert found != lost  # or Discord would answer with the first message


async def test_a_bot_that_was_down_when_atlas_called_hears_it_later(
    atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    async with called_theatre(atlas, tmp_path) as play:
        interaction = await play.video("a boat #lost")
        await play.ended(interaction, "**Lost track.**")
        await play.bot.kill()
        await atlas.settled()

        await play.start()

        await play.ended(interaction, "**Ready.**")
        assert len(play.results()) == 1


async def test_a_call_reaches_the_process_that_waits(
    atlas: SimulatedAtlas, database_url: str
) -> None:
    atlas.generation_s = 2.0
    port = free_port()
    waiting = {
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "POLL_MIN_S": "60",
        "POLL_MAX_S": "60",
    }
    async with company(atlas, database_url) as both:
        (hall,) = both.halls
        async with both.bot("waits", waiting):
            await both.discord.wait_connected(30)
            interaction = await hall.video()
            await both.discord.until(lambda: "**Generating.**" in hall.card(interaction))

            async with both.bot("hears", waiting | {"PORT": str(port)}):
                await both.ended(interaction)

        both.check_the_books(1)


async def test_a_ring_is_heard_in_another_process(database: sa.URL) -> None:
    url = database.render_as_string(hide_password=False)
    here, there = Store(url), Store(url)
    await here.open()
    await there.open()

    await here.bell.ring(VideoId(9))
    with here.bell.heard(VideoId(9)) as rung_before:
        assert rung_before.is_set()  # though nobody listened then
    with here.bell.heard(VideoId(9)) as left_set:
        assert left_set.is_set()  # for the submit may hear what the wait should
        left_set.clear()
    with here.bell.heard(VideoId(9)) as taken:
        assert not taken.is_set()

    with there.bell.heard(VideoId(7)) as rung, there.bell.heard(VideoId(8)) as other:
        async with asyncio.timeout(10):
            while not rung.is_set():  # a ring before its LISTEN is not heard
                await here.bell.ring(VideoId(7))
                await asyncio.sleep(0.05)
        assert not other.is_set()

    here.close()
    there.close()
