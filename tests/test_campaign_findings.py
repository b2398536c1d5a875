"""What campaigns found, each as small as it can be told."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from sandbox.atlas import SimulatedAtlas
from tests.campaign import alarms
from tests.discord_socket import NoBotConnected
from tests.theatre import Theatre, theatre

CALLBACK = ("POST", "/interactions/*/callback")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "bot.log"


@pytest.fixture
async def play(atlas: SimulatedAtlas, tmp_path: Path, log: Path) -> AsyncGenerator[Theatre]:
    database_url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with theatre(atlas, database_url, output=log) as play:
        yield play


@pytest.mark.parametrize(
    ("status", "calls"), [pytest.param(502, 2, marks=pytest.mark.soak), (None, 1)]
)
async def test_a_refusal_whose_answer_is_lost_is_no_error(
    play: Theatre, log: Path, status: int | None, calls: int
) -> None:
    play.discord.deny(play.channel)
    play.discord.fail_next(*CALLBACK, status=status)

    interaction = await play.video()
    await play.discord.until(lambda: play.discord.count(*CALLBACK) == calls)
    await play.bot.terminate()

    assert "I need the permission" in play.card(interaction)
    assert alarms(log) == []


async def test_commands_up_to_the_last_moment_of_a_stop_are_no_errors(
    play: Theatre, log: Path
) -> None:
    ending = asyncio.create_task(play.bot.terminate(timeout_s=10))
    while not ending.done():
        with suppress(NoBotConnected):
            await play.video()
        await asyncio.wait({ending}, timeout=0.005)

    assert await ending == 0
    assert alarms(log) == []


def strand(path: Path) -> None:
    """Leave every story as a death between its cancellation and its new beginning does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("UPDATE workflow_status SET status = 'CANCELLED'")
        database.execute("UPDATE videos SET accepted_at = accepted_at - 600")


async def test_an_outcome_is_told_when_its_story_was_stranded_after_it(
    play: Theatre, tmp_path: Path
) -> None:
    play.discord.kill_at(play.bot, "POST", "/channels/*/messages", after_effect=False)
    interaction = await play.video()
    await play.discord.wait_disconnected()
    strand(tmp_path / "bot.sqlite3")

    await play.start()

    await play.ended(interaction)
    assert len(play.results()) == 1
