"""The store on real SQLite: what is written, and what its errors do not say."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from math import inf
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bot.model import (
    Access,
    Arrival,
    Attempt,
    Cause,
    Draft,
    Failed,
    Intent,
    Place,
    Ready,
    Reply,
    Unknown,
    Video,
    VideoId,
)
from bot.money import Budget, OverBudget, Scope, Unit
from bot.picture import check
from bot.source import Upload
from bot.store import DraftTaken, Store, TooSlow, open_engine
from tests.plans import heard, steps
from tests.stage import picture

ARRIVAL = Arrival(
    id=VideoId(2**62 + 1),
    asked_at=1_000.5,
    member_id=2**62 + 2,
    place=Place(channel_id=3, guild_id=None, access=Access.CHANNEL),
    reply=Reply(application_id=4, token="token"),
    prompt="a boat\n\U0001f6a3 'quoted' \\",
    prompt_expansion=True,
    first_frame=Upload("https://cdn.example/1.png", 12),
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
PRICE = Decimal("0.50")
FIRST, SECOND = Attempt("a" * 32), Attempt("b" * 32)


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
    assert await store.arrivals.add(ARRIVAL, within_s=1)

    assert await store.arrivals.unanswered(before=inf) == [ARRIVAL]


def test_an_arrival_from_before_there_were_drafts_is_read_back() -> None:
    plain = ARRIVAL.to_plain()
    del plain["draft_id"]

    assert Arrival.from_plain(plain) == ARRIVAL


async def test_a_draft_is_taken_once_and_never_kept_anew(store: Store) -> None:
    await store.drafts.keep(ARRIVAL)
    await store.drafts.keep(replace(ARRIVAL, prompt="another"))
    assert await store.drafts.find(ARRIVAL.id) == Draft(ARRIVAL.member_id, ARRIVAL)

    await store.drafts.take(ARRIVAL.id)
    await store.drafts.keep(ARRIVAL)

    assert await store.drafts.find(ARRIVAL.id) == Draft(ARRIVAL.member_id, None)
    with pytest.raises(DraftTaken):
        await store.drafts.take(ARRIVAL.id)


async def test_a_draft_makes_one_video_and_the_second_leaves_nothing_behind(store: Store) -> None:
    await store.drafts.keep(ARRIVAL)
    second = replace(VIDEO, id=VideoId(7))

    for _ in range(2):  # the answer to the first commit may be lost
        await store.accept(VIDEO, None, price_usd=PRICE, draft_id=ARRIVAL.id)
    with pytest.raises(DraftTaken):
        await store.accept(second, None, price_usd=PRICE, draft_id=ARRIVAL.id)

    assert await store.is_accepted(VIDEO.id)
    assert not await store.is_accepted(second.id)


async def test_a_video_that_the_budget_refuses_leaves_its_draft(store: Store) -> None:
    await store.drafts.keep(ARRIVAL)
    none_left = Budget(Scope.ALL, Unit.VIDEOS, Decimal(0))

    with pytest.raises(OverBudget):
        await store.accept(VIDEO, None, price_usd=PRICE, budgets=[none_left], draft_id=ARRIVAL.id)

    assert await store.drafts.find(ARRIVAL.id) == Draft(ARRIVAL.member_id, ARRIVAL)


async def test_an_arrival_is_written_once_even_after_its_answer(store: Store) -> None:
    await store.arrivals.add(ARRIVAL, within_s=1)
    await store.arrivals.answered(ARRIVAL.id)

    assert not await store.arrivals.add(ARRIVAL, within_s=1)
    assert await store.arrivals.unanswered(before=inf) == []


async def test_an_arrival_that_cannot_be_written_in_time_leaves_nothing(
    store: Store, path: Path
) -> None:
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")

    with pytest.raises(TooSlow):
        await store.arrivals.add(ARRIVAL, within_s=0.2)

    blocker.execute("ROLLBACK")
    blocker.close()
    assert await store.arrivals.add(replace(ARRIVAL, id=VideoId(7)), within_s=5)
    assert [arrival.id for arrival in await store.arrivals.unanswered(before=inf)] == [7]


async def test_an_accepted_video_and_its_picture_come_back_as_they_were(store: Store) -> None:
    frame = check(picture()[1])
    await store.arrivals.add(ARRIVAL, within_s=1)

    await store.accept(VIDEO, frame, price_usd=PRICE)

    assert await store.video(VIDEO.id) == VIDEO
    assert await store.picture(VIDEO.id) == frame
    assert await store.arrivals.unanswered(before=inf) == []
    assert await store.line.unqueued(before=inf) == [VIDEO]


async def test_a_picture_is_let_go_when_it_was_submitted(store: Store) -> None:
    await store.accept(VIDEO, check(picture()[1]), price_usd=PRICE)

    await store.submitted(VIDEO.id, "p1", patience_s=60)

    assert await store.picture(VIDEO.id) is None
    submission = (await store.record(VIDEO.id)).submission
    assert submission is not None
    assert submission.prediction_id == "p1"
    assert submission.deadline_at - submission.submitted_at == 60


async def test_only_the_first_intent_may_submit(store: Store) -> None:
    await store.accept(VIDEO, None, price_usd=PRICE)

    assert await store.intend_submit(VIDEO.id, FIRST) is Intent.OURS
    assert await store.intend_submit(VIDEO.id, SECOND) is Intent.STANDING

    await store.withdraw_submit(VIDEO.id, FIRST)
    assert await store.intend_submit(VIDEO.id, SECOND) is Intent.OURS


async def test_an_attempt_knows_its_own_intent_again(store: Store) -> None:
    await store.accept(VIDEO, None, price_usd=PRICE)

    assert await store.intend_submit(VIDEO.id, FIRST) is Intent.OURS
    assert (
        await store.intend_submit(VIDEO.id, FIRST) is Intent.OURS
    )  # as after a lost answer to the commit


async def test_the_first_outcome_stays(store: Store) -> None:
    await store.accept(VIDEO, None, price_usd=PRICE)

    await store.settle(VIDEO.id, Ready(("https://a.example/v.mp4",)))
    await store.settle(VIDEO.id, Failed(Cause.BUG))

    ending = await store.ending(VIDEO.id)
    assert ending is not None
    assert ending.outcome == Ready(("https://a.example/v.mp4",))


async def test_those_before_in_line_are_counted_until_their_turn_comes(store: Store) -> None:
    second = replace(VIDEO, id=VideoId(8), accepted_at=VIDEO.accepted_at + 1)
    await store.accept(VIDEO, None, price_usd=PRICE)
    await store.accept(second, None, price_usd=PRICE)

    assert await store.line.ahead_of(second) == 1
    await store.begin(VIDEO.id)
    assert await store.line.ahead_of(second) == 0
    assert await store.line.waiting(10) == [second]


async def test_a_settled_video_is_neither_in_line_nor_unqueued(store: Store) -> None:
    await store.accept(VIDEO, None, price_usd=PRICE)

    await store.settle(VIDEO.id, Unknown())

    assert await store.line.waiting(10) == []
    assert await store.line.unqueued(before=inf) == []


async def test_a_look_along_the_line_passes_by_what_was_delivered_long_ago(
    store: Store, path: Path
) -> None:
    with heard() as asked:
        await store.line.ahead_of(VIDEO)
        await store.line.waiting(10)
        await store.line.unqueued(before=inf)

    plans = steps(path, asked)
    assert len(plans) == 3
    assert all("USING INDEX videos_unfinished" in plan[0] for plan in plans), plans


async def test_an_older_database_gets_the_columns_that_it_lacks(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE TABLE videos (id BIGINT PRIMARY KEY, member_id BIGINT, guild_id BIGINT,"
            " channel_id BIGINT, access TEXT, application_id BIGINT, token TEXT, prompt TEXT,"
            " prompt_expansion BOOLEAN, model TEXT, asked_at DOUBLE, accepted_at DOUBLE)"
        )
    for _ in range(2):
        store = Store(f"sqlite:///{path}")
        await store.open()
        store.close()

    store = Store(f"sqlite:///{path}")
    await store.open()
    await store.accept(VIDEO, None, price_usd=PRICE)

    assert await store.video(VIDEO.id) == VIDEO
    store.close()


async def test_who_was_turned_away_is_not_taken_by_another_process(store: Store) -> None:
    assert await store.arrivals.turn_away(ARRIVAL.id, asked_at=1.0, within_s=1)

    assert not await store.arrivals.add(ARRIVAL, within_s=1)
    assert await store.arrivals.unanswered(before=inf) == []


async def test_who_was_taken_is_not_turned_away(store: Store) -> None:
    await store.arrivals.add(ARRIVAL, within_s=1)

    assert not await store.arrivals.turn_away(ARRIVAL.id, asked_at=1.0, within_s=1)
    assert await store.arrivals.unanswered(before=inf) == [ARRIVAL]


async def test_answered_arrivals_are_forgotten_and_open_ones_are_not(store: Store) -> None:
    answered = replace(ARRIVAL, id=VideoId(9))
    await store.arrivals.add(ARRIVAL, within_s=1)
    await store.arrivals.add(answered, within_s=1)
    await store.arrivals.answered(answered.id)

    await store.arrivals.forget(before=ARRIVAL.asked_at + 1)

    assert await store.arrivals.unanswered(before=inf) == [ARRIVAL]
    assert await store.arrivals.add(answered, within_s=1)


def test_errors_of_the_database_show_no_prompt_and_no_token(path: Path) -> None:
    engine = open_engine(f"sqlite:///{path}", connections=1)

    with pytest.raises(DBAPIError) as failed, engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:token)"), {"token": "SECRET"})

    engine.dispose()
    assert "SECRET" not in str(failed.value) + repr(failed.value)


async def test_a_command_that_was_refused_by_another_process_becomes_no_video(
    store: Store,
) -> None:
    await store.arrivals.add(ARRIVAL, within_s=1)
    await store.arrivals.answered(ARRIVAL.id)

    assert not await store.accept(VIDEO, None, price_usd=PRICE)
    assert not await store.is_accepted(VIDEO.id)


async def test_an_acceptance_that_is_repeated_is_one(store: Store) -> None:
    await store.arrivals.add(ARRIVAL, within_s=1)

    assert await store.accept(VIDEO, None, price_usd=PRICE)
    assert await store.accept(VIDEO, None, price_usd=PRICE)


async def test_an_arrival_that_cannot_be_read_holds_up_no_other(store: Store, path: Path) -> None:
    await store.arrivals.add(ARRIVAL, within_s=1)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute('INSERT INTO arrivals VALUES (1, 0.0, \'{"of": "a later version"}\')')

    assert await store.arrivals.unanswered(before=inf) == [ARRIVAL]


async def test_a_retry_is_needless_once_the_lost_video_was_found(store: Store) -> None:
    retry = replace(VIDEO, id=VideoId(VIDEO.id + 1), retry_of=VIDEO.id)
    await store.accept(VIDEO, None, price_usd=PRICE)
    await store.intend_submit(VIDEO.id, FIRST)
    await store.settle(VIDEO.id, Unknown())
    await store.accept(retry, None, price_usd=PRICE)

    await store.doubts.hear(FIRST, "p1", patience_s=60)

    assert await store.intend_submit(retry.id, SECOND) is Intent.NEEDLESS


async def test_a_retry_that_is_out_stays_out_when_the_lost_video_is_found(store: Store) -> None:
    retry = replace(VIDEO, id=VideoId(VIDEO.id + 1), retry_of=VIDEO.id)
    await store.accept(VIDEO, None, price_usd=PRICE)
    await store.intend_submit(VIDEO.id, FIRST)
    await store.settle(VIDEO.id, Unknown())
    await store.accept(retry, None, price_usd=PRICE)
    await store.intend_submit(retry.id, SECOND)

    await store.doubts.hear(FIRST, "p1", patience_s=60)

    assert await store.intend_submit(retry.id, Attempt("c" * 32)) is Intent.STANDING


async def test_a_known_thread_is_not_forgotten_when_the_card_is_shown_again(store: Store) -> None:
    await store.accept(VIDEO, None, price_usd=PRICE)
    await store.shown(VIDEO.id, card_id=1, thread_id=2)

    await store.shown(VIDEO.id, card_id=1)

    assert (await store.video(VIDEO.id)).thread_id == 2
