"""How much there is just now, in the whole database: for those who watch over the bot."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import sqlalchemy as sa

from bot.money import Hold, day_of, from_micro
from bot.store._database import Database
from bot.store._schema import holds, videos

_UNTOLD: Final = videos.c.delivered_at.is_(None)  # the index of these keeps the look short
_UNENDED: Final = _UNTOLD & videos.c.outcome.is_(None)


@dataclass(frozen=True, slots=True)
class Figures:
    """Videos in line, videos at Atlas, and what is held and settled for today's, in UTC."""

    in_line: int
    in_flight: int
    spent_usd: Decimal


class Counts:
    """Looks that give up while the database is away: whoever watches asks again."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._run = database.run
        self._clock = clock

    async def now(self) -> Figures:
        """Return the figures. Raises what the database raises."""
        today = day_of(self._clock()).isoformat()
        return await self._run(lambda connection: _figures(connection, today), patience_s=0)

    async def answers(self) -> bool:
        """Return True. Raises what the database raises."""
        return await self._run(lambda c: c.scalar(sa.select(1)) == 1, patience_s=0)


def _figures(connection: sa.Connection, today: str) -> Figures:
    count = sa.select(sa.func.count()).select_from(videos)
    spent = sa.select(sa.func.sum(holds.c.micro_usd)).where(
        holds.c.day == today, holds.c.state != Hold.RELEASED.value
    )
    begun, sent = videos.c.begun_at, videos.c.prediction_id
    return Figures(
        in_line=connection.scalar(count.where(_UNENDED, begun.is_(None))) or 0,
        in_flight=connection.scalar(count.where(_UNENDED, sent.is_not(None))) or 0,
        spent_usd=from_micro(int(connection.scalar(spent) or 0)),
    )
