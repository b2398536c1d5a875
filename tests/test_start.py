"""`python -m bot` from outside: what an operator meets first."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.atlas import Fault, SimulatedAtlas
from tests.stage import environ, settings_for, stage
from tests.theatre import theatre

ROOT = Path(__file__).parents[1]


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


async def test_a_second_bot_on_the_same_sqlite_file_refuses_to_start(
    atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with theatre(atlas, url) as play:
        second = await asyncio.create_subprocess_exec(
            *(sys.executable, str(ROOT / "tests" / "launch.py"), play.discord.base, "bot"),
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)} | environ(atlas.base_url, url),
            stderr=asyncio.subprocess.PIPE,
        )
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
