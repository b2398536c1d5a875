"""What an operator types beside `python -m bot`: a copy of the database, and its way back."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bot.errors import FirstframeError
from bot.settings import Settings

_DONE: Final = 0
_REFUSED: Final = 1
_PATIENCE_S: Final = 1.0


def back_up(settings: Settings, file: Path) -> int:
    """Copy the embedded database into a file, also while the bot runs; return the exit code."""
    from bot.store import copy_out, file_of

    def copy() -> str:
        copy_out(file_of(settings.database_url), file)
        return f"The database is copied to {file}. Keep it safe: it holds prompts and links."

    return _tell(copy)


def restore(settings: Settings, file: Path) -> int:
    """Put such a copy in the database's place, while no bot runs on it; return the exit code."""
    from bot.pipeline import open_lease
    from bot.store import file_of, put_back

    def put() -> str:
        database = file_of(settings.database_url)
        database.parent.mkdir(parents=True, exist_ok=True)
        lease = open_lease(settings.database_url, owner="restore", patience_s=_PATIENCE_S)
        lease.hold()
        try:
            aside = put_back(file, database)
        finally:
            lease.release()
        kept = f" What was there is kept as {aside}." if aside else ""
        return (
            f"The database is as it was when {file} was made.{kept} The bot makes the videos that "
            "waited in line then, when it starts; any that it made since, it pays for again."
        )

    return _tell(put)


def _tell(work: Callable[[], str]) -> int:
    try:
        sys.stdout.write(f"{work()}\n")
    except FirstframeError as error:
        sys.stderr.write(f"{error}\n")
        return _REFUSED
    return _DONE
