"""How far a video seems to be: a guess that grows, never ends before the video, and stays calm."""

import asyncio
import re
import sqlite3
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import DiscordUnavailable, PlaceClosed
from bot.language import ENGLISH
from bot.model import Access, Flagged, Generating, Video, VideoId
from bot.pipeline import LiveCards
from bot.progress import TENTHS, VENDORS_PACE, Outlook, Pace, Phase, outlook, pace_of, progress
from bot.settings import Settings
from bot.words.cards import status_line
from sandbox.atlas import SimulatedAtlas
from tests.stage import stage, until
from tests.test_retold import delivery_of
from tests.test_store import PRICE, VIDEO

PACE = Pace(100, 200)

seconds = st.floats(0, 1e9, allow_nan=False)
paces = st.lists(st.floats(0, 1e6), min_size=1).map(pace_of)


@given(seconds, paces)
def test_nothing_is_done_before_its_end(age_s: float, pace: Pace) -> None:
    assert 0 <= progress(age_s, pace) < 1
    assert 0 <= outlook(age_s, pace).tenths < TENTHS


@given(seconds, seconds, paces)
def test_progress_never_goes_back(one: float, other: float, pace: Pace) -> None:
    younger, older = sorted((one, other))

    assert progress(younger, pace) <= progress(older, pace)


@given(st.floats(-1e9, 0, exclude_max=True), paces)
def test_a_clock_that_was_set_back_shows_a_beginning(age_s: float, pace: Pace) -> None:
    assert outlook(age_s, pace) == Outlook(0, Phase.USUAL, pace)


def test_progress_is_calm_at_its_corners() -> None:
    assert progress(0, PACE) == 0
    assert progress(50, PACE) == pytest.approx(0.35)
    assert progress(100, PACE) == pytest.approx(0.7)
    assert progress(200, PACE) == pytest.approx(0.9)
    assert progress(inf, PACE) == pytest.approx(0.99)


def test_a_few_videos_are_no_history() -> None:
    assert pace_of([1, 2, 3, 4]) == VENDORS_PACE
    assert pace_of([]) == VENDORS_PACE


def test_the_pace_is_that_of_half_and_of_nine_in_ten() -> None:
    assert pace_of([3, 8, 1, 5, 6, 4, 9, 2, 7]) == Pace(5, 9)


def test_a_pace_is_never_so_narrow_that_one_slow_video_is_a_surprise() -> None:
    assert pace_of([100.0] * 9) == Pace(100, 105)


def test_older_videos_count_less() -> None:
    assert pace_of([100.0] * 60 + [200.0] * 140).median_s == 100
    assert pace_of([100.0] * 20 + [200.0] * 180).median_s == 200


# ── in words ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("age_s", "pace", "hope", "done"),
    [
        (0, VENDORS_PACE, "Most videos take two to five minutes.", "▱▱▱▱▱▱▱▱▱▱ just begun"),
        (60, PACE, "Likely ready <t:1100:R>; nine in ten are ready <t:1200:R>.", "about half done"),
        (110, PACE, "Slower than usual; nine in ten are ready <t:1200:R>.", "three quarters done"),
        (999, PACE, "Slower than nine in ten; I go on waiting.", "▰▰▰▰▰▰▰▰▰▱ nearly done"),
    ],
)
def test_an_outlook_is_said_in_words_beside_its_bar(
    age_s: float, pace: Pace, hope: str, done: str
) -> None:
    said = ENGLISH.say(status_line(Generating(1000, outlook(age_s, pace))))

    first, second = said.splitlines()
    assert first == f"**Generating.** Started <t:1000:R>. {hope}"
    assert second.endswith(done)


# ── on cards ──────────────────────────────────────────────────────────────────────────────────


class Wall:
    """A place where cards are shown, which may refuse them."""

    def __init__(self) -> None:
        self.shown = list[tuple[VideoId, Outlook]]()
        self.trouble: Exception | None = None
        self.tries = 0

    async def show(self, video: Video, status: Generating) -> None:
        self.tries += 1
        if self.trouble is not None:
            raise self.trouble
        self.shown.append((video.id, status.outlook))

    def cards(self, *, every_s: float = 0.01, apart_s: float = 0.0) -> LiveCards:
        return LiveCards(self.show, every_s=every_s, apart_s=apart_s)


@pytest.fixture
def wall() -> Wall:
    return Wall()


def begun(pace: Pace) -> Generating:
    return Generating(time.time(), Outlook(pace=pace))


QUICK = Pace(0.3, 0.6)


async def test_a_card_is_edited_only_when_its_text_changes(wall: Wall) -> None:
    async with wall.cards().kept(VIDEO, begun(QUICK)):
        await until(lambda: wall.shown and wall.shown[-1][1].tenths == 9)

    assert len(wall.shown) == len(set(wall.shown)) <= TENTHS + len(Phase)


async def test_a_card_is_left_alone_after_the_end(wall: Wall) -> None:
    async with wall.cards().kept(VIDEO, begun(QUICK)):
        await until(lambda: wall.shown)

    assert kept_cards() == []


async def test_discord_in_trouble_is_tried_again_and_a_closed_place_is_not(wall: Wall) -> None:
    wall.trouble = DiscordUnavailable("503")
    async with wall.cards().kept(VIDEO, begun(QUICK)):
        await until(lambda: wall.tries > 1)
        wall.trouble = PlaceClosed("404")
        tries = wall.tries
        await until(lambda: wall.tries > tries)
        await until(lambda: not kept_cards())

    assert wall.tries == tries + 1


async def test_many_cards_share_one_rate(wall: Wall) -> None:
    cards = wall.cards(apart_s=0.1)
    async with AsyncExitStack() as stack:
        for number in range(20):
            video = replace(VIDEO, id=VideoId(number))
            await stack.enter_async_context(cards.kept(video, begun(Pace(0.001, 0.002))))
        began = time.perf_counter()
        await until(lambda: len(wall.shown) == 5)

        assert time.perf_counter() - began > 0.4
    assert len({video_id for video_id, _ in wall.shown}) == len(wall.shown)


async def test_a_card_of_which_nobody_knows_what_it_shows_is_edited_once(wall: Wall) -> None:
    async with wall.cards().kept(VIDEO, begun(VENDORS_PACE), is_shown=False):
        await until(lambda: wall.shown)
        await asyncio.sleep(0.05)

    assert wall.shown == [(VIDEO.id, Outlook())]


async def test_a_video_that_ends_while_its_card_is_edited_holds_up_neither_it_nor_others(
    wall: Wall,
) -> None:
    other = replace(VIDEO, id=VideoId(7))
    never = asyncio.Event()

    async def show(video: Video, status: Generating) -> None:
        if video.id == VIDEO.id:
            wall.tries += 1
            await never.wait()
        await wall.show(video, status)

    cards = LiveCards(show, every_s=0.01, apart_s=0.0)
    async with cards.kept(other, begun(QUICK)):
        async with cards.kept(VIDEO, begun(QUICK), is_shown=False):
            await until(lambda: wall.tries)
        shown = len(wall.shown)
        await until(lambda: len(wall.shown) > shown)

    assert {video_id for video_id, _ in wall.shown} == {other.id}


async def test_a_card_that_only_a_dead_token_reaches_is_left_alone(wall: Wall) -> None:
    reply = replace(VIDEO.place, access=Access.REPLY)
    async with wall.cards().kept(replace(VIDEO, place=reply), begun(QUICK)):
        await until(lambda: not kept_cards())

    assert wall.tries == 0


async def test_a_real_card_shows_our_own_history_and_lives_without_the_members_token(
    settings: Settings, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 4.0
    async with stage(settings) as play:
        store = play.bot.store
        for number in range(1, 6):
            like = replace(VIDEO, id=VideoId(number), first_frame=None)
            await store.accept(like, None, price_usd=PRICE)
            await store.submitted(VideoId(number), "p", patience_s=60)
            await store.settle(VideoId(number), Flagged())
        with sqlite3.connect(settings.database_url.removeprefix("sqlite:///")) as database:
            database.execute("UPDATE videos SET submitted_at = settled_at - 100 * id")
        database.close()

        shown = await play.video("a boat")
        await until(lambda: "**Generating.**" in play.card(shown), "the video's turn")
        (since,) = re.findall(r"Started <t:(\d+):R>", play.card(shown))
        likely, late = (f"<t:{int(since) + s}:R>" for s in (300, 500))
        assert f"Likely ready {likely}; nine in ten are ready {late}." in play.card(shown)

        video = await store.video(
            (await store.line.unfinished(before=inf, after=VideoId(0)))[-1].id
        )
        old = replace(video, reply=replace(video.reply, token="dead"), asked_at=0)
        cards = LiveCards(delivery_of(play).cards.update, every_s=0.05, apart_s=0)
        async with cards.kept(old, begun(QUICK)):
            await until(lambda: "nearly done" in play.card(shown), "the bar's last change")
        await until(lambda: "**Ready.**" in play.card(shown), "the end")


def kept_cards() -> list[str]:
    return [task.get_name() for task in asyncio.all_tasks() if task.get_name() == "live cards"]
