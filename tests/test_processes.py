"""The bot in a process of its own, killed at every step of the story: one submit, one result."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.atlas import Fault, SimulatedAtlas
from tests.discord_socket import BotProcess
from tests.stage import environ, picture, until
from tests.theatre import Theatre, theatre


@pytest.fixture
async def play(atlas: SimulatedAtlas, tmp_path: Path) -> AsyncGenerator[Theatre]:
    async with theatre(atlas, f"sqlite:///{tmp_path / 'bot.sqlite3'}") as play:
        yield play


def pass_the_deadline(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("UPDATE videos SET deadline_at = submitted_at")


ACKNOWLEDGE = ("POST", "/interactions/*/callback")
CARD = ("PATCH", "*/messages/@original")
THREAD = ("POST", "*/threads")
RESULT = ("POST", "/channels/*/messages")
EDIT = ("PATCH", "/channels/*/messages/*")
PICTURE = ("GET", "/attachments/*")


SOME_STEPS = [(CARD, "after"), (RESULT, "after")]
MORE_STEPS = [
    *((step, "before") for step in (PICTURE, CARD, THREAD, RESULT, EDIT)),
    *((step, "after") for step in (PICTURE, THREAD, EDIT)),
]


@pytest.mark.parametrize(
    ("step", "when"),
    [*SOME_STEPS, *(pytest.param(*more, marks=pytest.mark.soak) for more in MORE_STEPS)],
    ids=str,
)
async def test_killed_at_a_step_in_discord(play: Theatre, step: tuple[str, str], when: str) -> None:
    method, path = step
    play.discord.kill_at(play.bot, method, path, after_effect=when == "after")
    interaction = await play.video(attachment=picture()[1])

    await play.start()

    await play.ended(interaction)
    assert len(play.results()) == 1
    assert play.submits() == 1
    assert len(play.threads()) == 1


async def test_killed_before_the_acknowledgement_nothing_is_made(play: Theatre) -> None:
    play.discord.kill_at(play.bot, *ACKNOWLEDGE, after_effect=False)
    await play.video()

    await play.start()
    other = await play.video("another")

    await play.ended(other)
    assert [prediction.prompt for prediction in play.atlas.predictions] == ["another"]


async def test_killed_right_after_the_acknowledgement_the_command_goes_on(play: Theatre) -> None:
    play.discord.kill_at(play.bot, *ACKNOWLEDGE)
    interaction = await play.video()

    await play.start()

    await play.ended(interaction)
    assert play.submits() == 1


async def test_killed_while_waiting_the_video_is_delivered_after_the_restart(
    play: Theatre,
) -> None:
    play.atlas.generation_s = 1.5
    interaction = await play.video()
    await play.discord.until(lambda: "**Generating.**" in play.card(interaction))
    await play.bot.kill()

    await play.start()

    await play.ended(interaction)
    assert len(play.results()) == 1
    assert play.submits() == 1


async def test_a_deadline_counts_on_while_the_bot_is_down(play: Theatre, tmp_path: Path) -> None:
    interaction = await play.video("a boat #stuck")
    await play.discord.until(lambda: "**Generating.**" in play.card(interaction))
    await play.bot.kill()
    pass_the_deadline(tmp_path / "bot.sqlite3")

    await play.start()

    await play.ended(interaction, "**Timed out.**")
    assert len(play.results()) == 1


async def test_sigterm_ends_the_bot_with_0_and_the_next_one_goes_on(play: Theatre) -> None:
    play.atlas.generation_s = 1.5
    interaction = await play.video()
    await play.discord.until(lambda: "**Generating.**" in play.card(interaction))

    assert await play.bot.terminate(timeout_s=10) == 0

    await play.start()
    await play.ended(interaction)
    assert len(play.results()) == 1
    assert play.submits() == 1


async def test_an_interaction_sent_twice_makes_one_video(play: Theatre) -> None:
    interaction = await play.video()
    play.discord.resend(interaction)

    await play.ended(interaction)

    play.discord.resend(interaction)
    other = await play.video("another")
    await play.ended(other)
    assert play.submits() == 2
    assert len(play.results()) == 2


@pytest.mark.soak
async def test_a_bad_answer_after_the_deadline_loses_no_finished_video(
    play: Theatre, tmp_path: Path
) -> None:
    interaction = await play.video()
    await play.discord.until(lambda: "**Generating.**" in play.card(interaction))
    await play.bot.kill()
    await play.atlas.settled()
    pass_the_deadline(tmp_path / "bot.sqlite3")
    play.atlas.fail_next("poll", Fault.HTTP_503)

    await play.start()

    await play.ended(interaction)


async def test_a_deploy_that_overlaps_loses_no_answer_to_a_submit(
    play: Theatre, tmp_path: Path
) -> None:
    play.atlas.fail_next("submit", Fault.SLOW_BODY)
    interaction = await play.video()
    await until(lambda: play.atlas.predictions, "the submit")

    ending = asyncio.create_task(play.bot.terminate(timeout_s=10))
    env = environ(play.atlas.base_url, f"sqlite:///{tmp_path / 'bot.sqlite3'}")
    async with BotProcess(play.discord.base, "bot", env=env):
        await play.ended(interaction)

    assert await ending == 0
    assert play.submits() == 1
    assert len(play.results()) == 1
