"""Money in SQL: held with a video, settled or released once, counted by day.

Each function works inside the transaction of its caller. On PostgreSQL those who hold money take
turns, so that two of them never see the same amount left; SQLite has one writer anyway.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import sqlalchemy as sa

from bot.model import Video, VideoId
from bot.money import Budget, Hold, Scope, Spent, check_budgets, day_of, from_micro, to_micro
from bot.store._locks import MONEY, one_at_a_time
from bot.store._schema import holds

_INSERT: Final = holds.insert()


def hold(
    connection: sa.Connection, video: Video, *, price_usd: Decimal, budgets: Sequence[Budget]
) -> None:
    """Hold the price of a video. Raises OverBudget."""
    day = day_of(video.accepted_at).isoformat()
    if budgets:
        one_at_a_time(connection, MONEY)
        check_budgets(budgets, spent_by_scope(connection, video, day), price_usd)
    row = {
        "video_id": video.id,
        "member_id": video.member_id,
        "guild_id": video.place.guild_id,
        "model": video.model,
        "day": day,
        "micro_usd": to_micro(price_usd),
        "state": Hold.HELD.value,
    }
    connection.execute(_INSERT, row)


def close_hold(
    connection: sa.Connection, video_id: VideoId, state: Hold, *, micro_usd: int | None = None
) -> None:
    """Settle or release what is held, or leave it held; what is settled stays so.

    The amount becomes what was really charged, where that is known.
    """
    change = holds.update().where(holds.c.video_id == video_id, holds.c.state != Hold.SETTLED.value)
    actual = {} if micro_usd is None else {"micro_usd": micro_usd}
    connection.execute(change.values(state=state.value, **actual))


def spent_by_scope(connection: sa.Connection, video: Video, day: str) -> dict[Scope, Spent]:
    """Return what is held and settled for a day, in each scope that a video belongs to."""
    today, mine = holds.c.day == day, holds.c.member_id == video.member_id
    scopes = {
        Scope.ALL: _spent(connection, today),
        Scope.MEMBER: _spent(connection, today & mine),
    }
    if video.place.guild_id is not None:
        ours = holds.c.guild_id == video.place.guild_id
        scopes[Scope.SERVER] = _spent(connection, today & ours)
        scopes[Scope.MEMBER_HERE] = _spent(connection, today & ours & mine)
    return scopes


def _spent(connection: sa.Connection, which: sa.ColumnElement[bool]) -> Spent:
    query = sa.select(sa.func.sum(holds.c.micro_usd), sa.func.count()).where(
        which, holds.c.state != Hold.RELEASED.value
    )
    micro_usd, videos = connection.execute(query).one()
    return Spent(from_micro(int(micro_usd or 0)), videos)
