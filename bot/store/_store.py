"""One method per thing that happens to a video, each a short transaction on a thread."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.model import (
    Attempt,
    Ending,
    Outcome,
    Post,
    Submission,
    Unknown,
    Video,
    VideoId,
    outcome_from_plain,
    outcome_to_plain,
)
from bot.money import Budget, hold_after
from bot.picture import Picture
from bot.store._arrivals import Arrivals, close_arrival
from bot.store._bell import Bell
from bot.store._database import Database
from bot.store._doubts import Doubts, replace_lost
from bot.store._holds import close_hold, hold
from bot.store._picks import Picks
from bot.store._schema import let_picture_go, migrate, notes, pictures, row_of, video_of, videos
from bot.store._turns import Turns

_WAITING: Final = videos.c.begun_at.is_(None) & videos.c.outcome.is_(None)
_NEVER_QUEUED: Final = videos.c.queued_at.is_(None) & videos.c.outcome.is_(None)


class Store:
    """The tables, one method per thing that happens to a video.

    While the database is away, methods wait for it, those of a story as long as it takes.
    """

    def __init__(self, url: str, *, clock: Callable[[], float] = time.time) -> None:
        self._database = Database(url)
        self._run = self._database.run
        self._clock = clock
        self.arrivals = Arrivals(self._database)
        self.picks = Picks(self._database)
        self.doubts = Doubts(self._database, clock)
        self.bell = Bell(self._database)
        self.turns = Turns(self._database)

    async def open(self) -> None:
        """Create what is missing, and listen for the other processes."""
        await self._run(migrate)
        self.bell.open()

    def close(self) -> None:
        """Finish what runs and close all connections."""
        self.bell.close()
        self._database.close()

    # ── acceptance ────────────────────────────────────────────────────────────────────────

    async def accept(
        self,
        video: Video,
        picture: Picture | None,
        *,
        price_usd: Decimal,
        budgets: Sequence[Budget] = (),
    ) -> None:
        """Take a video, its picture and its money in, and its arrival out, in one transaction.

        Raises OverBudget, and NotLost when it was to replace a video that is not lost; then
        nothing is written.
        """

        def write(connection: sa.Connection) -> None:
            connection.execute(videos.insert().values(row_of(video)))
            if video.retry_of is not None:
                replace_lost(connection, video.retry_of, by=video.id)
            hold(connection, video, price_usd=price_usd, budgets=budgets)
            if picture is not None:
                row = {"video_id": video.id, "content": picture.content}
                row |= {name: getattr(picture, name) for name in ("media_type", "width", "height")}
                connection.execute(pictures.insert().values(row))
            close_arrival(connection, video.id)

        with suppress(IntegrityError):  # an earlier try was written after all
            await self._run(write)

    async def is_accepted(self, video_id: VideoId) -> bool:
        """Tell whether a command became a video."""
        query = sa.select(videos.c.id).where(videos.c.id == video_id)
        return await self._run(lambda connection: connection.scalar(query)) is not None

    async def shown(self, video_id: VideoId, *, card_id: int, thread_id: int | None) -> None:
        """Note where the status card and the thread stand."""
        await self._change(video_id, card_id=card_id, thread_id=thread_id)

    async def queued(self, video_id: VideoId) -> None:
        """Note that the engine has the video."""
        await self._change(video_id, queued_at=self._clock())

    async def unqueued(self, *, before: float) -> list[Video]:
        """Return the videos accepted before that moment which the engine never got."""
        return await self._unfinished(_NEVER_QUEUED, before)

    async def unfinished(self, *, before: float) -> list[Video]:
        """Return the videos of before that moment which the engine got and nobody was told of."""
        return await self._unfinished(~_NEVER_QUEUED, before)

    # ── the story ─────────────────────────────────────────────────────────────────────────

    async def video(self, video_id: VideoId) -> Video:
        """Return an accepted video. Raises LookupError."""
        return video_of(await self._record(video_id))

    async def picture(self, video_id: VideoId) -> Picture | None:
        """Return the first frame; None when the member gave none, or it was let go."""
        query = sa.select(pictures).where(pictures.c.video_id == video_id)
        row = await self._run(lambda connection: connection.execute(query).one_or_none())
        if row is None:
            return None
        return Picture(row.content, row.media_type, row.width, row.height)

    async def begin(self, video_id: VideoId) -> float:
        """Note that work on a video begins, and return when it first did."""
        first = sa.func.coalesce(videos.c.begun_at, self._clock())
        await self._change(video_id, begun_at=first)
        return (await self._record(video_id)).begun_at

    async def intend_submit(self, video_id: VideoId, attempt: Attempt) -> bool:
        """Write the intent before a submit; False when the video was submitted or has ended,
        or when another intent stands.

        Whoever gets False must not submit: an earlier attempt may have been accepted.
        """
        unpaid = videos.c.prediction_id.is_(None) & videos.c.outcome.is_(None)
        change = (
            videos.update()
            .where(videos.c.id == video_id, videos.c.intent_at.is_(None), unpaid)
            .values(intent_at=self._clock(), attempt=attempt)
        )
        standing = sa.select(videos.c.attempt).where(videos.c.id == video_id, unpaid)

        def write(connection: sa.Connection) -> bool:
            connection.execute(change)
            return connection.scalar(standing) == attempt

        return await self._run(write)

    async def withdraw_submit(self, video_id: VideoId, attempt: Attempt) -> None:
        """Take this attempt's intent back: Atlas proved that it accepted nothing."""
        change = (
            videos.update()
            .where(videos.c.id == video_id, videos.c.attempt == attempt)
            .values(intent_at=None, attempt=None)
        )
        await self._run(lambda connection: connection.execute(change))

    async def submitted(self, video_id: VideoId, prediction_id: str, *, patience_s: float) -> None:
        """Note Atlas's id, start the clock of the deadline, and let the picture go."""
        now = self._clock()
        values = {
            "prediction_id": prediction_id,
            "submitted_at": now,
            "deadline_at": now + patience_s,
        }

        def write(connection: sa.Connection) -> None:
            connection.execute(videos.update().where(videos.c.id == video_id).values(values))
            let_picture_go(connection, video_id)

        await self._run(write)

    async def submission(self, video_id: VideoId) -> Submission | None:
        """Return what Atlas accepted; None before the submit."""
        row = await self._record(video_id)
        if row.prediction_id is None:
            return None
        return Submission(row.prediction_id, row.submitted_at, row.deadline_at)

    async def settle(self, video_id: VideoId, outcome: Outcome) -> None:
        """Write the outcome, and close the hold of money by it; the first outcome stays.

        The picture is let go, unless the member may want to try again with it.
        """
        values = {"outcome": outcome_to_plain(outcome), "settled_at": self._clock()}
        unsettled = (videos.c.id == video_id) & videos.c.outcome.is_(None)

        def write(connection: sa.Connection) -> None:
            if connection.execute(videos.update().where(unsettled).values(values)).rowcount == 0:
                return
            close_hold(connection, video_id, hold_after(outcome))
            if not isinstance(outcome, Unknown):
                let_picture_go(connection, video_id)

        await self._run(write)

    async def ending(self, video_id: VideoId) -> Ending | None:
        """Return how it ended; None while it has not."""
        row = await self._record(video_id)
        if row.outcome is None:
            return None
        began = row.submitted_at or row.begun_at or row.accepted_at
        outcome = outcome_from_plain(row.outcome)
        post = Post(row.shown_channel_id, row.shown_id) if row.delivered_at else None
        return Ending(outcome, row.settled_at, row.settled_at - began, post)

    async def intend_delivery(self, video_id: VideoId) -> float | None:
        """Write the intent before a delivery; return when an earlier one was written, else None."""
        earlier = (await self._record(video_id)).delivering_at
        if earlier is None:
            await self._change(video_id, delivering_at=self._clock())
        return earlier

    async def delivered(self, video_id: VideoId, ending: Ending, post: Post) -> None:
        """Note that the member has been told of an ending, and by which message."""
        told = {"shown_channel_id": post.channel_id, "shown_id": post.message_id}
        await self._close(video_id, ending, delivered_at=self._clock(), **told)

    async def gave_up(self, video_id: VideoId, ending: Ending) -> None:
        """Note that there was no way to tell the member of an ending; the outcome is kept."""
        await self._close(video_id, ending, given_up_at=self._clock())

    async def ahead_of(self, video: Video) -> int:
        """Return how many accepted videos wait for their turn before this one."""
        query = sa.select(sa.func.count()).where(_WAITING, videos.c.accepted_at < video.accepted_at)
        return await self._run(lambda connection: connection.scalar(query)) or 0

    async def in_line(self, limit: int) -> list[Video]:
        """Return the next videos that wait for their turn, in the order of acceptance."""
        query = sa.select(videos).where(_WAITING).order_by(videos.c.accepted_at).limit(limit)
        rows = await self._run(lambda connection: connection.execute(query).all())
        return [video_of(row) for row in rows]

    # ── small things ──────────────────────────────────────────────────────────────────────

    async def note(self, name: str) -> str | None:
        """Return a small fact kept between starts; None when there is none."""
        query = sa.select(notes.c.value).where(notes.c.name == name)
        return await self._run(lambda connection: connection.scalar(query))

    async def keep_note(self, name: str, value: str) -> None:
        """Keep a small fact between starts."""

        def write(connection: sa.Connection) -> None:
            change = notes.update().where(notes.c.name == name).values(value=value)
            if connection.execute(change).rowcount == 0:
                connection.execute(notes.insert().values(name=name, value=value))

        with suppress(IntegrityError):  # another process kept the same fact just now
            await self._run(write)

    async def _unfinished(self, which: sa.ColumnElement[bool], before: float) -> list[Video]:
        untold = videos.c.delivered_at.is_(None) & videos.c.given_up_at.is_(None)
        old_enough = videos.c.accepted_at < before
        query = sa.select(videos).where(untold, old_enough, which).order_by(videos.c.accepted_at)
        rows = await self._run(lambda connection: connection.execute(query).all())
        return [video_of(row) for row in rows]

    async def _record(self, video_id: VideoId) -> sa.Row[Any]:
        query = sa.select(videos).where(videos.c.id == video_id)
        row = await self._run(lambda connection: connection.execute(query).one_or_none())
        if row is None:
            raise LookupError(f"no video {video_id}")
        return row

    async def _close(self, video_id: VideoId, ending: Ending, **values: Any) -> None:
        """A story that was opened again since then is not closed by what is told late."""
        unchanged = (videos.c.id == video_id) & (videos.c.settled_at == ending.settled_at)
        change = videos.update().where(unchanged).values(values)
        await self._run(lambda connection: connection.execute(change))

    async def _change(self, video_id: VideoId, **values: Any) -> None:
        change = videos.update().where(videos.c.id == video_id).values(values)
        await self._run(lambda connection: connection.execute(change))
