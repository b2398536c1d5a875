"""A member's own videos in the store are found again, and by nobody else."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.library import (
    PAGE_SIZE,
    SEARCH_LIMIT,
    Bill,
    Entry,
    Page,
    words_of,
)
from bot.model import Ending, Post, VideoId, short_id, video_id_of
from bot.money import Hold
from bot.store import Store
from tests.shelf import ALICE, BOB, DAY_S, NOW, PRICE, READY, Clock, ask, end, let_go, opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncGenerator[Store]:
    async with opened(f"sqlite:///{tmp_path / 'bot.sqlite3'}", clock) as store:
        yield store


async def prompts(store: Store, **which: Any) -> list[str]:
    page = await store.library.page(ALICE, **which)
    return [entry.video.prompt for entry in page.entries]


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


@given(st.text())
def test_words_to_search_for_fit_a_button_and_the_database(text: str) -> None:
    words = words_of(text)

    assert len(words.encode("utf-16-le")) <= 2 * SEARCH_LIMIT
    assert words == words_of(words)
    assert "\n" not in words
    assert "\0" not in words
