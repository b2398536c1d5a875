"""The seam to the durable engine: what is told anew, what is forgotten, who has a place."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.model import VideoId
from bot.pipeline import Engine
from bot.pipeline._ledger import Ledger
from bot.pipeline._places import LINE, RESUMED, Crowd, Entry, Limits, must_wait
from bot.store import open_engine
from sandbox.atlas import Fault, SimulatedAtlas
from tests.stage import until
from tests.theatre import theatre

ONE, TWO, THREE, FOUR, FIVE = map(VideoId, range(1, 6))
ADA, BOB, CLEO = 7, 8, 9
LIMITS = Limits(in_all=3, per_member=2)


class Told:
    """What was told, in order; the first telling of a sick video breaks off."""

    def __init__(self, *, sick: VideoId | None = None) -> None:
        self.videos: list[VideoId] = []
        self._sick = sick

    async def tell(self, video_id: VideoId) -> None:
        self.videos.append(video_id)
        if video_id == self._sick and self.videos.count(video_id) == 1:
            raise LookupError("the story broke off")


class Playing:
    """Tells stories that hold their places until they are let go."""

    def __init__(self) -> None:
        self.engine: Engine | None = None
        self.placed: list[VideoId] = []
        self.most_placed = 0
        self.ended = 0
        self._over = dict[VideoId, asyncio.Event]()

    async def tell(self, video_id: VideoId) -> None:
        assert self.engine is not None
        await self.engine.take_place(video_id)
        self.placed.append(video_id)
        self.most_placed = max(self.most_placed, len(self.placed))
        await self._over.setdefault(video_id, asyncio.Event()).wait()
        self.placed.remove(video_id)
        self.ended += 1

    def let_go(self, video_id: VideoId) -> None:
        self._over.setdefault(video_id, asyncio.Event()).set()


@asynccontextmanager
async def running(folder: Path, told: Told | Playing) -> AsyncGenerator[Engine]:
    engine = Engine(
        database_url=f"sqlite:///{folder / 'bot.sqlite3'}",
        process_name="test",
        max_in_flight=LIMITS.in_all,
        max_per_user=LIMITS.per_member,
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
        await engine.enqueue(ONE, member_id=ADA)
        await until_stranded(engine, ONE, TWO)
        await engine.enqueue(ONE, member_id=ADA)
        await engine.enqueue_anew(ONE, member_id=ADA)
        await until(lambda: told.videos == [ONE, ONE])
        await until_stranded(engine, ONE)

        await engine.enqueue_anew(TWO, member_id=ADA)

        await until(lambda: told.videos == [ONE, ONE, TWO])


async def test_a_story_that_broke_off_is_stranded_and_can_be_told_anew(tmp_path: Path) -> None:
    told = Told(sick=ONE)
    async with running(tmp_path, told) as engine:
        await engine.enqueue(ONE, member_id=ADA)
        await until_stranded(engine, ONE)

        await engine.enqueue_anew(ONE, member_id=ADA)

        await until(lambda: told.videos == [ONE, ONE])


async def test_a_story_that_was_handed_to_us_and_never_arrived_is_told(tmp_path: Path) -> None:
    told = Told()
    async with running(tmp_path, told) as engine:
        await engine.enqueue(ONE, member_id=ADA)
        await until_stranded(engine, ONE)
        with closing(sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)) as database:
            database.execute("UPDATE workflow_status SET status = 'PENDING'")

        await until(lambda: told.videos == [ONE, ONE])


def queues(file: Path) -> dict[int, tuple[str, str | None, str | None]]:
    """Return of each story its status, its queue, and whose it is there."""
    query = "SELECT workflow_uuid, status, queue_name, queue_partition_key FROM workflow_status"
    with closing(sqlite3.connect(file)) as database:
        return {int(id_): tuple(rest) for id_, *rest in database.execute(query)}


async def test_a_story_begins_at_once_where_there_is_room_and_waits_in_line_where_not(
    tmp_path: Path,
) -> None:
    playing = Playing()
    async with running(tmp_path, playing) as engine:
        playing.engine = engine
        for number in (ONE, TWO, THREE):
            await engine.enqueue(number, member_id=ADA)
        await engine.enqueue(FOUR, member_id=BOB)
        assert {id_: queue for id_, (_, queue, _) in queues(tmp_path / "bot.sqlite3").items()} == {
            ONE: None,
            TWO: None,
            THREE: LINE,  # the third of the same member
            FOUR: LINE,  # there are three: it overtakes nobody
        }
        await until(lambda: set(playing.placed) == {ONE, TWO, FOUR})

        playing.let_go(ONE)

        await until(lambda: set(playing.placed) == {TWO, FOUR, THREE})


async def test_the_limits_hold_for_all_who_come_at_the_same_moment(tmp_path: Path) -> None:
    playing, many = Playing(), [VideoId(number) for number in range(1, 13)]
    async with running(tmp_path, playing) as engine:
        playing.engine = engine
        await asyncio.gather(*(engine.enqueue(one, member_id=ADA + one // 2) for one in many))
        await until(lambda: len(playing.placed) == LIMITS.in_all)
        for one in many:
            playing.let_go(one)
        await until(lambda: playing.ended == len(many))

    assert playing.most_placed == LIMITS.in_all


async def test_who_is_at_atlas_is_not_overtaken_by_who_asked_before(tmp_path: Path) -> None:
    playing, early, late, later = Playing(), ONE, TWO, THREE
    async with running(tmp_path, playing) as engine:
        playing.engine = engine
        for one in (late, later):
            await engine.enqueue(one, member_id=ADA)
        await until(lambda: set(playing.placed) == {late, later})

        await engine.enqueue(early, member_id=ADA)

        await asyncio.sleep(1.5)  # it has looked for a place meanwhile, more than once
        assert set(playing.placed) == {late, later}
        playing.let_go(late)
        await until(lambda: set(playing.placed) == {early, later})


async def test_a_video_that_comes_twice_is_told_once_at_a_time(tmp_path: Path) -> None:
    file, playing = tmp_path / "bot.sqlite3", Playing()
    async with running(tmp_path, playing) as engine:
        playing.engine = engine
        await engine.enqueue(ONE, member_id=ADA)
        await until(lambda: playing.placed == [ONE])
        with closing(sqlite3.connect(file, isolation_level=None)) as database:
            database.execute("DELETE FROM operation_outputs")
            database.execute(
                "UPDATE workflow_status SET status = 'ENQUEUED', queue_name = ?", (RESUMED,)
            )
        await until(lambda: queues(file)[ONE][0] == "PENDING")

        await asyncio.sleep(0.5)  # what the queue gave us has begun meanwhile, if it ever does
        assert playing.placed == [ONE]


async def test_who_began_at_once_and_died_waits_in_line_under_the_members_name(
    tmp_path: Path,
) -> None:
    file, told = tmp_path / "bot.sqlite3", Told()
    async with running(tmp_path, told) as engine:
        await engine.enqueue(ONE, member_id=ADA)
        await until_stranded(engine, ONE)
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("UPDATE workflow_status SET status = 'PENDING', executor_id = 'dead'")
    ledger = Ledger(database := open_engine(f"sqlite:///{file}", connections=1))

    ledger.take_over_all("dead")

    assert queues(file) == {ONE: ("ENQUEUED", LINE, str(ADA))}
    ledger.close()
    database.dispose()


async def test_whom_an_older_version_left_in_line_without_a_name_is_told(tmp_path: Path) -> None:
    file, told = tmp_path / "bot.sqlite3", Told()
    async with running(tmp_path, told) as engine:
        await engine.enqueue(ONE, member_id=ADA)
        await until_stranded(engine, ONE)
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("UPDATE workflow_status SET status = 'ENQUEUED', queue_name = ?", (LINE,))

    async with running(tmp_path, told):
        await until(lambda: told.videos == [ONE, ONE])


async def test_only_stories_that_ended_before_are_forgotten(tmp_path: Path) -> None:
    async with running(tmp_path, Told()) as engine:
        await engine.enqueue(ONE, member_id=ADA)
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


def entry(number: int, *, member: str = "ada", has_place: bool = False) -> Entry:
    return Entry(VideoId(number), member, has_place, (number, str(number)))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ([], True),
        ([entry(1)], True),
        ([entry(1), entry(2, member="bob")], True),
        ([entry(1), entry(2)], False),  # two of the same member
        ([entry(1), entry(2, member="bob"), entry(3, member="cleo")], False),
        ([entry(1), entry(2, member="bob"), entry(99, member="cleo")], True),  # came later
        ([entry(n, member="bob") for n in (1, 2, 3)], True),  # the third waits, and holds no place
        ([entry(1), entry(2, member="bob"), entry(99, member="cleo", has_place=True)], False),
    ],
)
def test_a_video_has_room_when_few_enough_are_before_it(
    before: list[Entry], expected: bool
) -> None:
    mine = entry(50)

    waiting = must_wait([*before, mine], LIMITS)

    assert (mine.video_id not in waiting) is expected


def test_whoever_has_a_place_keeps_it_however_many_there_are() -> None:
    entries = [entry(number, has_place=True) for number in range(1, 9)]

    assert must_wait(entries, LIMITS) == set()


async def test_to_forget_no_videos_forgets_none(tmp_path: Path) -> None:
    async with running(tmp_path, Told()) as engine:
        await engine.enqueue(ONE, member_id=ADA)
        await until_stranded(engine, ONE)

        await engine.forget_videos([])

        assert await engine.forget(before=time.time() + 60) == 1


@pytest.mark.parametrize(
    ("crowd", "expected"),
    [((0, 0), True), ((2, 1), True), ((2, 2), False), ((3, 0), False), ((99, 0), False)],
)
def test_one_more_has_room_while_all_and_its_member_are_below_the_limits(
    crowd: tuple[int, int], expected: bool
) -> None:
    assert LIMITS.have_room_beside(Crowd(False, *crowd)) is expected


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

    assert LIMITS.are_kept(sum(counts), max(counts, default=0)) is expected
    assert (must_wait(entries, LIMITS) == set()) is expected
