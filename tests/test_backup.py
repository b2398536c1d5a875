"""A copy of the embedded database, and its way back: nothing that was in line is lost."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot import console
from bot.pipeline import open_lease
from bot.settings import Settings
from bot.store import Store
from sandbox.atlas import SimulatedAtlas
from tests.stage import environ, settings_for
from tests.test_store import PRICE, VIDEO
from tests.theatre import theatre

ROOT = Path(__file__).parents[1]


@pytest.fixture
async def database(settings: Settings, tmp_path: Path) -> Path:
    """The file of a database with one video in it."""
    store = Store(settings.database_url)
    await store.open()
    await store.accept(VIDEO, None, price_usd=PRICE)
    store.close()
    return tmp_path / "bot.sqlite3"


def videos_in(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT count(*) FROM videos").fetchone()[0]


def prompts_in_line(database: Path) -> list[str]:
    unsent = "SELECT prompt FROM videos WHERE intent_at IS NULL AND prediction_id IS NULL"
    with closing(sqlite3.connect(database)) as connection:
        return [prompt for (prompt,) in connection.execute(unsent)]


def lose(folder: Path) -> None:
    for part in folder.glob("bot.sqlite3*"):
        part.unlink()


async def typed(*arguments: str, env: dict[str, str]) -> str:
    """Return what `python -m bot ARGUMENTS` says, and that it went well."""
    ended = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    said, complaint = await ended.communicate()
    assert (ended.returncode, complaint) == (0, b"")
    return said.decode()


async def test_a_video_in_line_at_the_time_of_the_copy_is_made_after_its_restore(
    atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    atlas.generation_s = 5.0
    url, copy = f"sqlite:///{tmp_path / 'bot.sqlite3'}", str(tmp_path / "copy")
    env = environ(atlas.base_url, url, MAX_IN_FLIGHT="1")
    async with theatre(atlas, url, MAX_IN_FLIGHT="1") as play:
        first = await play.video("a paper boat")
        await play.ended(first, "**Generating.**")
        second = await play.video("a paper crane")
        await play.discord.until(lambda: len(play.threads()) == 2)
        atlas.generation_s = 0.2
        assert "copied" in await typed("backup", copy, env=env)
        assert prompts_in_line(tmp_path / "copy") == ["a paper crane"]
        await play.bot.kill()
        lose(tmp_path)

        assert "as it was" in await typed("restore", copy, env=env)
        await play.start()

        await play.ended(first)
        await play.ended(second)
        assert len(play.results()) == play.submits() == len(atlas.predictions) == 2


def test_the_database_that_was_there_is_kept_whole(settings: Settings, database: Path) -> None:
    copy, crashed = database.with_name("copy"), database.with_name("crashed")
    assert console.back_up(settings, copy) == 0
    with closing(sqlite3.connect(database)) as bot:
        bot.execute("DELETE FROM holds")
        bot.execute("DELETE FROM videos")
        bot.commit()
        for part in ("", "-wal"):  # as a bot leaves them that is killed now
            shutil.copy(f"{database}{part}", f"{crashed}{part}")
    for part in ("", "-wal"):
        shutil.move(f"{crashed}{part}", f"{database}{part}")

    assert console.restore(settings, copy) == 0

    assert videos_in(database) == 1
    assert videos_in(database.with_name("bot.sqlite3.before-restore")) == 0


def test_a_copy_is_one_file_that_others_may_not_read(settings: Settings, database: Path) -> None:
    before = set(database.parent.iterdir())

    assert console.back_up(settings, database.with_name("copy")) == 0

    (copy,) = set(database.parent.iterdir()) - before
    assert copy.stat().st_mode & 0o777 == 0o600
    assert videos_in(copy) == 1


def test_nothing_is_restored_under_a_running_bot(
    settings: Settings, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = database.with_name("copy")
    console.back_up(settings, copy)
    running = open_lease(settings.database_url, owner="bot")
    running.hold()

    assert console.restore(settings, copy) == 1

    running.release()
    assert "Stop it first" in capsys.readouterr().err
    assert not database.with_name("bot.sqlite3.before-restore").exists()


def test_a_copy_overwrites_nothing(
    settings: Settings, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = database.with_name("copy")
    copy.write_text("dear diary")

    assert console.back_up(settings, copy) == 1

    assert "name another file" in capsys.readouterr().err
    assert copy.read_text() == "dear diary"


def test_a_second_restore_does_not_take_the_place_of_what_the_first_kept(
    settings: Settings, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = database.with_name("copy")
    console.back_up(settings, copy)
    console.restore(settings, copy)

    assert console.restore(settings, copy) == 1

    assert "move it away first" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"dear diary, " * 100, "not a database"), (b"", "no database of this bot")],
)
def test_what_is_no_copy_of_ours_is_not_restored(
    settings: Settings,
    database: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes,
    reason: str,
) -> None:
    strange = database.with_name("strange")
    strange.write_bytes(content)

    assert console.restore(settings, strange) == 1

    assert reason in capsys.readouterr().err
    assert videos_in(database) == 1


def test_a_damaged_copy_is_not_restored(
    settings: Settings, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = database.with_name("copy")
    console.back_up(settings, copy)
    content = bytearray(copy.read_bytes())
    content[len(content) // 2 :] = b"\xff" * (len(content) - len(content) // 2)
    copy.write_bytes(content)

    assert console.restore(settings, copy) == 1

    assert "could not be copied" in capsys.readouterr().err
    assert videos_in(database) == 1


def test_what_is_not_there_is_neither_copied_nor_restored(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert console.back_up(settings, tmp_path / "copy") == 1
    assert console.restore(settings, tmp_path / "copy") == 1

    said = capsys.readouterr().err
    assert "There is no database" in said
    assert "There is no file" in said


@pytest.mark.parametrize("command", [console.back_up, console.restore])
def test_postgresql_has_tools_of_its_own(
    command: Callable[[Settings, Path], int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    postgres = settings_for("https://api.example/v1", "postgres://bot:secret@db.example/videos")

    assert command(postgres, tmp_path / "copy") == 1

    said = capsys.readouterr().err
    assert "pg_dump" in said
    assert "secret" not in said
