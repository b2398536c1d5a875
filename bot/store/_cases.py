"""Which videos the managers of a server were shown, so that they are shown each once.

Why somebody reported a video is not kept: it stands on the card in their server alone.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.model import Cause, Flagged, Outcome, Refused, Video, VideoId, outcome_from_plain
from bot.store._database import Database
from bot.store._rows import video_of
from bot.store._schema import reports, videos

_KIND: Final = videos.c.outcome["kind"].as_string()
_IS_CASE: Final = (Flagged.__name__ == _KIND) | (
    (Refused.__name__ == _KIND) & (videos.c.outcome["cause"].as_string() == Cause.CONTENT.value)
)


class Cases:
    """The cards in log channels."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._run = database.run
        self._clock = clock

    async def is_logged(self, video_id: VideoId) -> bool:
        """Tell whether a card tells of this video's end."""
        query = sa.select(videos.c.logged_at).where(videos.c.id == video_id)
        return await self._run(lambda connection: connection.scalar(query)) is not None

    async def logged(self, video_id: VideoId) -> None:
        """Note that one does."""
        values = {"logged_at": self._clock()}
        change = videos.update().where(videos.c.id == video_id).values(values)
        await self._run(lambda connection: connection.execute(change))

    async def unlogged(self, *, since: float, before: float) -> list[tuple[Video, Outcome]]:
        """Return what was told to members in that time, and to no managers."""
        is_told = videos.c.delivered_at.is_not(None) | videos.c.given_up_at.is_not(None)
        query = sa.select(videos).where(
            videos.c.settled_at.between(since, before),
            _IS_CASE,
            is_told,
            videos.c.logged_at.is_(None),
        )
        rows = await self._run(lambda connection: connection.execute(query).all())
        return [(video_of(row), outcome_from_plain(row.outcome)) for row in rows]

    async def is_reported(self, video_id: VideoId, *, member_id: int) -> bool:
        """Tell whether a card tells of this member's report."""
        query = sa.select(reports.c.video_id).where(
            reports.c.video_id == video_id, reports.c.member_id == member_id
        )
        return await self._run(lambda connection: connection.scalar(query)) is not None

    async def reported(self, video_id: VideoId, *, member_id: int) -> None:
        """Note that one does."""
        values = {"video_id": video_id, "member_id": member_id, "reported_at": self._clock()}
        with suppress(IntegrityError):  # it was noted before
            await self._run(lambda connection: connection.execute(reports.insert().values(values)))
