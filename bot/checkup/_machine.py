"""What is looked at on this machine: the database, and the room on its disk."""

import asyncio
import shutil
from collections.abc import Iterable
from typing import Final

from bot.checkup._finding import Finding
from bot.errors import DatabaseAway
from bot.store import NotCopied, file_of, inspect_database
from bot.words import checkup as words

_LEAST_ROOM_MB: Final = 200


async def database(url: str) -> Iterable[Finding]:
    """Look whether it answers, and what this version will add to it."""
    try:
        found = await asyncio.to_thread(inspect_database, url)
    except DatabaseAway as error:
        trouble = words.not_usable(str(error))
        return [Finding(False, words.DATABASE, trouble, words.MEND_DATABASE)]
    if not found.is_writable:
        return [Finding(False, words.DATABASE, words.READ_ONLY, words.MEND_DATABASE)]
    if found.is_new:
        return [Finding(True, words.DATABASE, words.NEW)]
    if found.missing:
        return [Finding(None, words.DATABASE, words.lacking(found.missing), words.NEXT_START)]
    return [Finding(True, words.DATABASE, words.READY)]


async def disk(url: str, *, least_mb: int = _LEAST_ROOM_MB) -> Iterable[Finding]:
    """Look how much room is left for the embedded database; a server minds its own disk."""
    try:
        folder = file_of(url).absolute().parent
        megabytes = shutil.disk_usage(folder).free // 1_000_000
    except (NotCopied, FileNotFoundError):
        return []
    is_enough = megabytes >= least_mb
    remedy = None if is_enough else words.MAKE_ROOM
    return [Finding(is_enough, words.DISK, words.room(megabytes), remedy)]
