"""Letting go of videos that ended, and of drafts: of members who wish it, and when they are old.

Only what has ended is let go: the member was told or could not be, and the money is no longer
held. An answered command stays for its day: it names no member, and guards against a second
video of it. The amounts stay for good: those of past days without the member, today's with, because
budgets count them.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.model import VideoId
from bot.money import Hold, day_of
from bot.store._database import Database
from bot.store._schema import (
    changes,
    drafts,
    holds,
    leavers,
    pauses,
    picks,
    pictures,
    reports,
    videos,
)

NOBODY: Final = 0
"""The member of an amount, or of a change of rules, whose member is forgotten."""

_AT_ONCE: Final = 500
_LEAVING_S: Final = 2 * 24 * 3600.0
"""Longer than a command may wait, and until the day of its money is over."""

_HELD: Final = sa.select(holds.c.video_id).where(holds.c.state == Hold.HELD.value)
_ENDED: Final = (
    videos.c.outcome.is_not(None)
    & (videos.c.delivered_at.is_not(None) | videos.c.given_up_at.is_not(None))
    & videos.c.id.not_in(_HELD)
)


class Forgetting:
    """Each method may be called again, and by several processes at once."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._run = database.run
        self._clock = clock

    async def begin(self, member_id: int) -> None:
        """Note that all is to go that a member asked for until now."""
        left = {"left_at": self._clock()}

        def write(connection: sa.Connection) -> None:
            change = leavers.update().where(leavers.c.member_id == member_id).values(left)
            if connection.execute(change).rowcount == 0:
                connection.execute(leavers.insert().values(member_id=member_id, **left))

        with suppress(IntegrityError):  # another process noted it just now
            await self._run(write)

    async def of_leavers(self) -> list[VideoId]:
        """Let go of some ended videos of those who left; return which, none when all are gone."""
        now = self._clock()

        def write(connection: sa.Connection) -> list[VideoId]:
            gone = list[VideoId]()
            for member_id, left_at in connection.execute(sa.select(leavers)).all():
                gone += _let_go(connection, _asked(member_id, left_at))
                for table in (drafts, picks):
                    old = (table.c.member_id == member_id) & (table.c.made_at <= left_at)
                    connection.execute(table.delete().where(old))
                for change in _of_moderation(member_id, left_at):
                    connection.execute(change)
                theirs = (changes.c.member_id == member_id) & (changes.c.at <= left_at)
                connection.execute(changes.update().where(theirs).values(member_id=NOBODY))
                is_late = left_at < now - _LEAVING_S
                is_named = _anonymise(connection, holds.c.member_id == member_id, before=now)
                if is_late and not is_named and not _left(connection, member_id, left_at):
                    done = (leavers.c.member_id == member_id) & (leavers.c.left_at == left_at)
                    connection.execute(leavers.delete().where(done))
            return gone

        return await self._run(write)

    async def of_old(self, *, before: float) -> list[VideoId]:
        """Let go of some videos that ended before that moment; return which, as above."""

        def write(connection: sa.Connection) -> list[VideoId]:
            _anonymise(connection, holds.c.member_id != NOBODY, before=before)
            return _let_go(connection, videos.c.settled_at < before)

        return await self._run(write)

    async def left(self, member_id: int) -> int:
        """Return how many videos of a leaver have not ended, and so are not gone yet."""
        query = sa.select(leavers.c.left_at).where(leavers.c.member_id == member_id)

        def read(connection: sa.Connection) -> int:
            left_at = connection.scalar(query)
            return 0 if left_at is None else _left(connection, member_id, left_at)

        return await self._run(read)


def _of_moderation(member_id: int, until: float) -> tuple[sa.Update, sa.Delete]:
    """Who paused others is named no more; a pause of the member's own stays while it lasts."""
    set_by = (pauses.c.by_id == member_id) & (pauses.c.made_at <= until)
    reported = (reports.c.member_id == member_id) & (reports.c.reported_at <= until)
    return pauses.update().where(set_by).values(by_id=NOBODY), reports.delete().where(reported)


def _asked(member_id: int, until: float) -> sa.ColumnElement[bool]:
    return (videos.c.member_id == member_id) & (videos.c.asked_at <= until)


def _left(connection: sa.Connection, member_id: int, until: float) -> int:
    query = sa.select(sa.func.count()).select_from(videos).where(_asked(member_id, until))
    return connection.scalar(query) or 0


def _let_go(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[VideoId]:
    """A video that is opened again at this moment is locked, and skipped."""
    query = sa.select(videos.c.id).where(which, _ENDED).limit(_AT_ONCE)
    gone = connection.scalars(query.with_for_update(skip_locked=True)).all()
    for table in (pictures, reports):
        connection.execute(table.delete().where(table.c.video_id.in_(gone)))
    connection.execute(videos.delete().where(videos.c.id.in_(gone)))
    return [VideoId(video_id) for video_id in gone]


def _anonymise(connection: sa.Connection, which: sa.ColumnElement[bool], *, before: float) -> bool:
    """Keep amounts of the days before that moment's, but not whose they were; tell if any were."""
    past = holds.c.day < day_of(before).isoformat()
    some = sa.select(holds.c.video_id).where(which, past).limit(_AT_ONCE)
    change = holds.update().where(holds.c.video_id.in_(some)).values(member_id=NOBODY)
    return connection.execute(change).rowcount > 0
