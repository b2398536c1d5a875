"""Whole copies of an SQLite database: made while a bot runs on it, and put back in its place."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from bot.errors import FirstframeError

_OURS: Final = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'videos'"
_PARTS: Final = ("", "-wal", "-shm")  # https://www.sqlite.org/walformat.html


class NotCopied(FirstframeError):
    """Nothing was changed; the text says why, and what to do."""


def file_of(url: str) -> Path:
    """Return the file of an SQLite database. Raises NotCopied for any other."""
    parts = sa.make_url(url)
    if parts.get_backend_name() != "sqlite":
        raise NotCopied("The database is PostgreSQL: use its own pg_dump and pg_restore.")
    return Path(parts.database or "")


def copy_out(database: Path, copy: Path) -> None:
    """Write a copy of a database as it is at one moment. Raises NotCopied."""
    if not database.is_file():
        raise NotCopied(f"There is no database {database} yet: the bot's first start makes it.")
    if copy.exists():
        raise NotCopied(f"{copy} is there already: name another file.")
    _write(database, copy)


def put_back(copy: Path, database: Path) -> Path | None:
    """Put a copy in the database's place, on which no bot may run. Raises NotCopied.

    Returns where the database is kept that was there; None when there was none.
    """
    aside = database.with_name(f"{database.name}.before-restore")
    if not copy.is_file():
        raise NotCopied(f"There is no file {copy}.")
    if aside.exists():
        raise NotCopied(f"{aside} is there from an earlier restore: move it away first.")
    restored = database.with_name(f"{database.name}.restored")
    restored.unlink(missing_ok=True)
    _write(copy, restored)
    was_there = database.exists()
    _move_aside(database, aside)
    restored.replace(database)
    return aside if was_there else None


def _write(source: Path, target: Path) -> None:
    """Write it under another name first, so that no half of a copy is taken for one."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        unfinished.touch(mode=0o600)  # there are prompts in it
        _fill(unfinished, source)
        unfinished.replace(target)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise NotCopied(f"{source} could not be copied to {target}: {error}.") from error


def _fill(target: Path, source: Path) -> None:
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        if reading.execute(_OURS).fetchone() is None:
            raise sqlite3.DatabaseError("it is no database of this bot")
        reading.backup(writing)
        (health,) = writing.execute("PRAGMA quick_check").fetchone()
        if health != "ok":
            raise sqlite3.DatabaseError("it is damaged")
        writing.execute("PRAGMA journal_mode=DELETE")  # one file, without another beside it


def _move_aside(database: Path, aside: Path) -> None:
    """Its log goes into it before, so that one file is all; a damaged one keeps its parts."""
    if database.exists():
        with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for part in _PARTS:
        with suppress(FileNotFoundError):
            Path(f"{database}{part}").rename(f"{aside}{part}")
