"""What members take back: a video that they call off, a result that they delete."""

from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

from bot.model import (
    Cancelled,
    Charge,
    Deleted,
    Flagged,
    Outcome,
    Ready,
    VideoId,
    outcome_from_plain,
    outcome_to_plain,
)
from bot.money import hold_after
from bot.store._database import Database
from bot.store._endings import end
from bot.store._holds import close_hold
from bot.store._schema import videos

_UNSENT: Final = videos.c.intent_at.is_(None) & videos.c.prediction_id.is_(None)


class Regrets:
    """One method per thing that a member takes back. Those who end a video first win."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._run = database.run
        self._clock = clock

    async def call_off(self, video_id: VideoId, *, also_sent: bool) -> bool:
        """End a video that was not sent, or `also_sent`; False when it was, or has ended.

        One write decides against `intend_submit`, so that no video is both free and submitted.
        """
        now = self._clock()
        which = sa.select(videos.c.id).where(videos.c.id == video_id).with_for_update()

        def write(connection: sa.Connection) -> bool:
            connection.execute(which)
            free, doubtful = Cancelled(Charge.NONE), Cancelled(Charge.MAYBE)
            is_free = end(connection, video_id, free, at=now, only_if=_UNSENT)
            return is_free or (also_sent and end(connection, video_id, doubtful, at=now))

        return await self._run(write)

    async def learn(
        self, video_id: VideoId, outcome: Cancelled, *, micro_usd: int | None = None
    ) -> None:
        """Note what became at Atlas of a video that was called off, and close its hold of money.

        `micro_usd` is what Atlas says that it cost; None where it does not.
        """
        doubtful = outcome_to_plain(Cancelled(Charge.MAYBE))
        which = (videos.c.id == video_id) & (
            videos.c.outcome["charge"].as_string() == doubtful["charge"]
        )
        change = videos.update().where(which).values(outcome=outcome_to_plain(outcome))

        def write(connection: sa.Connection) -> None:
            if connection.execute(change).rowcount:
                close_hold(connection, video_id, hold_after(outcome), micro_usd=micro_usd)

        await self._run(write)

    async def delete(self, video_id: VideoId, deleted: Deleted) -> bool:
        """Forget the words and links of a video that was made; False when there is none.

        What it cost, and where it was shown, stay.
        """
        which = videos.c.id == video_id
        forgotten = {
            "prompt": "",
            "outcome": outcome_to_plain(deleted),
            "deleted_at": self._clock(),
        }

        def write(connection: sa.Connection) -> bool:
            plain = connection.scalar(sa.select(videos.c.outcome).where(which))
            outcome = plain and outcome_from_plain(plain)
            if outcome is not None and _is_made(outcome):
                connection.execute(videos.update().where(which).values(forgotten))
                return True
            return isinstance(outcome, Deleted)

        return await self._run(write)

    async def deleted(self, *, since: float) -> list[VideoId]:
        """Return the videos that were deleted since that moment."""
        query = sa.select(videos.c.id).where(videos.c.deleted_at >= since)
        return [VideoId(id_) for id_ in await self._run(lambda c: c.scalars(query).all())]


def _is_made(outcome: Outcome) -> bool:
    is_linked = isinstance(outcome, Cancelled | Flagged) and bool(outcome.links)
    return isinstance(outcome, Ready) or is_linked
