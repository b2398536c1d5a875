"""Turns that processes take one after the other, so that something happens only so often."""

import time

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.store._database import Database
from bot.store._schema import turns


class Turns:
    """The last turn of each bucket: in the shared database, else in this one process's memory.

    Nothing is reserved, so whoever dies after a turn holds the others up for that turn only.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._taken_at: dict[int, float] = {}

    async def take(self, bucket: int, *, every_s: float) -> float:
        """Take the turn and return 0, or return the seconds until it may be free."""
        if not self._database.is_shared:
            return self._take_here(bucket, every_s)
        return await self._database.run(lambda connection: _take(connection, bucket, every_s))

    def _take_here(self, bucket: int, every_s: float) -> float:
        now = time.monotonic()
        left_s = self._taken_at.get(bucket, now - every_s) + every_s - now
        if left_s > 0:
            return left_s
        self._taken_at[bucket] = now
        return 0.0


def _take(connection: sa.Connection, bucket: int, every_s: float) -> float:
    """By the clock of the database, which all share; it may have been set back since."""
    now = sa.cast(sa.extract("epoch", sa.func.clock_timestamp()), sa.Double)
    change = (
        insert(turns)
        .values(bucket=bucket, taken_at=now)
        .on_conflict_do_update(
            index_elements=[turns.c.bucket],
            set_={"taken_at": now},
            where=sa.func.abs(now - turns.c.taken_at) >= every_s,
        )
        .returning(turns.c.bucket)
    )
    if connection.execute(change).first() is not None:
        return 0.0
    left = sa.select(turns.c.taken_at + every_s - now).where(turns.c.bucket == bucket)
    return min(max(connection.execute(left).scalar_one(), 0.05), every_s)
