"""What an operator types beside `python -m bot`: a check, a copy of the database, its way back."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bot.errors import FirstframeError
from bot.logs import configure
from bot.settings import Settings, SettingsError

_DONE: Final = 0
_REFUSED: Final = 1
_PATIENCE_S: Final = 1.0


def check(settings: Settings) -> int:
    """Tell line by line whether everything is ready; return the exit code."""
    from bot.app import Firstframe
    from bot.checkup import examine, report
    from bot.language import ENGLISH

    async def examined() -> int:
        async with Firstframe(settings) as bot:
            await bot.load_commands()
            findings = await examine(bot)
        sys.stdout.write(f"{report(findings, ENGLISH)}\n")
        return _REFUSED if any(finding.ok is False for finding in findings) else _DONE

    configure(level="CRITICAL", form="text")  # what went wrong stands in the lines
    return asyncio.run(examined())


def complain(error: SettingsError) -> int:
    """Tell in the same way which settings are wrong, before which nothing can be looked at."""
    for line in str(error).splitlines()[1:]:
        sys.stdout.write(f"✗ {line.strip()}\n")
    return _REFUSED


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
