"""The store on real SQLite: what is written, and what its errors do not say."""

import sqlite3
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bot.model import (
    Access,
    Arrival,
    Cause,
    Failed,
    Place,
    Ready,
    Reply,
    Unknown,
    Upload,
    Video,
    VideoId,
)
from bot.picture import check
from bot.store import Store, TooSlow, open_engine
from tests.stage import picture

ARRIVAL = Arrival(
    id=VideoId(2**62 + 1),
    asked_at=1_000.5,
    member_id=2**62 + 2,
    place=Place(channel_id=3, guild_id=None, access=Access.CHANNEL),
    reply=Reply(application_id=4, token="token"),
    prompt="a boat\n\U0001f6a3 'quoted' \\",
    prompt_expansion=True,
    upload=Upload("https://cdn.example/1.png", 12),
)
VIDEO = Video(
    id=ARRIVAL.id,
    asked_at=ARRIVAL.asked_at,
    member_id=ARRIVAL.member_id,
    place=ARRIVAL.place,
    reply=ARRIVAL.reply,
    prompt=ARRIVAL.prompt,
    prompt_expansion=True,
    model="minimax/video-01",
    accepted_at=1_001.5,
    first_frame="first-frame.png",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.sqlite3"


@pytest.fixture
async def store(path: Path) -> AsyncGenerator[Store]:
    store = Store(f"sqlite:///{path}")
    await store.open()
    yield store
    store.close()


async def test_an_arrival_comes_back_as_it_was(store: Store) -> None:
    assert await store.arrive(ARRIVAL, within_s=1)

    assert await store.unanswered() == [ARRIVAL]


async def test_an_arrival_is_written_once_even_after_its_answer(store: Store) -> None:
    await store.arrive(ARRIVAL, within_s=1)
    await store.answered(ARRIVAL.id)

    assert not await store.arrive(ARRIVAL, within_s=1)
    assert await store.unanswered() == []


async def test_an_arrival_that_cannot_be_written_in_time_leaves_nothing(
    store: Store, path: Path
) -> None:
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")

    with pytest.raises(TooSlow):
        await store.arrive(ARRIVAL, within_s=0.2)

    blocker.execute("ROLLBACK")
    blocker.close()
    assert await store.arrive(replace(ARRIVAL, id=VideoId(7)), within_s=5)
    assert [arrival.id for arrival in await store.unanswered()] == [7]


async def test_an_accepted_video_and_its_picture_come_back_as_they_were(store: Store) -> None:
    frame = check(picture()[1])
    await store.arrive(ARRIVAL, within_s=1)

    await store.accept(VIDEO, frame)

    assert await store.video(VIDEO.id) == VIDEO
    assert await store.picture(VIDEO.id) == frame
    assert await store.unanswered() == []
    assert await store.unqueued() == [VIDEO]


async def test_a_picture_is_let_go_when_it_was_submitted(store: Store) -> None:
    await store.accept(VIDEO, check(picture()[1]))

    await store.submitted(VIDEO.id, "p1", patience_s=60)

    assert await store.picture(VIDEO.id) is None
    submission = await store.submission(VIDEO.id)
    assert submission is not None
    assert submission.prediction_id == "p1"
    assert submission.deadline_at - submission.submitted_at == 60


async def test_only_the_first_intent_may_submit(store: Store) -> None:
    await store.accept(VIDEO, None)

    assert await store.intend_submit(VIDEO.id)
    assert not await store.intend_submit(VIDEO.id)

    await store.withdraw_submit(VIDEO.id)
    assert await store.intend_submit(VIDEO.id)


async def test_the_first_outcome_stays(store: Store) -> None:
    await store.accept(VIDEO, None)

    await store.settle(VIDEO.id, Ready(("https://a.example/v.mp4",)))
    await store.settle(VIDEO.id, Failed(Cause.BUG))

    outcome, _ = await store.outcome(VIDEO.id)
    assert outcome == Ready(("https://a.example/v.mp4",))


async def test_those_before_in_line_are_counted_until_their_turn_comes(store: Store) -> None:
    second = replace(VIDEO, id=VideoId(8), accepted_at=VIDEO.accepted_at + 1)
    await store.accept(VIDEO, None)
    await store.accept(second, None)

    assert await store.ahead_of(second) == 1
    await store.begin(VIDEO.id)
    assert await store.ahead_of(second) == 0
    assert await store.in_line(10) == [second]


async def test_a_settled_video_is_neither_in_line_nor_unqueued(store: Store) -> None:
    await store.accept(VIDEO, None)

    await store.settle(VIDEO.id, Unknown())

    assert await store.in_line(10) == []
    assert await store.unqueued() == []


def test_errors_of_the_database_show_no_prompt_and_no_token(path: Path) -> None:
    engine = open_engine(f"sqlite:///{path}", connections=1)

    with pytest.raises(DBAPIError) as failed, engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:token)"), {"token": "SECRET"})

    engine.dispose()
    assert "SECRET" not in str(failed.value) + repr(failed.value)
