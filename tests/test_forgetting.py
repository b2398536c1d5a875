"""What has ended is let go of on request or when it is old, and handed over before."""

import gzip
import json
from collections.abc import AsyncGenerator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.library import export_file
from bot.model import (
    Arrival,
    Cancelled,
    Cause,
    Charge,
    Failed,
    Flagged,
    Outcome,
    Refused,
    TimedOut,
    Unknown,
    VideoId,
)
from bot.money import Budget, OverBudget, Scope, Unit
from bot.store import Store
from tests.shelf import ALICE, BOB, DAY_S, NOW, PRICE, READY, VIDEO, Clock, ask, end, let_go, opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncGenerator[Store]:
    async with opened(f"sqlite:///{tmp_path / 'bot.sqlite3'}", clock) as store:
        yield store


async def forget(store: Store, member_id: int = ALICE) -> list[VideoId]:
    await store.forgetting.begin(member_id)
    return await let_go(store.forgetting.of_leavers)


@pytest.mark.parametrize(
    "outcome", [READY, Flagged(), Refused(Cause.CONTENT), Failed(Cause.BROKEN)]
)
async def test_a_video_that_ended_is_forgotten_with_its_picture(
    store: Store, clock: Clock, outcome: Outcome
) -> None:
    video = await ask(store, 0, first_frame="first-frame.png")
    await end(store, video, outcome)
    others = await ask(store, 1, member_id=BOB)
    await end(store, others, outcome)

    assert await forget(store) == [video.id]

    assert (await store.library.page(ALICE)).total == 0
    assert await store.picture(video.id) is None
    assert await store.video(others.id) == others


async def test_a_wish_that_waits_for_a_choice_is_shown_and_forgotten(store: Store) -> None:
    wish = Arrival(
        id=VideoId(2**61),
        asked_at=NOW,
        member_id=ALICE,
        place=VIDEO.place,
        reply=VIDEO.reply,
        prompt="a wide boat",
        prompt_expansion=False,
        first_frame=None,
    )
    await store.drafts.keep(wish)
    stored = await store.library.everything(ALICE)
    assert [draft["prompt"] for draft in stored["drafts"]] == [wish.prompt]
    assert "token" not in json.dumps(stored)

    await forget(store)

    assert await store.drafts.find(wish.id) is None


async def test_what_has_not_ended_is_kept_and_goes_when_it_has(store: Store, clock: Clock) -> None:
    in_line = await ask(store, 0, first_frame="first-frame.png")
    made = await ask(store, 1)
    await store.submitted(made.id, "p1", patience_s=60)
    untold = await ask(store, 2)
    await store.settle(untold.id, READY)
    clock.now += 60

    assert await forget(store) == []
    assert await store.forgetting.left(ALICE) == 3
    assert await store.picture(in_line.id) is not None

    for video in (in_line, made, untold):
        await end(store, video)
    assert set(await let_go(store.forgetting.of_leavers)) == {in_line.id, made.id, untold.id}
    assert await store.forgetting.left(ALICE) == 0


@pytest.mark.parametrize(
    "outcome", [Unknown(), TimedOut(), Failed(Cause.BUG), Cancelled(Charge.MAYBE)]
)
async def test_what_may_still_turn_out_otherwise_is_kept_until_it_cannot(
    store: Store, outcome: Outcome
) -> None:
    video = await ask(store, 0)
    await end(store, video, outcome)

    assert await forget(store) == []

    await store.doubts.release(video.id)
    assert await let_go(store.forgetting.of_leavers) == [video.id]
    assert not await store.doubts.reopen(video.id)


async def test_a_video_that_could_not_be_shown_may_be_forgotten(store: Store) -> None:
    video = await ask(store, 0)
    await store.settle(video.id, READY)
    ending = await store.ending(video.id)
    assert ending is not None
    await store.gave_up(video.id, ending)

    assert await forget(store) == [video.id]


async def test_what_is_asked_for_after_is_not_forgotten(store: Store, clock: Clock) -> None:
    await forget(store)
    later = await ask(store, 1)
    await end(store, later)

    assert await let_go(store.forgetting.of_leavers) == []
    assert await store.video(later.id) == later


async def test_to_be_forgotten_gives_no_new_budget_today(store: Store, clock: Clock) -> None:
    await end(store, await ask(store, 0))
    await forget(store)
    budget = Budget(Scope.MEMBER, Unit.VIDEOS, Decimal(1))
    again = replace(VIDEO, id=VideoId(9))

    with pytest.raises(OverBudget):
        await store.accept(again, None, price_usd=PRICE, budgets=[budget])

    clock.now += DAY_S
    await let_go(store.forgetting.of_leavers)
    assert (await store.library.everything(ALICE))["holds"] == []
    (kept,) = (await store.library.everything(0))["holds"]
    assert (kept["micro_usd"], kept["state"]) == (500_000, "settled")


async def test_a_leaver_is_forgotten_too_when_nothing_is_left(store: Store, clock: Clock) -> None:
    await end(store, await ask(store, 0))
    await forget(store)
    waiting = await ask(store, 1, at=NOW - 9)
    clock.now += 3 * DAY_S
    await let_go(store.forgetting.of_leavers)
    assert await store.forgetting.left(ALICE) == 1

    await end(store, waiting)
    await let_go(store.forgetting.of_leavers)

    again = await ask(store, 2, at=NOW - 9)
    await end(store, again)
    assert await let_go(store.forgetting.of_leavers) == []


async def test_old_videos_go_and_money_stays_without_a_name(store: Store, clock: Clock) -> None:
    old, young = await ask(store, 0), await ask(store, 1)
    waiting = await ask(store, 2)
    await end(store, old)
    clock.now += DAY_S
    await end(store, young)

    assert await let_go(lambda: store.forgetting.of_old(before=NOW + 1)) == [old.id]
    assert len((await store.library.everything(ALICE))["holds"]) == 3

    assert await let_go(lambda: store.forgetting.of_old(before=clock.now + DAY_S)) == [young.id]
    assert (await store.library.everything(ALICE))["holds"] == []
    assert len((await store.library.everything(0))["holds"]) == 3
    assert await store.video(waiting.id) == waiting


# ── the export ────────────────────────────────────────────────────────────────────────────────


async def test_an_export_has_all_of_one_member_and_no_way_to_a_message(store: Store) -> None:
    arrival = Arrival(
        id=VideoId(77),
        asked_at=NOW,
        member_id=ALICE,
        place=VIDEO.place,
        reply=VIDEO.reply,
        prompt="a wish",
        prompt_expansion=False,
        first_frame=None,
    )
    await store.arrivals.add(arrival, within_s=5)
    await store.arrivals.add(replace(arrival, id=VideoId(78), member_id=BOB), within_s=5)
    video = await ask(store, 0, "ein Schiff über “allem”", first_frame="first-frame.png")
    await ask(store, 1, member_id=BOB)

    stored = await store.library.everything(ALICE)

    assert stored["member_id"] == str(ALICE)
    assert [(wish["id"], wish["prompt"]) for wish in stored["arrivals"]] == [("77", "a wish")]
    (told,) = stored["videos"]
    assert (told["id"], told["prompt"]) == (str(video.id), video.prompt)
    assert told["accepted_at"] == "2024-10-04T01:00:00+00:00"
    (picture,) = stored["pictures"]
    assert (picture["width"], picture["height"]) == (640, 400)
    assert [hold["micro_usd"] for hold in stored["holds"]] == [500_000]
    file = export_file(stored, limit=10_000)
    assert file is not None
    assert b"token" not in file[1]
    assert video.prompt.encode() in file[1]


def test_a_large_export_is_packed_and_one_that_is_too_large_is_not_made() -> None:
    stored = {"videos": ["a boat"] * 10_000}

    packed = export_file(stored, limit=10_000)

    assert packed is not None
    name, content = packed
    assert name.endswith(".gz")
    assert json.loads(gzip.decompress(content)) == stored
    assert export_file(stored, limit=10) is None
