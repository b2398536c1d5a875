"""A member's own videos in the store, and how they are let go of."""

import gzip
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.gallery import details, gallery
from bot.library import (
    PAGE_SIZE,
    SEARCH_LIMIT,
    Bill,
    Entry,
    Page,
    export_file,
    words_of,
)
from bot.model import (
    PROMPT_LIMIT,
    Access,
    Arrival,
    Cancelled,
    Cause,
    Ending,
    Failed,
    Flagged,
    Outcome,
    Place,
    Post,
    Ready,
    Refused,
    Reply,
    TimedOut,
    Unknown,
    Video,
    VideoId,
    short_id,
    video_id_of,
)
from bot.money import Budget, Hold, OverBudget, Scope, Unit
from bot.picture import check
from bot.store import Store
from tests.stage import picture

ALICE, BOB = 2**62 + 2, 2**62 + 3
DAY_S = 24 * 3600.0
NOW = 20_000 * DAY_S + 3600.0
PRICE = Decimal("0.50")
READY = Ready(("https://a.example/v.mp4",))
VIDEO = Video(
    id=VideoId(2**62),
    asked_at=NOW,
    member_id=ALICE,
    place=Place(channel_id=3, guild_id=5, access=Access.CHANNEL),
    reply=Reply(application_id=4, token="token-of-an-interaction"),
    prompt="a boat",
    prompt_expansion=False,
    model="minimax/video-01",
    accepted_at=NOW,
    first_frame=None,
)

WISH = Arrival(
    id=VideoId(2**61),
    asked_at=NOW,
    member_id=ALICE,
    place=VIDEO.place,
    reply=VIDEO.reply,
    prompt="a wide boat",
    prompt_expansion=False,
    upload=None,
)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncGenerator[Store]:
    async with opened(f"sqlite:///{tmp_path / 'bot.sqlite3'}", clock) as store:
        yield store


@asynccontextmanager
async def opened(url: str, clock: Clock) -> AsyncGenerator[Store]:
    store = Store(url, clock=clock)
    await store.open()
    try:
        yield store
    finally:
        store.close()


async def ask(store: Store, number: int, prompt: str = "a boat", **more: Any) -> Video:
    """Take in the nth video: asked for n seconds after the first."""
    moment = more.pop("at", NOW) + number
    times = {"asked_at": moment, "accepted_at": moment}
    video = replace(VIDEO, id=VideoId(number + 1), prompt=prompt, **times, **more)
    frame = check(picture()[1]) if video.first_frame else None
    await store.accept(video, frame, price_usd=PRICE)
    return video


async def end(store: Store, video: Video, outcome: Outcome = READY) -> None:
    await store.settle(video.id, outcome)
    ending = await store.ending(video.id)
    assert ending is not None
    await store.delivered(video.id, ending, Post(6, 7))


async def prompts(store: Store, **which: Any) -> list[str]:
    page = await store.library.page(ALICE, **which)
    return [entry.video.prompt for entry in page.entries]


async def let_go(more: Callable[[], Awaitable[list[VideoId]]]) -> list[VideoId]:
    gone = list[VideoId]()
    while some := await more():
        gone += some
    return gone


# ── finding again ─────────────────────────────────────────────────────────────────────────────


@given(st.integers(0, 2**63 - 1))
def test_an_id_is_read_back_from_what_members_see(number: int) -> None:
    video_id = VideoId(number)

    assert video_id_of(short_id(video_id)) == video_id
    typed = short_id(video_id).upper().replace("0", "O").replace("1", "I")
    assert video_id_of(f" {typed} ") == video_id


@given(st.text())
def test_whatever_is_typed_is_an_id_of_the_database_or_none(typed: str) -> None:
    try:
        assert 0 <= video_id_of(typed) < 2**63
    except ValueError:
        return


async def test_pages_hold_each_video_once_and_the_newest_first(store: Store) -> None:
    for number in range(PAGE_SIZE + 2):
        await ask(store, number, f"boat {number}")

    assert await prompts(store) == ["boat 6", "boat 5", "boat 4", "boat 3", "boat 2"]
    assert await prompts(store, number=1) == ["boat 1", "boat 0"]
    last = await store.library.page(ALICE, number=99)
    assert (last.number, last.count, last.total) == (1, 2, 7)


async def test_who_has_no_videos_has_one_empty_page(store: Store) -> None:
    await ask(store, 0)

    assert await store.library.page(BOB, number=3) == Page(0, 0, "", ())


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("BOAT", ["a paper boat", "Boat_2 'is' 100% \"mine\""]),
        ("100%", ["Boat_2 'is' 100% \"mine\""]),
        ("t_2", ["Boat_2 'is' 100% \"mine\""]),
        ("%", ["Boat_2 'is' 100% \"mine\""]),
        ("_", ["Boat_2 'is' 100% \"mine\""]),
        ("'is'", ["Boat_2 'is' 100% \"mine\""]),
        ('"mine', ["Boat_2 'is' 100% \"mine\""]),
        ("/", ["in/out"]),
        ("\\", []),
        ("ärger", ["ÄRGER im Hafen"]),
    ],
)
async def test_a_search_means_just_what_was_typed(
    store: Store, search: str, found: list[str]
) -> None:
    for number, prompt in enumerate(
        ["ÄRGER im Hafen", "in/out", "Boat_2 'is' 100% \"mine\"", "a paper boat"]
    ):
        await ask(store, number, prompt)
    await ask(store, 9, "a boat of Bob / 100% _ 'is' \"mine\"", member_id=BOB)

    assert await prompts(store, search=search) == found


async def test_an_entry_has_its_money_and_ending_and_nobody_else_has_it(store: Store) -> None:
    video = await ask(store, 0)
    await store.submitted(video.id, "p1", patience_s=60)
    await end(store, video)

    ending = Ending(READY, NOW, 0.0, Post(6, 7))
    assert await store.library.entry(ALICE, video.id) == Entry(
        video, NOW, ending, Bill(PRICE, Hold.SETTLED)
    )
    assert await store.library.entry(BOB, video.id) is None
    assert await store.library.latest(BOB, limit=25) == []


async def test_what_is_found_and_let_go_is_the_same_on_postgresql(
    database: sa.URL, clock: Clock
) -> None:
    async with opened(database.render_as_string(hide_password=False), clock) as store:
        for number, prompt in enumerate(["100% boat", "a BOAT", "a car"]):
            await end(store, await ask(store, number, prompt))
        waiting = await ask(store, 5, "a boat that waits", first_frame="first-frame.png")

        assert await prompts(store, search="boat") == ["a boat that waits", "a BOAT", "100% boat"]
        assert await prompts(store, search="%") == ["100% boat"]
        stored = await store.library.everything(ALICE)
        assert [len(stored[name]) for name in ("videos", "holds", "pictures")] == [4, 4, 1]

        clock.now += DAY_S
        await store.forgetting.begin(ALICE)
        assert len(await let_go(store.forgetting.of_leavers)) == 3
        assert await store.forgetting.left(ALICE) == 1
        assert (await store.library.everything(ALICE))["holds"] == []
        assert await store.video(waiting.id) == waiting
        assert await let_go(lambda: store.forgetting.of_old(before=clock.now)) == []


# ── letting go ────────────────────────────────────────────────────────────────────────────────


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
    await store.drafts.keep(WISH)
    stored = await store.library.everything(ALICE)
    assert [draft["prompt"] for draft in stored["drafts"]] == [WISH.prompt]
    assert "token" not in json.dumps(stored)

    await forget(store)

    assert await store.drafts.find(WISH.id) is None


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


@pytest.mark.parametrize("outcome", [Unknown(), TimedOut(), Failed(Cause.BUG), Cancelled()])
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
        upload=None,
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


# ── what Discord takes ────────────────────────────────────────────────────────────────────────

PROMPTS = st.one_of(
    st.text(max_size=PROMPT_LIMIT),
    st.sampled_from(["*_~|`" * 400, "🚣" * 2000, "🚣\u200d" * 1000, "@everyone\n# " * 180, "\n"]),
)
OUTCOMES = st.sampled_from(
    [
        None,
        Ready(("https://a.example/" + "v" * 1682,)),
        Flagged(),
        Unknown(),
        TimedOut(),
        Cancelled(),
        *(Failed(cause) for cause in Cause),
    ]
)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    place = Place(2**63 - 1, draw(st.none() | st.just(2**63 - 1)), Access.CHANNEL)
    video = replace(
        VIDEO,
        id=VideoId(draw(st.integers(2**62, 2**63 - 1))),
        place=place,
        prompt=draw(PROMPTS),
        model="m" * 100,
        card_id=draw(st.none() | st.just(2**63 - 1)),
    )
    outcome = draw(OUTCOMES)
    post = draw(st.none() | st.just(Post(2**63 - 1, 2**63 - 1)))
    ending = outcome and Ending(outcome, NOW, 599.0, post)
    bill = Bill(Decimal("999999.999999"), draw(st.sampled_from(Hold)))
    return Entry(video, draw(st.none() | st.just(NOW)), ending, draw(st.none() | st.just(bill)))


def check_limits(components: list[dict[str, Any]]) -> None:
    """Walk the tree that is sent to Discord."""
    flat = list(walk(components))
    assert len(flat) <= 40
    texts = [part["content"] for part in flat if "content" in part]
    assert all(texts)
    assert sum(len(text.encode("utf-16-le")) // 2 for text in texts) <= 4000
    names = [part["custom_id"] for part in flat if "custom_id" in part]
    assert len(names) == len(set(names))
    assert all(1 <= len(name.encode("utf-16-le")) // 2 <= 100 for name in names)
    for part in flat:
        assert len(part.get("url", "")) <= 512
        for option in part.get("options", ()):
            assert 1 <= len(option["label"].encode("utf-16-le")) // 2 <= 100


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for part in components:
        yield part
        yield from walk(part.get("components", []))
        if "accessory" in part:
            yield part["accessory"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(entries(), max_size=PAGE_SIZE, unique_by=lambda entry: entry.video.id),
    st.integers(0, 999),
    PROMPTS,
    st.sampled_from(["en-US", "de", "fr", "ja"]),
)
def test_a_page_fits_discord_whatever_is_on_it(
    shown: list[Entry], number: int, search: str, locale: str
) -> None:
    total = number * PAGE_SIZE + len(shown)
    page = Page(number, total, words_of(search), tuple(shown))

    check_limits(gallery(page, locale).to_components())


@settings(max_examples=60, deadline=None)
@given(entries(), st.sampled_from(["en-US", "de", "fr", "ja"]))
def test_all_about_a_video_fits_discord_and_links_only_what_may_be_seen(
    entry: Entry, locale: str
) -> None:
    components = details(entry, locale).to_components()

    check_limits(components)
    is_ready = entry.ending is not None and isinstance(entry.ending.outcome, Ready)
    texts = [part["content"] for part in walk(components) if "content" in part]
    assert any("https://a.example/" in text for text in texts) == is_ready


@given(st.text())
def test_words_to_search_for_fit_a_button_and_the_database(text: str) -> None:
    words = words_of(text)

    assert len(words.encode("utf-16-le")) <= 2 * SEARCH_LIMIT
    assert words == words_of(words)
    assert "\n" not in words
    assert "\0" not in words
