"""The durable engine: runs the story of each video, goes on after a crash, keeps the line fair.

A narrow seam around dbos: start, begin, take a place, halt, close. It is one global per process,
so only one engine may run at a time. https://docs.dbos.dev/python
"""

import asyncio
import logging
import secrets
import threading
from collections.abc import Awaitable, Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from dbos import DBOS, DBOSConfig, DBOSContextSetAuth, SetEnqueueOptions, SetWorkflowID
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import DatabaseAway, TakenOver
from bot.model import VideoId
from bot.pipeline._entrance import Entrance
from bot.pipeline._keeper import Keeper
from bot.pipeline._lease import open_lease
from bot.pipeline._ledger import APPLICATION, Ledger, ask
from bot.pipeline._look import outside
from bot.pipeline._places import LEAVE_LINE, LINE, RESUMED, Limits
from bot.pipeline._watchdog import Watchdog
from bot.store import open_engine

log = logging.getLogger(__name__)

_VERSION: Final = "1"
"""The same for ever: the engine would keep versions apart, but ours share their work."""

_QUIET: Final = logging.NullHandler()  # dbos adds a handler of its own where it finds none
_QUEUE_LOOK_S: Final = 0.5
_RESUMED_PER_S: Final = 250
"""How many videos of dead processes come back in a second."""
_LISTEN_S: Final = 0.1
_CONNECTIONS: Final = 8
_THREADS: Final = 12
_FROZEN_AFTER_S: Final = 60.0
_START_PAUSE_S: Final = 2.0
_CONFIRM_PAUSE_S: Final = 1.0

Telling = Callable[[VideoId], Awaitable[None]]


class Engine:
    """One process's share of the work. `max_in_flight` and `max_per_user` hold over all."""

    def __init__(
        self,
        *,
        database_url: str,
        process_name: str,
        max_in_flight: int,
        max_per_user: int,
        is_traced: bool = False,
        frozen_after_s: float = _FROZEN_AFTER_S,
    ) -> None:
        self._url = database_url
        self._owner = f"{process_name}-{secrets.token_hex(4)}"
        self._limits = Limits(in_all=max_in_flight, per_member=min(max_per_user, max_in_flight))
        self._is_traced = is_traced
        self._lease = open_lease(database_url, owner=self._owner)
        self._database = open_engine(database_url, connections=_CONNECTIONS)
        # Below that, dbos quotes the database's URL, and a password in its query.
        logging.getLogger("dbos").setLevel(logging.WARNING)
        self._ledger = Ledger(self._database)
        self._keeper = Keeper(self._lease, self._ledger, owner=self._owner, told=self._told)
        self._entrance = Entrance(self._ledger, self._limits)
        self._watchdog = Watchdog(patience_s=frozen_after_s)
        self._destroying = threading.Lock()
        self._is_stopping = False
        self._running = dict[VideoId, asyncio.Task[Any]]()

    async def start(self, tell: Telling) -> None:
        """Take the lease, start working, and adopt what dead processes left.

        Waits for a database that is away, until it is cancelled. Raises DatabaseTaken when
        another bot runs on the same SQLite file.
        """
        logging.getLogger("dbos").addHandler(_QUIET)
        while True:
            try:
                await self._launch(tell)
                break
            except DBAPIError as error:
                log.warning("engine not started yet reason=%s", type(error).__name__)
                await asyncio.to_thread(self._destroy)
                _give_back_threads()
            await asyncio.sleep(_START_PAUSE_S)
        self._keeper.start()
        self._watchdog.start()

    async def _launch(self, tell: Telling) -> None:
        await asyncio.to_thread(self._lease.hold)
        DBOS(config=self._config())

        @DBOS.workflow(name="make_video")
        async def make_video(video_id: int) -> None:
            with self._counted(VideoId(video_id)):
                await self._entrance.wait_for_turn()
                await tell(VideoId(video_id))

        self._make_video = make_video
        # It takes the loop that runs here for its own, and holds it up while it waits for the
        # database, which was there a moment ago; the deadline of a stop does not need the loop.
        with _hushed():
            DBOS.launch()
        await self._register_queues()

    @property
    def is_working(self) -> bool:
        """Whether it takes videos from the line, and its lease is held."""
        return self._keeper.is_well and not self._is_stopping

    async def begin(self, video_id: VideoId, *, member_id: int) -> bool:
        """Begin a video's story where there is room, else put it in line; False when it has one.

        Of those who come at one moment, more may begin than there is room for: the entrance holds
        the limits. Raises DatabaseAway when it cannot look.
        """
        crowd = await ask(partial(self._ledger.crowd, video_id, member_id=member_id))
        if crowd is None:
            return False
        has_room = not self._is_stopping and self._limits.have_room_beside(crowd)
        begin = self._begin_at_once if has_room else self._put_in_line
        await outside(begin(video_id, str(member_id)), name=f"begin {video_id}")
        return True

    async def _begin_at_once(self, video_id: VideoId, member: str) -> None:
        with SetWorkflowID(str(video_id)), DBOSContextSetAuth(member, None):
            await DBOS.start_workflow_async(self._make_video, video_id)

    async def _put_in_line(self, video_id: VideoId, member: str) -> None:
        with SetWorkflowID(str(video_id)), SetEnqueueOptions(queue_partition_key=member):
            await DBOS.enqueue_workflow_async(LINE, self._make_video, video_id)

    async def begin_anew(self, video_id: VideoId, *, member_id: int) -> bool:
        """Begin a story that is unknown or ended; False when it goes on or waits."""
        return await self.begin(video_id, member_id=member_id) or await ask(
            partial(self._ledger.begin_anew, video_id, member_id=member_id)
        )

    async def stranded(self, video_ids: Iterable[VideoId]) -> list[VideoId]:
        """Return those that no process works on and that do not wait in line."""
        return await ask(partial(self._ledger.stranded, video_ids))

    async def forget(self, *, before: float) -> int:
        """Forget some stories that ended before that moment; return how many."""
        return await ask(partial(self._ledger.forget, before=before))

    async def forget_videos(self, video_ids: Iterable[VideoId]) -> None:
        """Forget the stories of these videos that ended; the rest go in time with all others."""
        await ask(partial(self._ledger.forget_videos, video_ids))

    async def take_place(self, video_id: VideoId) -> None:
        """Wait until the video may go to Atlas, and note that it has left the line.

        So it keeps its place, whatever becomes of us. To be called in its story. Raises
        DatabaseAway when that cannot be noted.
        """
        try:
            await self._entrance.wait_for_place(video_id)
            await DBOS.run_step_async({"name": LEAVE_LINE}, _nothing)
        except Exception as error:  # nothing is wrong with the video
            raise DatabaseAway(type(error).__name__) from error

    async def confirm(self, video_id: VideoId) -> None:
        """Raise TakenOver when we were thought dead, and others tell this story.

        Waits for a database that is away.
        """
        while True:
            try:
                is_ours = await ask(partial(self._ledger.is_at_work, self._owner, video_id))
                break
            except DatabaseAway:
                await asyncio.sleep(_CONFIRM_PAUSE_S)
        if not is_ours:
            raise TakenOver(f"video {video_id}")

    async def halt(self) -> None:
        """Stop working; whatever is not finished goes on with the next start."""
        self._is_stopping = True
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        """Let others take over: from here on this process counts as dead."""
        self._watchdog.stop()
        await asyncio.to_thread(self._close)
        _give_back_threads()

    def _close(self) -> None:
        self._keeper.stop()
        self._destroy()
        self._keeper.hand_over()
        self._ledger.close()
        self._lease.release()
        # A thread of dbos may still hold a connection: it is closed when it comes back.
        event.listen(self._database.pool, "checkin", _let_go)
        self._database.dispose()

    def _destroy(self) -> None:
        """End dbos; a start that was cancelled may still be about it on its own thread."""
        with self._destroying:
            DBOS.destroy(destroy_registry=True)

    @contextmanager
    def _counted(self, video_id: VideoId) -> Generator[None]:
        """Keep the current task where `halt` finds it.

        Nothing is begun once stopping, nor a second time here: the engine may give us a video
        again, or late, when the database was away between a commit and its answer.
        """
        task = asyncio.current_task()
        if task is None or self._is_stopping or video_id in self._running:
            raise asyncio.CancelledError
        self._running[video_id] = task
        try:
            yield
        finally:
            del self._running[video_id]

    def _told(self) -> set[VideoId]:
        return set(self._running)  # at one stroke: the keeper's thread asks

    async def _register_queues(self) -> None:
        await DBOS.register_queue_async(
            LINE,
            global_concurrency=self._limits.in_all,
            partition_concurrency=self._limits.per_member,
            polling_interval_sec=_QUEUE_LOOK_S,
            on_conflict="always_update",
        )
        await DBOS.register_queue_async(
            RESUMED,
            limiter={"limit": _RESUMED_PER_S, "period": 1.0},
            polling_interval_sec=_QUEUE_LOOK_S,
            on_conflict="always_update",
        )

    def _config(self) -> DBOSConfig:
        return {
            "name": APPLICATION,
            "system_database_url": self._url,
            "system_database_engine": self._database,
            "application_version": _VERSION,
            "executor_id": self._owner,
            "max_executor_threads": _THREADS,
            # It listens for what we never send; on SQLite, a stop waits until it has looked.
            "notification_listener_polling_interval_sec": _LISTEN_S,
            "log_level": "ERROR",  # until it is launched: it warns that only traces are sent
            "enable_otlp": self._is_traced,
        }


def _nothing() -> None:
    """Be a step without work: what counts is that dbos notes it, if the video is still ours."""


@contextmanager
def _hushed() -> Generator[None]:
    """Keep dbos from telling with a traceback what we tell in a line."""
    logger = logging.getLogger("dbos")
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(logging.WARNING)


def _give_back_threads() -> None:
    """dbos makes its own threads the loop's default ones, and at its end shuts them down."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())


def _let_go(_connection: object, record: ConnectionPoolEntry) -> None:
    record.invalidate()
