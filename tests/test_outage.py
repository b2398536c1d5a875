"""While Atlas is away, nothing is lost, and it is not asked more often than a back-off allows."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import accumulate, count, takewhile
from pathlib import Path
from typing import Final

import pytest
import yarl

from bot.pipeline._back_off import back_off
from sandbox.atlas import Fault, SimulatedAtlas
from tests.campaign import Gate, Outage
from tests.theatre import Theatre, theatre

VIDEOS: Final = 50
AT_ONCE: Final = 10
PATIENCE_S: Final = 90.0
PUT_OFF: Final = re.compile(r"poll put off id=(\d+)")


def most_polls(seconds: float) -> int:
    """Return how many polls of one video can fail in that time: one before each pause."""
    pauses = (back_off(failures, asked_s=0, chance=0) for failures in count(1))
    return 1 + sum(1 for _ in takewhile(lambda passed_s: passed_s <= seconds, accumulate(pauses)))


async def be_away(atlas: SimulatedAtlas, gate: Gate, seconds: float) -> None:
    """Refuse connections for half the time, then answer 503, and at last not at all."""
    await gate.suffer(Outage.REFUSED, seconds / 2)
    atlas.fail_next("poll", Fault.HTTP_503, times=VIDEOS * most_polls(seconds))
    await asyncio.sleep(seconds / 4)
    atlas.heal()
    await gate.suffer(Outage.STALLED, seconds / 4)


@asynccontextmanager
async def fifty_wait(
    atlas: SimulatedAtlas, folder: Path, *, generation_s: float
) -> AsyncGenerator[tuple[Theatre, Gate]]:
    """Open a theatre in which Atlas makes fifty videos at once."""
    base = yarl.URL(atlas.base_url)
    atlas.generation_s = generation_s
    crowd = {"MAX_IN_FLIGHT": str(VIDEOS), "MAX_PER_USER": str(VIDEOS)}
    pace = {"POLL_MIN_S": "0.4", "POLL_MAX_S": "0.5"}
    async with (
        Gate(lambda: asyncio.open_connection(base.host, base.port)) as gate,
        theatre(
            atlas,
            f"sqlite:///{folder / 'bot.sqlite3'}",
            output=folder / "bot.log",
            ATLAS_BASE_URL=str(base.with_port(gate.port)),
            **crowd,
            **pace,
        ) as play,
    ):
        for number in range(VIDEOS):
            asked = await play.video(f"boat {number}")
            if number % AT_ONCE == 0:  # a crowd, not a flood: it is not what is tried here
                await play.discord.wait_acknowledged(asked, PATIENCE_S)
        log = folder / "bot.log"
        await play.discord.until(
            lambda: log.read_text().count("video submitted") == VIDEOS, timeout_s=PATIENCE_S
        )
        yield play, gate


async def outlast(atlas: SimulatedAtlas, folder: Path, *, seconds: float) -> None:
    """Let Atlas be away for some seconds, and check what it and the members see."""
    async with fifty_wait(atlas, folder, generation_s=seconds) as (play, gate):
        await be_away(atlas, gate, seconds)
        await play.discord.until(lambda: len(play.results()) == VIDEOS, timeout_s=PATIENCE_S)

        assert all("**Ready.**" in result for result in play.results())
    put_off = Counter(PUT_OFF.findall((folder / "bot.log").read_text()))
    assert len(put_off) == VIDEOS
    assert max(put_off.values()) <= most_polls(seconds)


async def test_fifty_videos_outlast_six_seconds_without_atlas(
    atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    await outlast(atlas, tmp_path, seconds=6)


@pytest.mark.soak
async def test_fifty_videos_outlast_a_minute_without_atlas(
    atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    await outlast(atlas, tmp_path, seconds=60)


@pytest.mark.parametrize(("seconds", "polls"), [(0.4, 1), (0.5, 2), (6, 4), (60, 8)])
def test_the_polls_that_a_back_off_allows(seconds: float, polls: int) -> None:
    assert most_polls(seconds) == polls
