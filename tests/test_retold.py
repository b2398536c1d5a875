"""A story that is told anew from its first step repeats nothing that costs or shows."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from math import inf
from pathlib import Path

import pytest

from bot.atlas.outputs import Outputs
from bot.delivery import Delivery
from bot.model import (
    Access,
    Cause,
    Deliver,
    Ending,
    Intent,
    Place,
    Post,
    Ready,
    Refused,
    Unknown,
    VideoId,
)
from bot.pipeline import Payment, Story, no_span
from bot.reels import Reels
from bot.settings import Settings
from sandbox.atlas import SimulatedAtlas
from tests.stage import Stage, stage, until
from tests.test_store import FIRST, SECOND, VIDEO


@pytest.fixture
async def play(settings: Settings) -> AsyncGenerator[Stage]:
    async with stage(settings) as play:
        await play.bot.store.accept(VIDEO, None, price_usd=Decimal("0.50"))
        yield play


def delivery_of(play: Stage) -> Delivery:
    outputs = Outputs(allow_private=True)
    return Delivery(play.bot, Reels(outputs, deliver=Deliver.LINK))


def payment_of(play: Stage) -> Payment:
    bot = play.bot
    return Payment(store=bot.store, atlas=bot.atlas, settings=bot.settings, metrics=bot.metrics)


def story_of(play: Stage) -> Story:
    bot = play.bot
    return Story(
        store=bot.store,
        atlas=bot.atlas,
        delivery=delivery_of(play),
        payment=payment_of(play),
        log_book=bot.log_book,
        settings=bot.settings,
        metrics=bot.metrics,
        span=no_span,
    )


async def take_place(_video_id: VideoId) -> None:
    """There is one."""


async def test_what_has_ended_is_not_submitted(play: Stage, atlas: SimulatedAtlas) -> None:
    await play.bot.store.settle(VIDEO.id, Refused(Cause.BUSY))

    outcome = await story_of(play).make(VIDEO.id, take_place=take_place)

    assert outcome == Refused(Cause.BUSY)
    assert atlas.predictions == []


async def test_what_was_submitted_is_not_submitted_again(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    made = await story_of(play).make(VIDEO.id, take_place=take_place)

    assert isinstance(made, Ready)
    assert await story_of(play).make(VIDEO.id, take_place=take_place) == made
    assert len(atlas.predictions) == 1


async def test_what_ends_while_it_waits_for_a_place_is_not_submitted(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    async def take_place_late(video_id: VideoId) -> None:
        await play.bot.store.settle(video_id, Refused(Cause.BUSY))

    outcome = await story_of(play).make(VIDEO.id, take_place=take_place_late)

    assert outcome == Refused(Cause.BUSY)
    assert atlas.predictions == []


async def test_what_was_told_is_not_told_again(play: Stage) -> None:
    await play.bot.store.settle(VIDEO.id, Refused(Cause.BUSY))
    ending = await play.bot.store.ending(VIDEO.id)
    assert ending is not None
    await play.bot.store.delivered(VIDEO.id, ending, Post(1, 2))

    await story_of(play).deliver(VIDEO.id)

    assert not any(play.env.backend.messages.values())


async def test_an_intent_is_withdrawn_only_by_its_own_attempt(play: Stage) -> None:
    store = play.bot.store
    assert await store.intend_submit(VIDEO.id, FIRST) is Intent.OURS
    await store.withdraw_submit(VIDEO.id, FIRST)
    assert await store.intend_submit(VIDEO.id, SECOND) is Intent.OURS

    await store.withdraw_submit(VIDEO.id, FIRST)  # again, after a lost answer to the commit

    assert await store.intend_submit(VIDEO.id, FIRST) is Intent.STANDING


async def test_nothing_is_submitted_after_an_end(play: Stage) -> None:
    store = play.bot.store
    assert await store.intend_submit(VIDEO.id, FIRST) is Intent.OURS
    await store.settle(VIDEO.id, Unknown())
    await store.withdraw_submit(VIDEO.id, FIRST)

    assert await store.intend_submit(VIDEO.id, SECOND) is Intent.STANDING


async def test_a_submit_that_was_heard_of_is_not_unknown(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    store = play.bot.store
    assert await store.intend_submit(VIDEO.id, FIRST) is Intent.OURS
    await store.doubts.hear(FIRST, "p1", patience_s=60)

    taken = await payment_of(play).pay(VIDEO, begun_at=VIDEO.asked_at, rung=asyncio.Event())

    assert taken is None
    assert atlas.predictions == []


async def test_what_is_told_late_does_not_close_a_story_that_was_opened_again(
    play: Stage,
) -> None:
    store = play.bot.store
    await store.settle(VIDEO.id, Unknown())
    lost = await store.ending(VIDEO.id)
    assert lost is not None
    await store.delivered(VIDEO.id, lost, Post(1, 2))
    await store.submitted(VIDEO.id, "p1", patience_s=60)
    assert await store.doubts.reopen(VIDEO.id)

    await store.delivered(VIDEO.id, lost, Post(1, 2))  # again, after a lost answer to the commit
    await store.gave_up(VIDEO.id, lost)

    assert await store.ending(VIDEO.id) is None
    assert [video.id for video in await store.line.unqueued(before=inf)] == [VIDEO.id]


async def test_an_end_that_was_put_off_for_days_is_shown_all_the_same(
    play: Stage, tmp_path: Path
) -> None:
    await play.bot.store.settle(VIDEO.id, Refused(Cause.BUSY))
    await play.bot.store.intend_delivery(VIDEO.id)
    with closing(sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)) as database:
        in_channel = (play.channel.id, play.guild.id, VIDEO.id)
        database.execute("UPDATE videos SET channel_id = ?, guild_id = ? WHERE id = ?", in_channel)
        database.execute("UPDATE videos SET delivering_at = delivering_at - 48 * 3600")

    await story_of(play).deliver(VIDEO.id)

    assert len(play.results(play.channel)) == 1


async def test_a_member_whose_ways_are_all_shut_is_told_when_one_opens(
    play: Stage, tmp_path: Path
) -> None:
    await play.bot.store.settle(VIDEO.id, Refused(Cause.BUSY))
    await story_of(play).deliver(VIDEO.id)  # there is no such channel, and no such member
    with closing(sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)) as database:
        in_channel = (play.channel.id, play.guild.id, VIDEO.id)
        database.execute("UPDATE videos SET channel_id = ?, guild_id = ? WHERE id = ?", in_channel)

    await play.bot.store.queued(VIDEO.id)
    await play.bot.caretaker.retell()

    await until(lambda: play.results(play.channel), "the end")


async def test_a_result_is_looked_for_in_all_places_before_it_is_posted_in_one(
    play: Stage,
) -> None:
    delivery, thread = delivery_of(play), play.guild.create_text_channel("thread")
    place = Place(play.channel.id, play.guild.id, Access.THREAD)
    ending = Ending(Refused(Cause.BUSY), settled_at=0, took_s=0, post=None)
    in_thread = replace(VIDEO, id=VideoId(2**40), place=place, thread_id=thread.id)
    first = await delivery.results.deliver(
        replace(in_thread, thread_id=None), ending, tried_before=False, attach=False
    )
    again = await delivery.results.deliver(in_thread, ending, tried_before=True, attach=False)

    assert again == first
    assert play.results(thread) == []


async def test_a_card_that_told_the_end_is_not_painted_over(play: Stage) -> None:
    shown = await play.video("a paper boat")
    await play.result(await play.thread())
    await until(lambda: "**Ready.**" in play.card(shown), "the card's last change")
    assert shown.response is not None
    store, video_id = play.bot.store, VideoId(max(play.env.backend.interactions))
    card = Post(play.channel.id, shown.response.id)
    ending = await store.ending(video_id)
    assert ending is not None
    await store.delivered(video_id, ending, card)

    await story_of(play).announce(video_id)

    assert atlas_link(ending) in play.card(shown)


def atlas_link(ending: Ending) -> str:
    assert isinstance(ending.outcome, Ready)
    return ending.outcome.links[0]


async def test_an_engine_that_cannot_note_a_step_spoils_no_video(
    play: Stage, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)) as database:
        database.execute(
            "CREATE TRIGGER full BEFORE INSERT ON operation_outputs "
            "WHEN NEW.function_name = 'leave_line' BEGIN SELECT RAISE(FAIL, 'disk is full'); END"
        )
        await play.video("a paper boat")
        failed = "SELECT count(*) FROM workflow_status WHERE status = 'ERROR'"
        await until(lambda: database.execute(failed).fetchone() == (1,), "a failure")
        database.execute("DROP TRIGGER full")
        database.execute("UPDATE videos SET accepted_at = accepted_at - 600")
    thread = await play.thread()

    async with asyncio.timeout(10):
        while not play.results(thread):
            await play.bot.caretaker.retell()
            await asyncio.sleep(0.1)

    assert "**Ready.**" in (await play.result(thread)).content
