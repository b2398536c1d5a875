"""`python -m bot` from outside: what an operator meets first."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sandbox.atlas import Fault, SimulatedAtlas
from tests.company import company
from tests.launch import ROOT
from tests.stage import environ, settings_for, stage
from tests.theatre import theatre


@asynccontextmanager
async def afresh(
    base: str, atlas: SimulatedAtlas, url: str
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Start a bot in a process that is no fork of another; what it says on stderr is kept."""
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, str(ROOT / "tests" / "launch.py"), base, "bot"),
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)} | environ(atlas.base_url, url),
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield bot
    finally:
        if bot.returncode is None:
            bot.kill()
            await bot.wait()


def test_without_settings_it_exits_with_2_and_names_both_variables(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bot"],
        env={"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 2
    assert "DISCORD_TOKEN" in ended.stderr
    assert "ATLASCLOUD_API_KEY" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_importing_the_bot_does_nothing(tmp_path: Path) -> None:
    look = (
        "import threading, bot.app, bot.__main__, cogs.video, cogs.atlas; "
        "print(threading.active_count())"
    )

    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", look],
        env={"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert ended.stdout == "1\n"
    assert ended.stderr == ""
    assert list(tmp_path.iterdir()) == []


async def test_a_process_of_its_own_tells_a_story_and_ends_with_0(
    atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with company(atlas, url) as play, afresh(play.discord.base, atlas, url) as bot:
        await play.discord.wait_connected()

        await play.ended(await play.halls[0].video())
        bot.terminate()
        _, said = await asyncio.wait_for(bot.communicate(), 15)

        assert bot.returncode == 0
        assert "Traceback" not in said.decode()
        play.check_the_books(1)


async def test_a_second_bot_on_the_same_sqlite_file_refuses_to_start(
    atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with theatre(atlas, url) as play, afresh(play.discord.base, atlas, url) as second:
        _, said = await asyncio.wait_for(second.communicate(), 30)

    assert second.returncode == 1
    assert "Another Firstframe runs on this SQLite file." in said.decode()
    assert "Traceback" not in said.decode()


async def test_a_model_that_atlas_does_not_list_is_said_at_start(
    atlas: SimulatedAtlas, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    atlas.fail_next("models", Fault.MODEL_UNLISTED)
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"

    async with stage(settings_for(atlas.base_url, url)):
        pass

    assert "model minimax/video-01: Atlas does not list it" in caplog.text
