"""What was spent, summed by SQL in whole millionths; what was given back is not counted."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from bot.model import Video
from bot.money import Budget, Hold, Scope, day_of, from_micro
from bot.spend import NOTHING, Amount, Entry, Report
from bot.store._database import Database
from bot.store._forgetting import NOBODY
from bot.store._holds import spent_by_scope
from bot.store._locks import MONEY, of_one_moment, one_at_a_time
from bot.store._schema import holds, notes, videos

K = TypeVar("K")

_LARGEST: Final = 8
_ENTRIES: Final = 25_000
_NOTE_NAME: Final = 64
_WATCHED: Final = (Scope.SERVER, Scope.ALL)

_MEMBER: Final = sa.func.nullif(holds.c.member_id, sa.literal(NOBODY, literal_execute=True))
_MODEL: Final = sa.func.coalesce(holds.c.model, videos.c.model)
_SUMS: Final = (
    sa.func.count(),
    sa.func.sum(sa.case((holds.c.state == Hold.SETTLED.value, holds.c.micro_usd), else_=0)),
    sa.func.sum(sa.case((holds.c.state == Hold.HELD.value, holds.c.micro_usd), else_=0)),
)


class Spending:
    """Sums for those who pay, and the one warning a day for each budget."""

    def __init__(self, database: Database) -> None:
        self._run = database.run

    async def report(self, days: Sequence[dt.date], *, server_id: int | None) -> Report:
        """Return what was spent on days that follow each other; None is in all servers."""
        which = holds.c.day.between(days[0].isoformat(), days[-1].isoformat()) & (
            holds.c.state != Hold.RELEASED.value
        )
        if server_id is not None:
            which &= holds.c.guild_id == server_id

        def read(connection: sa.Connection) -> Report:
            of_one_moment(connection)
            by_day = _sums(connection, holds.c.day, which, most=len(days))
            entries = _entries(connection, which)
            return Report(
                by_day={day: by_day.get(day.isoformat(), NOTHING) for day in days},
                by_member=_sums(connection, _MEMBER, which),
                by_server=_sums(connection, holds.c.guild_id, which),
                by_model=_sums(connection, _MODEL, which),
                entries=tuple(entries[:_ENTRIES]),
                is_whole=len(entries) <= _ENTRIES,
            )

        return await self._run(read)

    async def newly_near(self, video: Video, budgets: Iterable[Budget]) -> list[Budget]:
        """Return budgets of the server and of all that are nearly used, each once a day.

        Whoever gets one has to tell of it: it is not returned a second time.
        """
        watched = [budget for budget in budgets if budget.scope in _WATCHED]
        day = day_of(video.accepted_at).isoformat()

        def write(connection: sa.Connection) -> list[Budget]:
            one_at_a_time(connection, MONEY)
            spent = spent_by_scope(connection, video, day)
            near = [b for b in watched if b.scope in spent and spent[b.scope].nears(b)]
            return [b for b in near if _note(connection, _note_name(b, video), day)]

        return await self._run(write) if watched else []


def _sums(
    connection: sa.Connection,
    key: sa.ColumnElement[K],
    which: sa.ColumnElement[bool],
    *,
    most: int = _LARGEST,
) -> dict[K, Amount]:
    """Return the sums of each key, the largest first."""
    query = _grouped(key, which=which).order_by(sa.func.sum(holds.c.micro_usd).desc(), key)
    rows = connection.execute(query.limit(most)).all()
    return {row[0]: _amount(row[1:]) for row in rows}


def _entries(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[Entry]:
    keys = (holds.c.day, holds.c.guild_id, _MEMBER, _MODEL)
    query = _grouped(*keys, which=which).order_by(holds.c.day.desc(), *keys[1:])
    rows = connection.execute(query.limit(_ENTRIES + 1)).all()
    return [
        Entry(dt.date.fromisoformat(day), server_id, member_id, model, _amount(sums))
        for day, server_id, member_id, model, *sums in map(tuple, rows)
    ]


def _grouped(*keys: sa.ColumnElement[Any], which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The model of a hold that an older version wrote stands with its video, while that lasts."""
    is_unnamed = holds.c.model.is_(None)
    joined = holds.outerjoin(videos, (videos.c.id == holds.c.video_id) & is_unnamed)
    return sa.select(*keys, *_SUMS).select_from(joined).where(which).group_by(*keys)


def _amount(sums: Sequence[Any]) -> Amount:
    number, settled, held = sums
    return Amount(number, from_micro(int(settled)), from_micro(int(held)))


def _note_name(budget: Budget, video: Video) -> str:
    where = video.place.guild_id if budget.scope is Scope.SERVER else "all"
    return f"near:{where}:{budget.unit}:{budget.most.normalize():f}"[:_NOTE_NAME]


def _note(connection: sa.Connection, name: str, day: str) -> bool:
    """Note the day, and tell whether it was not noted yet; days only go on.

    It begins with a change, so that on SQLite, too, nobody else comes between.
    """
    ours = notes.c.name == name
    change = notes.update().where(ours, notes.c.value < day).values(value=day)
    if connection.execute(change).rowcount:
        return True
    if connection.scalar(sa.select(notes.c.value).where(ours)) is not None:
        return False
    connection.execute(notes.insert().values(name=name, value=day))
    return True
