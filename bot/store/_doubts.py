"""What is not known of a settled video, how it may be learnt, and when we stop to wonder."""

from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa

from bot.errors import FirstframeError
from bot.model import (
    Attempt,
    Cause,
    Doubt,
    Failed,
    Standing,
    TimedOut,
    Unknown,
    VideoId,
    outcome_from_plain,
)
from bot.money import Hold
from bot.store._database import Database
from bot.store._holds import close_hold
from bot.store._pictures import let_picture_go
from bot.store._rows import taken, video_of
from bot.store._schema import holds, videos

_LOOK_FOR_S: Final = 120.0


class NotLost(FirstframeError):
    """A video is not to be tried again; `standing` tells why."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(standing.value)
        self.standing = standing


class Doubts:
    """The videos whose answer was lost or that were not ready in time."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._run = database.run
        self._clock = clock

    async def hear(
        self, attempt: Attempt, prediction_id: str, *, patience_s: float
    ) -> VideoId | None:
        """Return the video that an attempt belongs to; None when it is none of ours.

        When the answer to that attempt was lost, this is how we learn of its id.
        """
        ours = sa.select(videos.c.id, videos.c.prediction_id).where(videos.c.attempt == attempt)
        learnt = taken(prediction_id, now=self._clock(), patience_s=patience_s)

        unlearnt = (videos.c.attempt == attempt) & videos.c.prediction_id.is_(None)

        def write(connection: sa.Connection) -> VideoId | None:
            connection.execute(videos.update().where(unlearnt).values(learnt))
            row = connection.execute(ours).one_or_none()
            return VideoId(row.id) if row and row.prediction_id == prediction_id else None

        return await self._run(write)

    async def standing(self, video_id: VideoId) -> Standing:
        """Tell whether a video is lost."""
        return await self._run(lambda connection: _standing(connection, video_id))

    async def all(self) -> list[Doubt]:
        """Return the settled videos whose money is held, and the lost ones that were found."""
        is_held = holds.c.state == Hold.HELD.value
        is_found = (videos.c.outcome["kind"].as_string() == Unknown.__name__) & (
            videos.c.prediction_id.is_not(None)
        )
        query = (
            sa.select(videos)
            .join(holds, holds.c.video_id == videos.c.id)
            .where(videos.c.outcome.is_not(None), is_held | is_found)
        )
        rows = await self._run(lambda connection: connection.execute(query).all())
        return [
            Doubt(video_of(row), outcome_from_plain(row.outcome), row.prediction_id, row.settled_at)
            for row in rows
        ]

    async def reopen(self, video_id: VideoId) -> bool:
        """Let the story go on of a video that may end otherwise; False when it may not.

        The message that told of the loss becomes its `notice`.
        """
        query = sa.select(videos).where(videos.c.id == video_id)
        last_look_at = self._clock() + _LOOK_FOR_S

        def write(connection: sa.Connection) -> bool:
            row = connection.execute(query).one_or_none()
            if row is None or not _may_end_otherwise(row):
                return False
            unchanged = (videos.c.id == video_id) & (videos.c.settled_at == row.settled_at)
            change = videos.update().where(unchanged).values(_open_again(row, last_look_at))
            return connection.execute(change).rowcount == 1

        return await self._run(write)

    async def release(self, video_id: VideoId) -> None:
        """Give the money of a video back of which nothing was heard, and let its picture go."""

        def write(connection: sa.Connection) -> None:
            close_hold(connection, video_id, Hold.RELEASED)
            let_picture_go(connection, video_id)

        await self._run(write)


def replace_lost(connection: sa.Connection, lost: VideoId, *, by: VideoId) -> None:
    """Let one video take a lost one's place, once. Raises NotLost."""
    is_lost = (
        (videos.c.id == lost)
        & videos.c.outcome.is_not(None)
        & videos.c.prediction_id.is_(None)
        & videos.c.retry_id.is_(None)
    )
    if connection.execute(videos.update().where(is_lost).values(retry_id=by)).rowcount == 0:
        raise NotLost(_standing(connection, lost))


def _standing(connection: sa.Connection, video_id: VideoId) -> Standing:
    query = sa.select(videos.c.outcome, videos.c.retry_id, videos.c.prediction_id)
    row = connection.execute(query.where(videos.c.id == video_id)).one_or_none()
    if row is None:
        return Standing.GONE
    if row.prediction_id is not None or row.outcome is None:
        return Standing.FOUND
    if row.retry_id is not None:
        return Standing.REPLACED
    return Standing.LOST


def _may_end_otherwise(row: sa.Row[Any]) -> bool:
    """Tell whether an ending was told, and its prediction may have another."""
    is_told = row.delivered_at is not None or row.given_up_at is not None
    if row.outcome is None or row.prediction_id is None or not is_told:
        return False
    outcome = outcome_from_plain(row.outcome)
    if outcome == Failed(Cause.BUG):
        return row.notice_id is None  # once: the same bug may be met again
    return isinstance(outcome, Unknown | TimedOut)


def _open_again(row: sa.Row[Any], last_look_at: float) -> dict[str, Any]:
    emptied = ("outcome", "settled_at", "delivering_at", "delivered_at", "given_up_at")
    return dict.fromkeys((*emptied, "shown_channel_id", "shown_id")) | {
        "notice_channel_id": row.shown_channel_id,
        "notice_id": row.shown_id,
        "deadline_at": max(row.deadline_at, last_look_at),
    }
