"""Who makes no videos where, and until when."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.pause import Pause
from bot.store._database import Database
from bot.store._schema import pauses

_ALL: Final = 0
"""Stands for all members where a member's id could stand, and for all servers."""
_HOLDING: Final = sa.select(pauses).where(
    pauses.c.guild_id.in_([_ALL, sa.bindparam("guild")]),
    pauses.c.member_id.in_([_ALL, sa.bindparam("member")]),
    pauses.c.ends_at.is_(None) | (pauses.c.ends_at > sa.bindparam("now")),
)


class Pauses:
    """At most one for each member, each server, and the bot; the last one that was set holds.

    `guild_id` is None for all servers, and `member_id` for all members.
    """

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._run = database.run
        self._run_single = database.run_single
        self._clock = clock

    async def holding(self, guild_id: int | None, member_id: int) -> Pause | None:
        """Return the pause that holds a member up longest there; None without one."""
        of = {"guild": guild_id or _ALL, "member": member_id, "now": self._clock()}
        rows = await self._run_single(lambda connection: connection.execute(_HOLDING, of).all())
        found = [Pause(row.guild_id or None, row.member_id or None, row.ends_at) for row in rows]
        return max(found, key=Pause.lasts_until, default=None)

    async def set(self, pause: Pause, *, by: int) -> None:
        """Begin a pause, or change the one that is there."""
        which = _is(pause.guild_id, pause.member_id)
        of = {"guild_id": pause.guild_id or _ALL, "member_id": pause.member_id or _ALL}
        values = {"ends_at": pause.ends_at, "by_id": by, "made_at": self._clock()}

        def write(connection: sa.Connection) -> None:
            if connection.execute(pauses.update().where(which).values(values)).rowcount == 0:
                connection.execute(pauses.insert().values(of | values))

        with suppress(IntegrityError):  # two managers at once: the other's holds
            await self._run(write)

    async def end(self, guild_id: int | None, member_id: int | None) -> bool:
        """End a pause; False when there is none."""
        change = pauses.delete().where(_is(guild_id, member_id))
        return await self._run(lambda connection: connection.execute(change).rowcount > 0)

    async def forget(self) -> None:
        """Let go of those that are over."""
        change = pauses.delete().where(pauses.c.ends_at <= self._clock())
        await self._run(lambda connection: connection.execute(change))


def _is(guild_id: int | None, member_id: int | None) -> sa.ColumnElement[bool]:
    return (pauses.c.guild_id == (guild_id or _ALL)) & (pauses.c.member_id == (member_id or _ALL))
