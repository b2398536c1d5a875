"""The tables, one method per thing that happens to a video, each a transaction on a thread."""

import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.model import (
    Attempt,
    Ending,
    Intent,
    Outcome,
    Post,
    Record,
    Video,
    VideoId,
)
from bot.money import Budget, Hold
from bot.picture import Picture
from bot.store._arrivals import Arrivals, take_arrival
from bot.store._bell import Bell
from bot.store._cases import Cases
from bot.store._database import Database
from bot.store._doubts import Doubts, replace_lost
from bot.store._drafts import Drafts, take_draft
from bot.store._endings import end
from bot.store._figures import Counts
from bot.store._forgetting import Forgetting
from bot.store._holds import close_hold, hold
from bot.store._library import Library
from bot.store._line import Line
from bot.store._notes import Notes
from bot.store._pauses import Pauses
from bot.store._picks import Picks
from bot.store._pictures import keep_picture, let_picture_go, read_picture
from bot.store._policies import Policies
from bot.store._regrets import Regrets
from bot.store._rows import ending_of, record_of, row_of, taken, video_of
from bot.store._schema import migrate, videos
from bot.store._spending import Spending
from bot.store._turns import Turns

# Built once: to build one takes longer than to execute it.
_INSERT: Final = videos.insert()
_NAMED: Final = videos.c.id == sa.bindparam("video_id")
_UNPAID: Final = videos.c.prediction_id.is_(None) & videos.c.outcome.is_(None)
_ROW: Final = sa.select(videos).where(_NAMED)
_CHANGE: Final = videos.update().where(_NAMED)
_CHANGE_AND_READ: Final = _CHANGE.returning(videos)
_NOW: Final = sa.bindparam("now", type_=sa.Double)
_lost = videos.alias("lost")
_LOST_IS_FOUND: Final = (
    sa.select(_lost.c.id)
    .where(_lost.c.id == videos.c.retry_of, _lost.c.prediction_id.is_not(None))
    .exists()
)
_INTEND: Final = _CHANGE.where(videos.c.intent_at.is_(None), _UNPAID, ~_LOST_IS_FOUND)
_STANDING: Final = sa.select(videos.c.attempt).where(_NAMED, _UNPAID)
_BEGIN: Final = _CHANGE_AND_READ.values(begun_at=sa.func.coalesce(videos.c.begun_at, _NOW))
_DELIVER: Final = _CHANGE_AND_READ.values(
    delivering_at=sa.func.coalesce(videos.c.delivering_at, _NOW)
)


class Store:
    """What is kept of videos; arrivals, doubts, the bell and turns are parts of it.

    While the database is away, methods wait for it, those of a story as long as it takes.
    """

    def __init__(self, url: str, *, clock: Callable[[], float] = time.time) -> None:
        self._database = Database(url)
        self._run = self._database.run
        self._run_single = self._database.run_single
        self._clock = clock
        self.arrivals = Arrivals(self._database)
        self.picks = Picks(self._database)
        self.doubts = Doubts(self._database, clock)
        self.line = Line(self._database)
        self.notes = Notes(self._database)
        self.library = Library(self._database)
        self.forgetting = Forgetting(self._database, clock)
        self.drafts = Drafts(self._database, clock)
        self.regrets = Regrets(self._database, clock)
        self.policies = Policies(self._database, clock)
        self.pauses = Pauses(self._database, clock)
        self.cases = Cases(self._database, clock)
        self.spending = Spending(self._database)
        self.counts = Counts(self._database, clock)
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
        draft_id: VideoId | None = None,
    ) -> bool:
        """Take a video, its picture and its money in, and its arrival out, in one transaction.

        False when the command was answered otherwise meanwhile. Raises OverBudget, NotLost when
        it was to replace a video that is not lost, and DraftTaken when it was made of a draft
        that is not there any more. In each case nothing is written.
        """

        def write(connection: sa.Connection) -> bool:
            if not take_arrival(connection, video.id):
                return _is_known(connection, video.id)
            connection.execute(_INSERT, row_of(video))
            if video.retry_of is not None:
                replace_lost(connection, video.retry_of, by=video.id)
            if draft_id is not None:
                take_draft(connection, draft_id)
            hold(connection, video, price_usd=price_usd, budgets=budgets)
            if picture is not None:
                keep_picture(connection, picture, video.id)
            return True

        try:
            return await self._run(write)
        except IntegrityError:  # an earlier try was written after all
            return True

    async def is_accepted(self, video_id: VideoId) -> bool:
        """Tell whether a command became a video."""
        return await self._run(lambda connection: _is_known(connection, video_id))

    async def shown(self, video_id: VideoId, **places: int) -> Record:
        """Note where the status card (`card_id`) and the thread (`thread_id`) stand.

        Raises LookupError.
        """
        return record_of(await self._row(video_id, _CHANGE_AND_READ, **places))

    async def queued(self, video_id: VideoId) -> None:
        """Note that the engine has the video."""
        values = {"video_id": video_id, "queued_at": self._clock()}
        await self._run_single(lambda connection: connection.execute(_CHANGE, values))

    # ── the story ─────────────────────────────────────────────────────────────────────────

    async def record(self, video_id: VideoId) -> Record:
        """Return all that is written of an accepted video. Raises LookupError."""
        return record_of(await self._row(video_id))

    async def video(self, video_id: VideoId) -> Video:
        """Return an accepted video. Raises LookupError."""
        return video_of(await self._row(video_id))

    async def picture(self, video_id: VideoId) -> Picture | None:
        """Return the first frame; None when the member gave none, or it was let go."""
        return await self._run(lambda connection: read_picture(connection, video_id))

    async def begin(self, video_id: VideoId) -> Record:
        """Note that work on a video begins; the first time stays. Raises LookupError."""
        return record_of(await self._row(video_id, _BEGIN, now=self._clock()))

    async def intend_submit(self, video_id: VideoId, attempt: Attempt) -> Intent:
        """Write the intent before a submit, and tell what stands there now.

        Whoever does not get OURS must not submit.
        """
        named = {"video_id": video_id}
        intent = named | {"intent_at": self._clock(), "attempt": attempt}

        def write(connection: sa.Connection) -> Intent:
            connection.execute(_INTEND, intent)
            row = connection.execute(_STANDING, named).one_or_none()
            if row is not None and row.attempt is None:
                return Intent.NEEDLESS
            return Intent.OURS if row is not None and row.attempt == attempt else Intent.STANDING

        return await self._run(write)

    async def withdraw_submit(self, video_id: VideoId, attempt: Attempt) -> None:
        """Take this attempt's intent back: Atlas proved that it accepted nothing.

        Then the money of a video that has ended meanwhile, as called off, need not be held.
        """
        change = (
            videos.update()
            .where(videos.c.id == video_id, videos.c.attempt == attempt)
            .values(intent_at=None, attempt=None)
        )
        ended = sa.select(videos.c.id).where(videos.c.id == video_id, videos.c.outcome.is_not(None))

        def write(connection: sa.Connection) -> None:
            is_ours = connection.execute(change).rowcount > 0
            if is_ours and connection.scalar(ended) is not None:
                close_hold(connection, video_id, Hold.RELEASED)

        await self._run(write)

    async def submitted(self, video_id: VideoId, prediction_id: str, *, patience_s: float) -> None:
        """Note Atlas's id, start the clock of the deadline, and let the picture go."""
        values = taken(prediction_id, now=self._clock(), patience_s=patience_s)

        def write(connection: sa.Connection) -> None:
            connection.execute(_CHANGE, {"video_id": video_id, **values})
            let_picture_go(connection, video_id)

        await self._run(write)

    async def settle(self, video_id: VideoId, outcome: Outcome) -> None:
        """Write the outcome, and close the hold of money by it; the first outcome stays."""
        now = self._clock()
        await self._run(lambda connection: end(connection, video_id, outcome, at=now))

    async def ending(self, video_id: VideoId) -> Ending | None:
        """Return how it ended; None while it has not. Raises LookupError."""
        return ending_of(await self._row(video_id))

    async def intend_delivery(self, video_id: VideoId) -> float | None:
        """Write the intent before a delivery; return when an earlier one was written, else None.

        Raises LookupError.
        """
        now = self._clock()
        row = await self._row(video_id, _DELIVER, now=now)
        return None if row.delivering_at == now else row.delivering_at  # just now is ours

    async def delivered(self, video_id: VideoId, ending: Ending, post: Post) -> None:
        """Note that the member has been told of an ending, and by which message."""
        told = {"shown_channel_id": post.channel_id, "shown_id": post.message_id}
        await self._note_told(video_id, ending, delivered_at=self._clock(), **told)

    async def gave_up(self, video_id: VideoId, ending: Ending) -> None:
        """Note that there was no way to tell the member of an ending; the outcome is kept."""
        await self._note_told(video_id, ending, given_up_at=self._clock())

    async def _row(
        self, video_id: VideoId, statement: sa.Executable = _ROW, **values: Any
    ) -> sa.Row[Any]:
        """Return what stands there now, after a change where there is one. Raises LookupError."""
        values |= {"video_id": video_id}
        row = await self._run_single(lambda c: c.execute(statement, values).one_or_none())
        if row is None:
            raise LookupError(f"no video {video_id}")
        return row

    async def _note_told(self, video_id: VideoId, ending: Ending, **values: Any) -> None:
        """A story that was opened again since then is not closed by what is told late."""
        unchanged = (videos.c.id == video_id) & (videos.c.settled_at == ending.settled_at)
        change = videos.update().where(unchanged).values(values)
        await self._run_single(lambda connection: connection.execute(change))


def _is_known(connection: sa.Connection, video_id: VideoId) -> bool:
    return connection.scalar(sa.select(videos.c.id).where(videos.c.id == video_id)) is not None
