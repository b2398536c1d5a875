"""A story that is told anew from its first step repeats nothing that costs or shows."""

from collections.abc import AsyncGenerator
from decimal import Decimal
from math import inf

import pytest

from bot.atlas.outputs import Outputs
from bot.delivery import Delivery
from bot.model import Cause, Deliver, Post, Refused, Unknown, outcome_from_plain
from bot.pipeline import Payment, Story
from bot.reels import Reels
from bot.settings import Settings
from sandbox.atlas import SimulatedAtlas
from tests.stage import Stage, stage
from tests.test_store import FIRST, SECOND, VIDEO


@pytest.fixture
async def play(settings: Settings) -> AsyncGenerator[Stage]:
    async with stage(settings) as play:
        await play.bot.store.accept(VIDEO, None, price_usd=Decimal("0.50"))
        yield play


def story_of(play: Stage) -> Story:
    bot = play.bot
    return Story(
        store=bot.store,
        atlas=bot.atlas,
        delivery=Delivery(bot, Reels(Outputs(allow_private=True), deliver=Deliver.LINK)),
        payment=Payment(store=bot.store, atlas=bot.atlas, settings=bot.settings),
        settings=bot.settings,
    )


async def test_what_has_ended_is_not_submitted(play: Stage, atlas: SimulatedAtlas) -> None:
    await play.bot.store.settle(VIDEO.id, Refused(Cause.BUSY))

    outcome = await story_of(play).submit(VIDEO.id)

    assert outcome is not None
    assert outcome_from_plain(outcome) == Refused(Cause.BUSY)
    assert atlas.predictions == []


async def test_what_was_submitted_is_not_submitted_again(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    assert await story_of(play).submit(VIDEO.id) is None

    assert await story_of(play).submit(VIDEO.id) is None
    assert len(atlas.predictions) == 1


async def test_what_was_told_is_not_told_again(play: Stage) -> None:
    await play.bot.store.settle(VIDEO.id, Refused(Cause.BUSY))
    ending = await play.bot.store.ending(VIDEO.id)
    assert ending is not None
    await play.bot.store.delivered(VIDEO.id, ending, Post(1, 2))

    await story_of(play).deliver(VIDEO.id)

    assert not any(play.env.backend.messages.values())


async def test_an_intent_is_withdrawn_only_by_its_own_attempt(play: Stage) -> None:
    store = play.bot.store
    assert await store.intend_submit(VIDEO.id, FIRST)
    await store.withdraw_submit(VIDEO.id, FIRST)
    assert await store.intend_submit(VIDEO.id, SECOND)

    await store.withdraw_submit(VIDEO.id, FIRST)  # again, after a lost answer to the commit

    assert not await store.intend_submit(VIDEO.id, FIRST)


async def test_nothing_is_submitted_after_an_end(play: Stage) -> None:
    store = play.bot.store
    assert await store.intend_submit(VIDEO.id, FIRST)
    await store.settle(VIDEO.id, Unknown())
    await store.withdraw_submit(VIDEO.id, FIRST)

    assert not await store.intend_submit(VIDEO.id, SECOND)


async def test_a_submit_that_was_heard_of_is_not_unknown(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    store = play.bot.store
    assert await store.intend_submit(VIDEO.id, FIRST)
    await store.doubts.hear(FIRST, "p1", patience_s=60)

    assert await story_of(play).submit(VIDEO.id) is None
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
    assert [video.id for video in await store.unqueued(before=inf)] == [VIDEO.id]
