"""The line: who waits for a turn, how fast it moves, and who was left in it."""

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from bot.model import Video, VideoId
from bot.store._database import Database
from bot.store._rows import video_of
from bot.store._schema import videos

_UNTOLD: Final = videos.c.delivered_at.is_(None) & videos.c.given_up_at.is_(None)
_WAITING: Final = _UNTOLD & videos.c.begun_at.is_(None) & videos.c.outcome.is_(None)
_MADE: Final = ("Ready", "Flagged", "Deleted")
_NEVER_QUEUED: Final = videos.c.queued_at.is_(None) & videos.c.outcome.is_(None)
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Unfinished:
    """As much of a video as is needed to look after it: there may be thousands."""

    id: VideoId
    member_id: int
    accepted_at: float


class Line:
    """Looks along the accepted videos of all members, mostly in the order of acceptance."""

    def __init__(self, database: Database) -> None:
        self._run_single = database.run_single

    async def ahead_of(self, video: Video) -> int:
        """Return how many accepted videos wait for their turn before this one."""
        query = sa.select(sa.func.count()).where(_WAITING, videos.c.accepted_at < video.accepted_at)
        return await self._run_single(lambda connection: connection.scalar(query)) or 0

    async def durations(self, like: Video, *, limit: int) -> list[float]:
        """Return how many seconds Atlas took for the last videos of that model, the newest first.

        Only those count that it made, with a picture if this one has one.
        """
        took = videos.c.settled_at - videos.c.submitted_at
        is_sent = videos.c.submitted_at.is_not(None)
        has_picture = videos.c.first_frame.is_not(None) == (like.first_frame is not None)
        in_time = videos.c.settled_at < videos.c.deadline_at  # or we were away, and do not know
        is_made = videos.c.outcome["kind"].as_string().in_(_MADE)
        query = (
            sa.select(took)
            .where(videos.c.model == like.model, has_picture, is_sent, is_made, in_time)
            .order_by(videos.c.settled_at.desc())
            .limit(limit)
        )
        return [float(s) for s in await self._run_single(lambda c: c.scalars(query).all())]

    async def waiting(self, limit: int) -> list[Video]:
        """Return the next videos that wait for their turn, in the order of acceptance."""
        query = sa.select(videos).where(_WAITING).order_by(videos.c.accepted_at).limit(limit)
        return await self._videos(query)

    async def unqueued(self, *, before: float) -> list[Video]:
        """Return the videos accepted before that moment which the engine never got."""
        query = sa.select(videos).where(_UNTOLD, videos.c.accepted_at < before, _NEVER_QUEUED)
        return await self._videos(query.order_by(videos.c.accepted_at))

    async def unfinished(self, *, before: float, after: VideoId) -> list[Unfinished]:
        """Return the videos of before that moment which the engine got and nobody was told of.

        Not all at once, as there may be thousands: those whose ids come next after one of them.
        """
        query = (
            sa.select(videos.c.id, videos.c.member_id, videos.c.accepted_at)
            .where(_UNTOLD, videos.c.accepted_at < before, ~_NEVER_QUEUED, videos.c.id > after)
            .order_by(videos.c.id)
            .limit(_AT_ONCE)
        )
        return await self._run_single(
            lambda connection: [
                Unfinished(VideoId(id_), member_id, accepted_at)
                for id_, member_id, accepted_at in connection.execute(query)
            ]
        )

    async def _videos(self, query: sa.Select[Any]) -> list[Video]:
        return await self._run_single(
            lambda connection: list(map(video_of, connection.execute(query)))
        )
