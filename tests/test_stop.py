"""SIGTERM: no new commands, nothing lost of the old ones, and a clean end in time."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.language import ENGLISH
from bot.store._schema import videos
from bot.words import refusals
from sandbox.atlas import Fault, SimulatedAtlas
from tests.campaign import Outage, PostgresBehindGate
from tests.campaign import play as scene
from tests.stage import until
from tests.theatre import Theatre, theatre


@pytest.fixture
async def play(atlas: SimulatedAtlas, tmp_path: Path) -> AsyncGenerator[Theatre]:
    async with theatre(atlas, f"sqlite:///{tmp_path / 'bot.sqlite3'}") as play:
        yield play


@pytest.fixture
async def gate(database: sa.URL) -> AsyncGenerator[PostgresBehindGate]:
    async with PostgresBehindGate(database) as gate:
        yield gate


@asynccontextmanager
async def away(gate: PostgresBehindGate, manner: Outage) -> AsyncGenerator[None]:
    """Let the database be away meanwhile."""
    outage = asyncio.create_task(gate.suffer(manner, 60))
    yield
    outage.cancel()
    await asyncio.gather(outage, return_exceptions=True)


def answer(play: Theatre, interaction: int) -> str:
    shown = play.discord.original(interaction)
    return str(shown["content"]) if shown else ""


async def ask_until_turned_away(play: Theatre) -> list[int]:
    """Send commands, one after the other, until one of them is not taken."""
    asked = list[int]()
    while not asked or answer(play, asked[-1]) != ENGLISH.say(refusals.RESTARTING):
        asked.append(await play.video(f"boat {len(asked)}"))
        await play.discord.wait_acknowledged(asked[-1])
    return asked


async def test_who_comes_while_the_bot_stops_is_turned_away_and_nothing_else_is_lost(
    play: Theatre,
) -> None:
    play.atlas.fail_next("submit", Fault.SLOW_BODY)  # so that there is something to wait for
    first = await play.video("a slow answer")
    await play.discord.until(lambda: play.atlas.predictions)

    ending = asyncio.create_task(play.bot.terminate(timeout_s=10))
    *taken, away = await ask_until_turned_away(play)
    assert await ending == 0

    await play.start()
    for interaction in (first, *taken):
        await play.ended(interaction)
    other = await play.video("another")
    await play.ended(other)
    assert answer(play, away) == ENGLISH.say(refusals.RESTARTING)
    assert play.submits() == len(play.results()) == len(taken) + 2


async def test_a_command_that_two_bots_hear_is_taken_by_the_one_that_goes_on(
    play: Theatre,
) -> None:
    """In a deploy, the old bot's farewell must not meet the new one's acceptance."""
    interaction = await play.video()
    play.discord.resend(interaction)

    await play.ended(interaction)

    assert play.submits() == 1


# ── a start that waits for its database ──────────────────────────────────────────────────────────


async def test_a_start_that_found_no_database_ends_cleanly_in_time(
    gate: PostgresBehindGate, tmp_path: Path
) -> None:
    async with scene(gate, tmp_path, processes=1) as stage, away(gate, Outage.REFUSED):
        (bot,), (log,) = stage.bots, stage.logs
        await bot.start()
        await until(lambda: log.exists() and "database away" in log.read_text())

        assert await bot.terminate(timeout_s=10) == 0

        assert "Traceback" not in log.read_text()


async def test_a_start_whose_database_is_gone_before_the_engine_ends_cleanly_in_time(
    gate: PostgresBehindGate, tmp_path: Path
) -> None:
    async with scene(gate, tmp_path, processes=1) as stage:
        (bot,), (log,) = stage.bots, stage.logs
        await bot.start()
        await until(lambda: gate.has(videos), "the start between the store and the engine")

        async with away(gate, Outage.REFUSED):
            await until(lambda: "engine not started yet" in log.read_text())
            assert await bot.terminate(timeout_s=10) == 0

        assert "Traceback" not in log.read_text()


@pytest.mark.soak
async def test_a_start_whose_database_says_nothing_more_ends_cleanly_in_time(
    gate: PostgresBehindGate, tmp_path: Path
) -> None:
    async with scene(gate, tmp_path, processes=1) as stage:
        (bot,) = stage.bots
        await bot.start()
        await until(lambda: gate.has(videos), "the start between the store and the engine")

        async with away(gate, Outage.STALLED):
            assert await bot.terminate(timeout_s=10) == 0
