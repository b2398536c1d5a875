"""The seam to the durable engine: what is told anew, what is forgotten, who has a place."""

import sqlite3
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.model import VideoId
from bot.pipeline import Engine
from bot.pipeline._places import LINE, RESUMED, Entry, is_room_for_all, must_wait
from sandbox.atlas import Fault, SimulatedAtlas
from tests.stage import until
from tests.theatre import theatre

ONE, TWO = VideoId(1), VideoId(2)


class Told:
    """What was told, in order; the first telling of a sick video breaks off."""

    def __init__(self, *, sick: VideoId | None = None) -> None:
        self.videos: list[VideoId] = []
        self._sick = sick

    async def tell(self, video_id: VideoId) -> None:
        self.videos.append(video_id)
        if video_id == self._sick and self.videos.count(video_id) == 1:
            raise LookupError("the story broke off")


@asynccontextmanager
async def running(folder: Path, told: Told) -> AsyncGenerator[Engine]:
    engine = Engine(
        database_url=f"sqlite:///{folder / 'bot.sqlite3'}",
        process_name="test",
        max_in_flight=3,
        max_per_user=2,
    )
    await engine.start(told.tell)
    try:
        yield engine
    finally:
        await engine.halt()
        await engine.close()


async def until_stranded(engine: Engine, *videos: VideoId) -> None:
    """Wait until a story has really ended: that is written a moment after its last step."""
    give_up_at = time.monotonic() + 15
    while await engine.stranded(videos) != list(videos):
        assert time.monotonic() < give_up_at


async def test_a_story_is_told_once_and_anew_only_when_asked(tmp_path: Path) -> None:
    told = Told()
    async with running(tmp_path, told) as engine:
        await engine.enqueue(ONE, member_id=7)
        await until_stranded(engine, ONE, TWO)
        await engine.enqueue(ONE, member_id=7)
        await engine.enqueue_anew(ONE, member_id=7)
        await until(lambda: told.videos == [ONE, ONE])
        await until_stranded(engine, ONE)

        await engine.enqueue_anew(TWO, member_id=7)

        await until(lambda: told.videos == [ONE, ONE, TWO])


async def test_a_story_that_broke_off_is_stranded_and_can_be_told_anew(tmp_path: Path) -> None:
    told = Told(sick=ONE)
    async with running(tmp_path, told) as engine:
        await engine.enqueue(ONE, member_id=7)
        await until_stranded(engine, ONE)

        await engine.enqueue_anew(ONE, member_id=7)

        await until(lambda: told.videos == [ONE, ONE])


async def test_a_story_that_was_handed_to_us_and_never_arrived_is_told(tmp_path: Path) -> None:
    told = Told()
    async with running(tmp_path, told) as engine:
        await engine.enqueue(ONE, member_id=7)
        await until_stranded(engine, ONE)
        with closing(sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)) as database:
            database.execute("UPDATE workflow_status SET status = 'PENDING'")

        await until(lambda: told.videos == [ONE, ONE])


async def test_only_stories_that_ended_before_are_forgotten(tmp_path: Path) -> None:
    async with running(tmp_path, Told()) as engine:
        await engine.enqueue(ONE, member_id=7)
        await until_stranded(engine, ONE)

        assert await engine.forget(before=time.time() - 60) == 0
        assert await engine.forget(before=time.time() + 60) == 1
        assert await engine.forget(before=time.time() + 60) == 0


async def test_a_settled_video_that_is_told_anew_is_not_paid_for(
    atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    async with theatre(atlas, f"sqlite:///{tmp_path / 'bot.sqlite3'}") as play:
        atlas.fail_next("submit", Fault.HTTP_400)
        play.discord.kill_at(play.bot, "POST", "/channels/*/messages", after_effect=False)
        interaction = await play.video()

        await play.start()

        await play.ended(interaction, "**Refused.**")
        assert play.submits() == 1
        assert len(play.results()) == 1


def entry(number: int, *, member: str = "ada", queue: str = LINE) -> Entry:
    return Entry(VideoId(number), member, queue, (number, str(number)))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ([], True),
        ([entry(1)], True),
        ([entry(1), entry(2, member="bob")], True),
        ([entry(1), entry(2)], False),  # two of the same member
        ([entry(1), entry(2, member="bob"), entry(3, member="cleo")], False),
        ([entry(1), entry(2, member="bob"), entry(99, member="cleo")], True),  # came later
        ([entry(1), entry(2, member="bob"), entry(99, member="cleo", queue=RESUMED)], False),
    ],
)
def test_a_video_has_room_when_few_enough_are_before_it(
    before: list[Entry], expected: bool
) -> None:
    mine = entry(50)

    waiting = must_wait([*before, mine], in_all=3, per_member=2)

    assert (mine.video_id not in waiting) is expected


def test_a_resumed_video_keeps_its_place_however_many_there_are() -> None:
    entries = [entry(number, queue=RESUMED) for number in range(1, 9)]

    assert must_wait(entries, in_all=3, per_member=2) == set()


async def test_to_forget_no_videos_forgets_none(tmp_path: Path) -> None:
    async with running(tmp_path, Told()) as engine:
        await engine.enqueue(ONE, member_id=7)
        await until_stranded(engine, ONE)

        await engine.forget_videos([])

        assert await engine.forget(before=time.time() + 60) == 1


@pytest.mark.parametrize(
    ("counts", "expected"),
    [([], True), ([2, 1], True), ([3], False), ([2, 2], False)],
)
def test_nobody_waits_while_no_limit_is_passed(counts: list[int], expected: bool) -> None:
    members = "abcd"
    entries = [
        entry(10 * number + place, member=members[number])
        for number, count in enumerate(counts)
        for place in range(count)
    ]

    assert is_room_for_all(counts, in_all=3, per_member=2) is expected
    assert (must_wait(entries, in_all=3, per_member=2) == set()) is expected
