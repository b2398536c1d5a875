"""The rules of servers and channels, and who changed them when."""

from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa

from bot.policy import Change, Part, Rulebook, Rules, rules_from_plain
from bot.store._database import Database
from bot.store._locks import RULES, one_at_a_time
from bot.store._schema import changes, rules

_SERVER: Final = 0
"""Stands for the whole server where a channel's id could stand."""


class Policies:
    """What the managers of servers set."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._run = database.run
        self._run_single = database.run_single
        self._clock = clock

    async def rulebook(self, guild_id: int) -> Rulebook:
        """Return all that was set in a server."""
        query = sa.select(rules).where(rules.c.guild_id == guild_id)
        rows = await self._run_single(lambda connection: connection.execute(query).all())
        found = {row.channel_id: rules_from_plain(row.rules) for row in rows}
        server = found.pop(_SERVER, Rules())
        return Rulebook(server, found)

    async def set(
        self, guild_id: int, channel_id: int | None, part: Part, value: Any, *, member_id: int
    ) -> Change | None:
        """Set a part of the rules of a server or channel, and note who did.

        None when it was so already: the same press may be delivered twice.
        """
        of = {"guild_id": guild_id, "channel_id": channel_id or _SERVER}
        ours = (rules.c.guild_id == guild_id) & (rules.c.channel_id == of["channel_id"])
        at = self._clock()

        def write(connection: sa.Connection) -> Change | None:
            one_at_a_time(connection, RULES)
            plain = connection.scalar(sa.select(rules.c.rules).where(ours))
            old = Rules() if plain is None else rules_from_plain(plain)
            new = old.having(part, value)
            if new == old:
                return None
            if plain is None:
                connection.execute(rules.insert().values(of | {"rules": new.to_plain()}))
            else:
                connection.execute(rules.update().where(ours).values(rules=new.to_plain()))
            note = {"at": at, "member_id": member_id, "part": part, "rules": new.to_plain()}
            connection.execute(changes.insert().values(of | note))
            return Change(at, member_id, channel_id, part, new)

        return await self._run(write)

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
            Change(
                row.at,
                row.member_id,
                row.channel_id or None,
                Part(row.part),
                rules_from_plain(row.rules),
            )
            for row in rows
        ]
