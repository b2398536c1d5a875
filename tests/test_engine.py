"""The seam to the durable engine: what is told anew, what is forgotten, who has a place."""

import asyncio
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.model import VideoId
from bot.pipeline import Engine
from bot.pipeline._ledger import Ledger
from bot.pipeline._places import LINE, RESUMED, Crowd, Entry, Limits, must_wait
from bot.store import open_engine
from sandbox.atlas import Fault, SimulatedAtlas
from tests.plans import heard, reads_all, steps
from tests.stage import until
from tests.theatre import theatre

ONE, TWO, THREE, FOUR = map(VideoId, range(1, 5))
ADA, BOB = 7, 8
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
        self.engine: Engine
        self.placed: list[VideoId] = []
        self.most_placed = 0
        self.ended = 0
        self._over = defaultdict[VideoId, asyncio.Event](asyncio.Event)

    async def tell(self, video_id: VideoId) -> None:
        await self.engine.take_place(video_id)
        self.placed.append(video_id)
        self.most_placed = max(self.most_placed, len(self.placed))
        await self._over[video_id].wait()
        self.placed.remove(video_id)
        self.ended += 1

    def let_go(self, video_id: VideoId) -> None:
        self._over[video_id].set()


@asynccontextmanager
async def running(folder: Path, told: Told | Playing) -> AsyncGenerator[Engine]:
    engine = Engine(
        database_url=f"sqlite:///{folder / 'bot.sqlite3'}",
        process_name="test",
        max_in_flight=LIMITS.in_all,
        max_per_user=LIMITS.per_member,
    )
    if isinstance(told, Playing):
        told.engine = engine
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
        await engine.begin(ONE, member_id=ADA)
        await until_stranded(engine, ONE, TWO)
        await engine.begin(ONE, member_id=ADA)
        await engine.begin_anew(ONE, member_id=ADA)
        await until(lambda: told.videos == [ONE, ONE])
        await until_stranded(engine, ONE)

        await engine.begin_anew(TWO, member_id=ADA)

        await until(lambda: told.videos == [ONE, ONE, TWO])


async def test_a_story_that_broke_off_is_stranded_and_can_be_told_anew(tmp_path: Path) -> None:
    told = Told(sick=ONE)
    async with running(tmp_path, told) as engine:
        await engine.begin(ONE, member_id=ADA)
        await until_stranded(engine, ONE)

        await engine.begin_anew(ONE, member_id=ADA)

        await until(lambda: told.videos == [ONE, ONE])


async def test_a_story_that_was_handed_to_us_and_never_arrived_is_told(tmp_path: Path) -> None:
    told = Told()
    async with running(tmp_path, told) as engine:
        await engine.begin(ONE, member_id=ADA)
        await until_stranded(engine, ONE)
        rewrite(tmp_path / "bot.sqlite3", "status = 'PENDING'")

        await until(lambda: told.videos == [ONE, ONE])


class Standing(NamedTuple):
    """What the engine keeps of a story."""

    status: str
    queue: str | None
    member: str | None


def standing(file: Path) -> dict[int, Standing]:
    query = "SELECT workflow_uuid, status, queue_name, queue_partition_key FROM workflow_status"
    with closing(sqlite3.connect(file)) as database:
        return {int(id_): Standing(*rest) for id_, *rest in database.execute(query)}


def rewrite(file: Path, change: str, *values: str) -> None:
    """Change the engine's rows behind its back."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute(f"UPDATE workflow_status SET {change}", values)  # noqa: S608  # ours


async def test_a_story_begins_at_once_where_there_is_room_and_waits_in_line_where_not(
    tmp_path: Path,
) -> None:
    playing = Playing()
    async with running(tmp_path, playing) as engine:
        for number in (ONE, TWO, THREE):
            await engine.begin(number, member_id=ADA)
        await engine.begin(FOUR, member_id=BOB)
        found = standing(tmp_path / "bot.sqlite3")
        assert {id_: story.queue for id_, story in found.items()} == {
            ONE: None,
            TWO: None,
            THREE: LINE,  # the third of the same member
            FOUR: LINE,  # three wait or are made already
        }
        await until(lambda: set(playing.placed) == {ONE, TWO, FOUR})

        playing.let_go(ONE)

        await until(lambda: set(playing.placed) == {TWO, FOUR, THREE})


async def test_the_limits_hold_for_all_who_come_at_the_same_moment(tmp_path: Path) -> None:
    playing, many = Playing(), [VideoId(number) for number in range(1, 13)]
    async with running(tmp_path, playing) as engine:
        await asyncio.gather(*(engine.begin(one, member_id=one // 4) for one in many))
        await until(lambda: len(playing.placed) == LIMITS.in_all)
        await asyncio.sleep(1.0)  # all who began have looked for a place meanwhile
        of_member = Counter(one // 4 for one in playing.placed)
        assert max(of_member.values()) <= LIMITS.per_member
        for one in many:
            playing.let_go(one)
        await until(lambda: playing.ended == len(many))

    assert playing.most_placed == LIMITS.in_all


async def test_who_is_at_atlas_keeps_the_place_from_one_with_an_earlier_turn(
    tmp_path: Path,
) -> None:
    playing = Playing()
    async with running(tmp_path, playing) as engine:
        for one in (ONE, TWO):
            await engine.begin(one, member_id=ADA)
        await until(lambda: set(playing.placed) == {ONE, TWO})
        rewrite(tmp_path / "bot.sqlite3", "created_at = created_at + 60000")

        await engine.begin(THREE, member_id=ADA)

        await until(lambda: standing(tmp_path / "bot.sqlite3")[THREE].status == "PENDING")
        await asyncio.sleep(1.0)  # it has looked for a place meanwhile
        assert set(playing.placed) == {ONE, TWO}
        playing.let_go(ONE)
        await until(lambda: set(playing.placed) == {TWO, THREE})


async def test_a_video_that_comes_twice_is_told_once_at_a_time(tmp_path: Path) -> None:
    file, playing = tmp_path / "bot.sqlite3", Playing()
    async with running(tmp_path, playing) as engine:
        await engine.begin(ONE, member_id=ADA)
        await until(lambda: playing.placed == [ONE])
        with closing(sqlite3.connect(file, isolation_level=None)) as database:
            database.execute("DELETE FROM operation_outputs")
        rewrite(file, "status = 'ENQUEUED', queue_name = ?", RESUMED)
        await until(lambda: standing(file)[ONE].status == "PENDING")

        await asyncio.sleep(0.5)  # what the queue gave us has begun meanwhile, if it ever does
        assert playing.placed == [ONE]


async def test_who_began_at_once_and_died_waits_in_line_under_the_members_name(
    tmp_path: Path,
) -> None:
    file, told = tmp_path / "bot.sqlite3", Told()
    async with running(tmp_path, told) as engine:
        await engine.begin(ONE, member_id=ADA)
        await until_stranded(engine, ONE)
    rewrite(file, "status = 'PENDING', executor_id = 'dead'")
    ledger = Ledger(database := open_engine(f"sqlite:///{file}", connections=1))

    ledger.take_over_all("dead")

    assert standing(file) == {ONE: Standing("ENQUEUED", LINE, str(ADA))}
    ledger.close()
    database.dispose()


async def test_whom_an_older_version_left_in_line_without_a_name_is_told(tmp_path: Path) -> None:
    file, told = tmp_path / "bot.sqlite3", Told()
    async with running(tmp_path, told) as engine:
        await engine.begin(ONE, member_id=ADA)
        await until_stranded(engine, ONE)
    rewrite(file, "status = 'ENQUEUED', queue_name = ?", LINE)

    async with running(tmp_path, told):
        await until(lambda: told.videos == [ONE, ONE])


async def test_looks_pass_by_the_stories_that_ended(tmp_path: Path) -> None:
    file = tmp_path / "bot.sqlite3"
    async with running(tmp_path, Told()):
        pass
    ledger = Ledger(database := open_engine(f"sqlite:///{file}", connections=1))
    with heard() as asked:
        ledger.crowd(ONE, member_id=ADA)
        ledger.crowd_past_line()
        ledger.places()
        ledger.owners()
        ledger.at_work("somebody")
        ledger.name_members()
    ledger.close()
    database.dispose()

    found = {step for plan in steps(file, asked) for step in plan}
    assert any("workflow_status" in step for step in found)
    assert not [step for step in found if reads_all(step, "workflow_status")]


async def test_only_stories_that_ended_before_are_forgotten(tmp_path: Path) -> None:
    async with running(tmp_path, Told()) as engine:
        await engine.begin(ONE, member_id=ADA)
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
        await engine.begin(ONE, member_id=ADA)
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
    assert LIMITS.have_room_beside(Crowd(*crowd)) is expected


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

    assert LIMITS.are_kept_by(Crowd(sum(counts), max(counts, default=0))) is expected
    assert (must_wait(entries, LIMITS) == set()) is expected
