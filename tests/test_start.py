"""`python -m bot` from outside: what an operator meets first."""

import subprocess
import sys
from pathlib import Path

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
