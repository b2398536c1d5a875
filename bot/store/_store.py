"""One method per thing that happens to a video, each a short transaction on a thread."""

import asyncio
import logging
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import FirstframeError
from bot.model import (
    Arrival,
    Outcome,
    Submission,
    Video,
    VideoId,
    outcome_from_plain,
    outcome_to_plain,
)
from bot.picture import Picture
from bot.store._schema import (
    arrivals,
    notes,
    open_engine,
    pictures,
    row_of,
    schema,
    video_of,
    videos,
)

log = logging.getLogger(__name__)

T = TypeVar("T")

_THREADS: Final = 4
_LONGEST_PAUSE_S: Final = 5.0
_WAITING: Final = videos.c.begun_at.is_(None) & videos.c.outcome.is_(None)


class TooSlow(FirstframeError):
    """The write was given up, and left nothing behind."""


class Store:
    """The tables, one method per thing that happens to a video.

    While the database is away, methods wait for it, those of a story as long as it takes.
    """

    def __init__(self, url: str, *, clock: Callable[[], float] = time.time) -> None:
        self._engine = open_engine(url, connections=_THREADS)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="store")
        self._clock = clock

    async def open(self) -> None:
        """Create what is missing."""
        await self._run(schema.create_all)

    def close(self) -> None:
        """Finish what runs and close all connections."""
        self._threads.shutdown(wait=True)
        self._engine.dispose()

    # ── arrivals ──────────────────────────────────────────────────────────────────────────

    async def arrive(self, arrival: Arrival, *, within_s: float) -> bool:
        """Write down a command; False when it was written down before.

        Raises TooSlow, and writes nothing, when it cannot be done in time.
        """
        give_up_at = time.monotonic() + within_s

        def write(connection: sa.Connection) -> bool:
            row = {"id": arrival.id, "asked_at": arrival.asked_at, "wish": arrival.to_plain()}
            connection.execute(arrivals.insert().values(row))
            if time.monotonic() > give_up_at:
                raise TooSlow
            return True

        try:
            async with asyncio.timeout(within_s):
                return await self._run(write, patience_s=0)
        except IntegrityError:
            return False
        except (TimeoutError, DBAPIError, PoolTimeout) as error:
            raise TooSlow from error

    async def answered(self, arrival_id: VideoId) -> None:
        """Note that a command got its answer and needs nothing more."""
        change = arrivals.update().where(arrivals.c.id == arrival_id).values(wish=None)
        await self._run(lambda connection: connection.execute(change))

    async def unanswered(self) -> list[Arrival]:
        """Return the commands that a stopped process left behind, oldest first."""
        query = (
            sa.select(arrivals.c.wish)
            .where(arrivals.c.wish.is_not(None))
            .order_by(arrivals.c.asked_at)
        )
        wishes = await self._run(lambda connection: connection.scalars(query).all())
        return [Arrival.from_plain(wish) for wish in wishes]

    # ── acceptance ────────────────────────────────────────────────────────────────────────

    async def accept(self, video: Video, picture: Picture | None) -> None:
        """Take a video and its picture in, and its arrival out, in one transaction."""

        def write(connection: sa.Connection) -> None:
            connection.execute(videos.insert().values(row_of(video)))
            if picture is not None:
                row = {"video_id": video.id, "content": picture.content}
                row |= {name: getattr(picture, name) for name in ("media_type", "width", "height")}
                connection.execute(pictures.insert().values(row))
            connection.execute(arrivals.update().where(arrivals.c.id == video.id).values(wish=None))

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

    async def unqueued(self) -> list[Video]:
        """Return accepted videos that the engine never got, oldest first."""
        unfinished = videos.c.queued_at.is_(None) & videos.c.outcome.is_(None)
        query = sa.select(videos).where(unfinished).order_by(videos.c.accepted_at)
        rows = await self._run(lambda connection: connection.execute(query).all())
        return [video_of(row) for row in rows]

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

    async def intend_submit(self, video_id: VideoId) -> bool:
        """Write the intent before a submit; False when one stands already.

        Whoever gets False must not submit: an earlier attempt may have been accepted.
        """
        change = (
            videos.update()
            .where(videos.c.id == video_id, videos.c.intent_at.is_(None))
            .values(intent_at=self._clock())
        )
        return await self._run(lambda connection: connection.execute(change).rowcount == 1)

    async def withdraw_submit(self, video_id: VideoId) -> None:
        """Take the intent back: Atlas proved that it accepted nothing."""
        await self._change(video_id, intent_at=None)

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
            connection.execute(pictures.delete().where(pictures.c.video_id == video_id))

        await self._run(write)

    async def submission(self, video_id: VideoId) -> Submission | None:
        """Return what Atlas accepted; None before the submit."""
        row = await self._record(video_id)
        if row.prediction_id is None:
            return None
        return Submission(row.prediction_id, row.submitted_at, row.deadline_at)

    async def settle(self, video_id: VideoId, outcome: Outcome) -> None:
        """Write the outcome; the first one stays."""
        values = {"outcome": outcome_to_plain(outcome), "settled_at": self._clock()}

        def write(connection: sa.Connection) -> None:
            open_video = (videos.c.id == video_id) & videos.c.outcome.is_(None)
            connection.execute(videos.update().where(open_video).values(values))
            connection.execute(pictures.delete().where(pictures.c.video_id == video_id))

        await self._run(write)

    async def outcome(self, video_id: VideoId) -> tuple[Outcome, float]:
        """Return how it ended, and the seconds since Atlas took it, or since its turn came."""
        row = await self._record(video_id)
        began = row.submitted_at or row.begun_at or row.accepted_at
        return outcome_from_plain(row.outcome), row.settled_at - began

    async def intend_delivery(self, video_id: VideoId) -> float | None:
        """Write the intent before a delivery; return when an earlier one was written, else None."""
        earlier = (await self._record(video_id)).delivering_at
        if earlier is None:
            await self._change(video_id, delivering_at=self._clock())
        return earlier

    async def delivered(self, video_id: VideoId) -> None:
        """Note that the member has been told."""
        await self._change(video_id, delivered_at=self._clock())

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
            connection.execute(notes.delete().where(notes.c.name == name))
            connection.execute(notes.insert().values(name=name, value=value))

        await self._run(write)

    async def _record(self, video_id: VideoId) -> sa.Row[Any]:
        query = sa.select(videos).where(videos.c.id == video_id)
        row = await self._run(lambda connection: connection.execute(query).one_or_none())
        if row is None:
            raise LookupError(f"no video {video_id}")
        return row

    async def _change(self, video_id: VideoId, **values: Any) -> None:
        change = videos.update().where(videos.c.id == video_id).values(values)
        await self._run(lambda connection: connection.execute(change))

    async def _run(self, work: Callable[[sa.Connection], T], *, patience_s: float = math.inf) -> T:
        """Do `work` in a transaction, again while the database is away or locked."""
        give_up_at, pause_s = time.monotonic() + patience_s, 0.1
        while True:
            try:
                return await asyncio.get_running_loop().run_in_executor(
                    self._threads, self._transact, work
                )
            except (OperationalError, InterfaceError, PoolTimeout) as error:
                if time.monotonic() + pause_s > give_up_at:
                    raise
                log.warning("database away reason=%s", type(error).__name__)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def _transact(self, work: Callable[[sa.Connection], T]) -> T:
        with self._engine.begin() as connection:
            return work(connection)
