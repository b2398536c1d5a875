"""What a killed process left comes back: with its places, in few writes, one after the other."""

import asyncio
import gc
import sqlite3
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing, suppress
from functools import partial
from pathlib import Path

from bot.errors import TakenOver
from bot.memory import look_for_garbage_now_and_then
from bot.model import VideoId
from bot.pipeline import Engine
from bot.pipeline._entrance import JointLook
from bot.pipeline._ledger import Ledger
from bot.store import open_engine
from tests.stage import until

ADA, BOB = 7, 8


class Tellers:
    """Tell stories that take their place, and do not end by themselves."""

    def __init__(self) -> None:
        self.told = dict[VideoId, float]()

    async def tell(self, engine: Engine, video_id: VideoId) -> None:
        await engine.take_place(video_id)
        self.told[video_id] = time.perf_counter()
        await asyncio.Event().wait()


@asynccontextmanager
async def engine_on(file: Path, tellers: Tellers, *, max_in_flight: int) -> AsyncGenerator[Engine]:
    engine = Engine(
        database_url=f"sqlite:///{file}",
        process_name="test",
        max_in_flight=max_in_flight,
        max_per_user=max_in_flight,
    )
    await engine.start(partial(tellers.tell, engine))
    try:
        yield engine
    finally:
        await engine.halt()
        await engine.close()


async def left_by_a_kill(folder: Path, *, at_work: int, in_line: int) -> Path:
    """Return a database as a killed process leaves it, with so many videos."""
    file, left, tellers = folder / "bot.sqlite3", folder / "left.sqlite3", Tellers()
    async with engine_on(file, tellers, max_in_flight=at_work) as engine:
        for number in range(1, at_work + 1):
            await engine.begin(VideoId(number), member_id=ADA)
        await until(lambda: len(tellers.told) == at_work)
        for number in range(at_work + 1, at_work + in_line + 1):
            await engine.begin(VideoId(number), member_id=BOB)
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(left)) as target:
            source.backup(target)
    return left


def rows(file: Path) -> dict[int, tuple[str, str, int]]:
    """Return of each video the status of its story, its queue, and how many steps it did."""
    query = """
        SELECT workflow_uuid, status, queue_name,
               (SELECT count(*) FROM operation_outputs o WHERE o.workflow_uuid = w.workflow_uuid)
        FROM workflow_status w
    """
    with closing(sqlite3.connect(file)) as database:
        return {
            int(id_): (status, queue, steps)
            for id_, status, queue, steps in database.execute(query)
        }


async def test_who_had_left_the_line_keeps_the_place_and_who_had_not_goes_back(
    tmp_path: Path,
) -> None:
    left = await left_by_a_kill(tmp_path, at_work=2, in_line=1)
    with closing(sqlite3.connect(left, isolation_level=None)) as database:
        database.execute("DELETE FROM operation_outputs WHERE workflow_uuid = '2'")
    ledger = Ledger(database := open_engine(f"sqlite:///{left}", connections=1))
    (owner,) = ledger.owners()

    ledger.take_over("another", ledger.at_work(owner))
    assert {row[0] for row in rows(left).values()} == {"PENDING", "ENQUEUED"}
    ledger.take_over(owner, [*ledger.at_work(owner), VideoId(3), VideoId(4)])

    assert rows(left) == {
        1: ("ENQUEUED", "resumed", 0),
        2: ("ENQUEUED", "videos", 0),
        3: ("ENQUEUED", "videos", 0),
    }
    assert ledger.owners() == set()
    ledger.close()
    database.dispose()


async def test_who_was_thought_dead_goes_no_further(tmp_path: Path) -> None:
    file, told, is_awake = tmp_path / "bot.sqlite3", list[VideoId](), asyncio.Event()
    went = dict[VideoId, str]()

    async def tell(video_id: VideoId) -> None:
        await engine.take_place(video_id)
        told.append(video_id)
        await is_awake.wait()
        try:
            await engine.confirm(video_id)
            went[video_id] = "on"
        except TakenOver:
            went[video_id] = "no further"
            raise

    engine = Engine(
        database_url=f"sqlite:///{file}", process_name="test", max_in_flight=2, max_per_user=2
    )
    await engine.start(tell)
    for number in (1, 2):
        await engine.begin(VideoId(number), member_id=ADA)
    await until(lambda: len(told) == 2)
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute(
            "UPDATE workflow_status SET executor_id = 'heir', owner_xid = 'theirs' "
            "WHERE workflow_uuid = '2'"
        )

    is_awake.set()

    await until(lambda: len(went) == 2)
    assert went == {VideoId(1): "on", VideoId(2): "no further"}
    await engine.halt()
    await engine.close()


async def test_many_come_back_one_after_the_other_and_before_those_in_line(tmp_path: Path) -> None:
    left, tellers = await left_by_a_kill(tmp_path, at_work=30, in_line=1), Tellers()

    async with engine_on(left, tellers, max_in_flight=30):
        await until(lambda: len(tellers.told) == 30)
        await asyncio.sleep(1.0)

    assert set(tellers.told) == {VideoId(number) for number in range(1, 31)}
    first, *_, last = sorted(tellers.told.values())
    assert last - first > 0.05


async def test_who_asks_while_a_look_is_under_way_is_told_of_the_next_one() -> None:
    looks, is_over = list[int](), asyncio.Event()

    async def look() -> set[VideoId]:
        looks.append(len(looks))
        await is_over.wait()
        return {VideoId(looks[-1])}

    joint = JointLook(look)
    early = asyncio.create_task(joint())
    await until(lambda: looks)
    late = [asyncio.create_task(joint()) for _ in range(1000)]
    await asyncio.sleep(0)
    is_over.set()

    assert await early == {0}
    assert all(found == {1} for found in await asyncio.gather(*late))


async def test_everything_is_looked_through_for_garbage_only_now_and_then() -> None:
    usual = gc.get_threshold()
    try:
        looking = asyncio.create_task(look_for_garbage_now_and_then())
        await asyncio.sleep(0)

        assert gc.get_threshold()[:2] == usual[:2]
        assert gc.get_threshold()[2] > 1_000_000
        assert gc.get_freeze_count() > 10_000
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
    finally:
        gc.unfreeze()
        gc.set_threshold(*usual)
