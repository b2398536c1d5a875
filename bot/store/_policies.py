"""The rules of servers and channels, and who changed them when."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from bot.policy import Rules, rules_from_plain
from bot.store._database import Database
from bot.store._schema import changes, rules

_SERVER = 0
"""Stands for the whole server where a channel's id could stand."""


@dataclass(frozen=True, slots=True)
class Change:
    """Rules that a member set; `channel_id` is None for the whole server."""

    at: float
    member_id: int
    channel_id: int | None
    rules: Rules


class Policies:
    """What a server's managers set."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._run = database.run
        self._clock = clock

    async def rules(self, guild_id: int, channel_id: int | None = None) -> Rules:
        """Return what was set for a server, or for that channel alone."""
        query = sa.select(rules.c.rules).where(_is(guild_id, channel_id))
        plain = await self._run(lambda connection: connection.scalar(query))
        return Rules() if plain is None else rules_from_plain(plain)

    async def rules_in(self, guild_id: int, channel_id: int) -> Rules:
        """Return what was set for a channel, with the server's rules where it says nothing."""
        of_channel = await self.rules(guild_id, channel_id)
        return of_channel.within(await self.rules(guild_id))

    async def change(
        self, guild_id: int, channel_id: int | None, new: Rules, *, member_id: int
    ) -> None:
        """Set the rules of a server or channel, and note who did."""
        values = {"rules": new.to_plain()}
        of = {"guild_id": guild_id, "channel_id": channel_id or _SERVER}
        by = {"at": self._clock(), "member_id": member_id}

        def write(connection: sa.Connection) -> None:
            change = rules.update().where(_is(guild_id, channel_id)).values(values)
            if connection.execute(change).rowcount == 0:
                connection.execute(rules.insert().values(of | values))
            connection.execute(changes.insert().values(of | by | values))

        await self._run(write)

    async def changes(self, guild_id: int, *, limit: int) -> list[Change]:
        """Return the last changes, the newest first."""
        query = (
            sa.select(changes)
            .where(changes.c.guild_id == guild_id)
            .order_by(changes.c.id.desc())
            .limit(limit)
        )
        rows = await self._run(lambda connection: connection.execute(query).all())
        return [
            Change(row.at, row.member_id, row.channel_id or None, rules_from_plain(row.rules))
            for row in rows
        ]


def _is(guild_id: int, channel_id: int | None) -> sa.ColumnElement[bool]:
    return (rules.c.guild_id == guild_id) & (rules.c.channel_id == (channel_id or _SERVER))
