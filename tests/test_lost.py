"""Answers that were lost: told honestly, tried again only on request, and found again."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import discord
import pytest
from simcord.results import InteractionResult

from bot.language import ENGLISH
from bot.model import Attempt, Standing, VideoId
from bot.words import buttons, endings, refusals
from sandbox.atlas import Fault, SimulatedAtlas
from tests.stage import Stage, picture, settings_for, stage, until

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
async def play(atlas: SimulatedAtlas, tmp_path: Path) -> AsyncGenerator[Stage]:
    """A bot that asks for webhooks which never reach it: the tests tell what they would."""
    database = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with stage(settings_for(atlas.base_url, database, PUBLIC_URL=NOWHERE)) as play:
        yield play


async def lose_a_video(play: Stage, **options: Any) -> discord.Message:
    """Let an answer to a submit be lost; return the message that says so."""
    await play.video("a boat #lost", **options)
    lost = await play.result(await play.thread())
    assert "**Lost track.**" in lost.content
    return lost


async def press(play: Stage, lost: discord.Message) -> InteractionResult:
    return await play.alice.click(lost, label=ENGLISH.say(buttons.TRY_AGAIN))


async def press_twice(play: Stage, lost: discord.Message) -> InteractionResult:
    asked = await press(play, lost)
    assert asked.response is not None
    return await play.alice.click(asked.response, label=ENGLISH.say(buttons.TRY_AGAIN_YES))


def sentence(shown: InteractionResult) -> str:
    assert shown.response is not None
    return shown.response.content


def attempt_of(atlas: SimulatedAtlas) -> Attempt:
    """Return what a webhook of Atlas would know of us."""
    (name,) = parse_qs(urlsplit(atlas.predictions[0].webhook_url or "").query)["attempt"]
    return Attempt(name)


async def find(play: Stage, atlas: SimulatedAtlas) -> bool:
    """Tell the bot what Atlas's webhook would: the id that belongs to the lost attempt."""
    return await play.bot.caretaker.hear(attempt_of(atlas), atlas.predictions[0].id)


# ── tried again ───────────────────────────────────────────────────────────────────────────────


async def test_a_lost_video_is_made_again_only_after_its_cost_was_accepted(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    lost = await lose_a_video(play, image=picture())

    asked = await press(play, lost)

    assert asked.ephemeral
    assert sentence(asked) == ENGLISH.say(buttons.CONFIRM_AGAIN)
    assert len(atlas.predictions) == 1

    assert asked.response is not None
    await play.alice.click(asked.response, label=ENGLISH.say(buttons.TRY_AGAIN_YES))

    await until(lambda: len(atlas.predictions) == 2, "the second submit")
    assert [prediction.prompt for prediction in atlas.predictions] == ["a boat #lost"] * 2
    assert atlas.predictions[1].picture == atlas.predictions[0].picture


async def test_a_press_that_is_delivered_twice_asks_once_and_is_no_error(
    play: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await press(play, await lose_a_video(play))

    with caplog.at_level("INFO"):
        await play.repeat_last_interaction()

    rooms = ("bot.reception", "cogs", "discord")
    (record,) = [record for record in caplog.records if record.name.startswith(rooms)]
    assert record.levelname == "INFO"
    assert record.getMessage().endswith("reason=40060")


async def test_a_second_yes_makes_no_third_video(play: Stage, atlas: SimulatedAtlas) -> None:
    lost = await lose_a_video(play)
    asked = await press(play, lost)
    assert asked.response is not None
    await play.alice.click(asked.response, label=ENGLISH.say(buttons.TRY_AGAIN_YES))

    again = await play.alice.click(asked.response, label=ENGLISH.say(buttons.TRY_AGAIN_YES))

    assert sentence(again) == ENGLISH.say(refusals.not_lost(Standing.REPLACED))
    thread = await play.thread()
    await until(lambda: len(play.results(thread)) == 2, "the second result")
    assert len(atlas.predictions) == 2


async def test_only_who_asked_may_try_again(play: Stage, atlas: SimulatedAtlas) -> None:
    lost = await lose_a_video(play)
    stranger = play.guild.add_member(play.env.create_user("bob"))

    shown = await stranger.click(lost, label=ENGLISH.say(buttons.TRY_AGAIN))

    assert sentence(shown) == ENGLISH.say(refusals.NOT_YOURS)
    assert len(atlas.predictions) == 1


async def test_the_button_works_after_a_restart(play: Stage, atlas: SimulatedAtlas) -> None:
    lost = await lose_a_video(play)
    await play.restart()

    await press_twice(play, lost)

    await until(lambda: len(atlas.predictions) == 2, "the second submit")


async def test_a_lost_video_with_a_picture_that_is_gone_is_not_made_without_it(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    lost = await lose_a_video(play, image=picture())
    (doubt,) = await play.bot.store.doubts.all()
    await play.bot.store.doubts.release(doubt.video.id)

    shown = await press_twice(play, lost)

    assert sentence(shown) == ENGLISH.say(refusals.PICTURE_GONE)
    assert len(atlas.predictions) == 1


async def test_a_button_of_a_video_we_do_not_remember_says_so(play: Stage) -> None:
    assert await play.bot.store.doubts.standing(VideoId(1)) is Standing.GONE


# ── found again ───────────────────────────────────────────────────────────────────────────────


async def test_a_lost_video_that_is_found_is_delivered_after_all(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    lost = await lose_a_video(play)

    assert await find(play, atlas)

    thread = await play.thread()
    await until(lambda: any("**Ready.**" in m.content for m in play.results(thread)), "the video")
    await until(lambda: lost.id not in {m.id for m in play.results(thread)}, "the notice's end")
    (ready,) = play.results(thread)
    assert atlas.predictions[0].id in ready.content
    (notice,) = [message for message in thread.history() if message.id == lost.id]
    assert notice.content == ENGLISH.say(endings.FOUND)
    assert notice.components == []
    assert await play.bot.store.doubts.all() == []


async def test_the_button_of_a_video_that_was_found_says_so(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    lost = await lose_a_video(play)
    asked = await press(play, lost)
    assert await find(play, atlas)

    assert asked.response is not None
    shown = await play.alice.click(asked.response, label=ENGLISH.say(buttons.TRY_AGAIN_YES))

    assert sentence(shown) == ENGLISH.say(refusals.not_lost(Standing.FOUND))
    assert len(atlas.predictions) == 1


async def test_a_video_that_is_found_twice_is_shown_once(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    lost = await lose_a_video(play)
    for _ in range(3):
        assert await find(play, atlas)

    thread = await play.thread()
    await until(lambda: lost.id not in {m.id for m in play.results(thread)}, "the notice's end")
    assert await find(play, atlas)
    assert len(play.results(thread)) == 1


async def test_an_attempt_speaks_of_one_prediction_only(play: Stage, atlas: SimulatedAtlas) -> None:
    await lose_a_video(play)
    assert await find(play, atlas)

    assert not await play.bot.caretaker.hear(Attempt("f" * 32), atlas.predictions[0].id)
    assert not await play.bot.caretaker.hear(attempt_of(atlas), "another")


async def test_a_late_video_is_delivered_when_it_is_ready_after_all(
    atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    atlas.generation_s = 1.5
    database = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with stage(settings_for(atlas.base_url, database, GENERATION_DEADLINE_S="0.3")) as play:
        await play.video("a slow boat")
        thread = await play.thread()
        late = await play.result(thread)
        assert "**Timed out.**" in late.content
        await atlas.settled()

        await play.bot.caretaker.resolve_doubts()

        await until(lambda: late.id not in {m.id for m in play.results(thread)}, "the video")
        (ready,) = play.results(thread)
        assert "**Ready.**" in ready.content
        assert await play.bot.store.doubts.all() == []


async def test_a_retry_in_line_is_not_sent_once_the_lost_video_is_found(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    lost = await lose_a_video(play)
    atlas.fail_next("submit", Fault.HTTP_503)
    shown = await press_twice(play, lost)
    await until(lambda: len(atlas.requests) > 1, "the retry put off")

    assert await find(play, atlas)

    await until(lambda: "came after all" in play.card(shown), "the end of the retry")
    assert "Nothing was charged" in play.card(shown)
    assert len(atlas.predictions) == 1


async def test_a_late_video_is_asked_for_before_its_money_is_let_go(
    atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    atlas.generation_s = 1.5
    database_url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with stage(
        settings_for(atlas.base_url, database_url, GENERATION_DEADLINE_S="0.3")
    ) as play:
        await play.video("a slow boat")
        thread = await play.thread()
        await play.result(thread)
        await atlas.settled()
        with closing(sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)) as database:
            database.execute("UPDATE videos SET settled_at = settled_at - 30 * 3600")
        atlas.fail_next("poll", Fault.HTTP_503)

        await play.bot.caretaker.resolve_doubts()
        assert len(await play.bot.store.doubts.all()) == 1
        await play.restart()  # nothing is known any more of when to ask again

        await until(lambda: "**Ready.**" in play.results(thread)[-1].content, "the video")


async def test_after_a_day_nobody_wonders(play: Stage, tmp_path: Path) -> None:
    await lose_a_video(play, image=picture())
    (doubt,) = await play.bot.store.doubts.all()
    with closing(sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)) as database:
        database.execute("UPDATE videos SET settled_at = settled_at - 24 * 3600")

    await play.bot.caretaker.resolve_doubts()

    assert await play.bot.store.doubts.all() == []
    assert await play.bot.store.picture(doubt.video.id) is None
