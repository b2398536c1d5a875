"""Pictures that were chosen before their form was opened.

A form's name holds 100 characters and a picture's address more; in memory it would be lost by a
restart between opening and submitting, and the form may stay open for hours.
"""

import asyncio
import time
from contextlib import suppress
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.source import Pick, Upload
from bot.store._arrivals import TooSlow
from bot.store._database import Database
from bot.store._schema import picks

_WRITE_WITHIN_S: Final = 1.0


class Picks:
    """The table of pictures that wait for their form; each stays for a day."""

    def __init__(self, database: Database) -> None:
        self._run = database.run

    async def add(self, pick: Pick, upload: Upload, *, member_id: int) -> None:
        """Write down where a picture lies. Raises TooSlow; a row may be left, and harms nothing."""
        insert = picks.insert().values(
            id=pick.id,
            member_id=member_id,
            made_at=time.time(),
            url=upload.url,
            size=upload.size,
        )
        try:
            async with asyncio.timeout(_WRITE_WITHIN_S):
                with suppress(IntegrityError):  # the same interaction, delivered a second time
                    await self._run(lambda connection: connection.execute(insert), patience_s=0)
        except (TimeoutError, DBAPIError, PoolTimeout) as error:
            raise TooSlow from error

    async def find(self, pick: Pick, *, member_id: int) -> Upload | None:
        """Return where the picture lies that a member chose; None when that was let go."""
        query = sa.select(picks.c.url, picks.c.size).where(
            picks.c.id == pick.id, picks.c.member_id == member_id
        )
        row = await self._run(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else Upload(row.url, row.size)

    async def forget(self, *, before: float) -> None:
        """Let go of the pictures of before that moment."""
        old = picks.c.made_at < before
        await self._run(lambda connection: connection.execute(picks.delete().where(old)))
