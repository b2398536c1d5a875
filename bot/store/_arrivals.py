"""Commands as they came in, from before their acknowledgement until their answer."""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import FirstframeError
from bot.model import Arrival, VideoId
from bot.store._database import Database
from bot.store._schema import arrivals

log = logging.getLogger(__name__)

_INSERT: Final = arrivals.insert()
_NAMED: Final = arrivals.c.id == sa.bindparam("arrival_id")
_DELETE: Final = arrivals.delete().where(_NAMED)
_IS_KNOWN: Final = sa.select(arrivals.c.id).where(_NAMED)
_TAKE: Final = arrivals.update().where(_NAMED, arrivals.c.wish.is_not(None)).values(wish=None)


class TooSlow(FirstframeError):
    """The write was given up, and left nothing behind."""


class Arrivals:
    """The table of commands. One that was answered stays for a day, so that it is taken once."""

    def __init__(self, database: Database) -> None:
        self._run = database.run
        self._run_first = database.run_first

    async def add(self, arrival: Arrival, *, within_s: float) -> bool:
        """Write down a command; False when it was written down before.

        Raises TooSlow, and writes nothing, when it cannot be done in time.
        """
        row = {"id": arrival.id, "asked_at": arrival.asked_at, "wish": arrival.to_plain()}
        return await self._insert(row, within_s=within_s)

    async def turn_away(self, arrival_id: VideoId, *, asked_at: float, within_s: float) -> bool:
        """Note that a command is not taken; False when another process has it.

        Raises TooSlow.
        """
        row = {"id": arrival_id, "asked_at": asked_at, "wish": None}
        return await self._insert(row, within_s=within_s)

    async def answered(self, arrival_id: VideoId) -> None:
        """Note that a command got its answer and needs nothing more."""
        await self._run(lambda connection: take_arrival(connection, arrival_id))

    async def unanswered(self, *, before: float) -> list[Arrival]:
        """Return the commands of before that moment which are left behind, oldest first."""
        query = (
            sa.select(arrivals.c.wish)
            .where(arrivals.c.wish.is_not(None), arrivals.c.asked_at < before)
            .order_by(arrivals.c.asked_at)
        )
        wishes = await self._run(lambda connection: connection.scalars(query).all())
        return [arrival for arrival in map(_read, wishes) if arrival is not None]

    async def forget(self, *, before: float) -> None:
        """Let go of the commands of before that moment that were answered."""
        old = arrivals.c.wish.is_(None) & (arrivals.c.asked_at < before)
        await self._run(lambda connection: connection.execute(arrivals.delete().where(old)))

    async def _insert(self, row: Mapping[str, object], *, within_s: float) -> bool:
        """Write a row. Whoever asked gives up at some moment: nothing may stand there after."""
        give_up_at, tries = time.monotonic() + within_s, 0

        def write(connection: sa.Connection) -> None:
            nonlocal tries
            tries += 1
            connection.execute(_INSERT, row)
            if time.monotonic() > give_up_at:  # on PostgreSQL it stands there already
                connection.execute(_DELETE, {"arrival_id": row["id"]})
                raise TooSlow

        try:
            async with asyncio.timeout(within_s):
                await self._run_first(write, patience_s=within_s)
        except IntegrityError:
            # An earlier try may have been written, and its answer lost. Two may take a command, and
            # one video comes of it; but whom another took is not turned away.
            return tries > 1 and row["wish"] is not None
        except (TimeoutError, DBAPIError, PoolTimeout) as error:
            raise TooSlow from error
        return True


def _read(wish: dict[str, Any]) -> Arrival | None:
    """Another version may have written what this one cannot read; it holds up no other."""
    try:
        return Arrival.from_plain(wish)
    except (KeyError, TypeError, ValueError):
        log.exception("arrival not understood id=%s", wish.get("id"))
        return None


def take_arrival(connection: sa.Connection, arrival_id: VideoId) -> bool:
    """Note inside a transaction that a command is answered; False when it was answered before."""
    named = {"arrival_id": arrival_id}
    if connection.execute(_TAKE, named).rowcount == 1:
        return True
    return connection.scalar(_IS_KNOWN, named) is None
