"""The durable engine: runs the story of each video, goes on after a crash, keeps the line fair.

A narrow seam around dbos: start, enqueue, step, halt, close. It is one global per process, so
only one engine may run at a time. https://docs.dbos.dev/python
"""

import asyncio
import logging
import secrets
import threading
from collections.abc import Awaitable, Callable, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final, TypeVar, TypeVarTuple

import sqlalchemy as sa
from dbos import (
    DBOS,
    DBOSConfig,
    SetEnqueueOptions,
    SetWorkflowID,
    StepOptions,
    WorkflowStatus,
)
from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry

from bot.model import VideoId
from bot.pipeline._lease import open_lease
from bot.store import open_engine

log = logging.getLogger(__name__)

STORY_VERSION: Final = "1"
"""Raised when the steps of the story change; videos in flight keep the story they began with."""

_QUIET: Final = logging.NullHandler()  # dbos adds a handler of its own where it finds none
_QUEUE: Final = "videos"
_QUEUE_LOOK_S: Final = 0.5
_CONNECTIONS: Final = 8
_THREADS: Final = 24
_LEASE_LOOK_S: Final = 5.0

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Telling = Callable[[VideoId], Awaitable[None]]


class Engine:
    """One process's share of the work. `max_in_flight` and `max_per_user` hold over all."""

    def __init__(
        self, *, database_url: str, process_name: str, max_in_flight: int, max_per_user: int
    ) -> None:
        self._url = database_url
        self._owner = f"{process_name}-{secrets.token_hex(4)}"
        self._max_in_flight = max_in_flight
        self._max_per_user = max_per_user
        self._lease = open_lease(database_url, owner=self._owner)
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep_lease, name="lease", daemon=True)
        self._running = set[asyncio.Task[Any]]()
        self._database: sa.Engine | None = None

    async def start(self, tell: Telling) -> None:
        """Take the lease, start working, and adopt what dead processes left.

        Raises DatabaseTaken when another bot runs on the same SQLite file.
        """
        await asyncio.to_thread(self._lease.hold)
        self._database = open_engine(self._url, connections=_CONNECTIONS)
        logging.getLogger("dbos").addHandler(_QUIET)
        DBOS(config=self._config(self._database))

        @DBOS.workflow(name="make_video")
        async def make_video(video_id: int) -> None:
            with self._counted():
                await tell(VideoId(video_id))

        self._make_video = make_video
        DBOS.launch()
        await DBOS.register_queue_async(
            _QUEUE,
            global_concurrency=self._max_in_flight,
            partition_concurrency=min(self._max_per_user, self._max_in_flight),
            polling_interval_sec=_QUEUE_LOOK_S,
            on_conflict="always_update",
        )
        self._keeper.start()

    async def enqueue(self, video_id: VideoId, *, member_id: int) -> None:
        """Put a video in line; a second time changes nothing."""
        with SetWorkflowID(str(video_id)), SetEnqueueOptions(queue_partition_key=str(member_id)):
            await DBOS.enqueue_workflow_async(_QUEUE, self._make_video, video_id)

    async def step(
        self,
        work: Callable[[VideoId, *Ts], Coroutine[Any, Any, T]],
        video_id: VideoId,
        *values: *Ts,
        preemptible: bool = False,
    ) -> T:
        """Run one step of the story; after a crash, return what it returned before.

        A step that had not returned yet runs again. A preemptible one ends when the video is
        called off.
        """
        options: StepOptions = {"name": work.__name__, "preemptible": preemptible}
        return await DBOS.run_step_async(options, work, video_id, *values)

    async def halt(self) -> None:
        """Stop working; whatever is not finished goes on with the next start."""
        self._stopping.set()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def close(self) -> None:
        """Let others take over: from here on this process counts as dead."""
        await asyncio.to_thread(self._close)
        # dbos made its own threads the loop's default ones, and has just shut them down.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())

    def _close(self) -> None:
        if self._keeper.is_alive():
            self._keeper.join()
        DBOS.destroy(destroy_registry=True)
        self._lease.release()
        if self._database is not None:
            # A thread of dbos may still hold a connection: it is closed when it comes back.
            event.listen(self._database.pool, "checkin", _let_go)
            self._database.dispose()

    @contextmanager
    def _counted(self) -> Generator[None]:
        """Keep the current task where `halt` finds it; begin nothing once stopping."""
        task = asyncio.current_task()
        if task is None or self._stopping.is_set():
            raise asyncio.CancelledError
        self._running.add(task)
        try:
            yield
        finally:
            self._running.discard(task)

    def _config(self, database: sa.Engine) -> DBOSConfig:
        return {
            "name": "firstframe",
            "system_database_url": self._url,
            "system_database_engine": database,
            "application_version": STORY_VERSION,
            "executor_id": self._owner,
            "max_executor_threads": _THREADS,
            "log_level": "WARNING",
        }

    def _keep_lease(self) -> None:
        """Hold our lease, and take over from those who lost theirs, until the engine stops."""
        while True:
            try:
                self._lease.hold()
                self._adopt()
            except Exception:
                log.exception("lease not renewed process=%s", self._owner)
            if self._stopping.wait(_LEASE_LOOK_S):
                return

    def _adopt(self) -> None:
        """Put the videos of dead processes back in line, each owner's under its lock."""
        owners = {str(video.executor_id) for video in _pending()} - {self._owner}
        for owner in owners:
            with self._lease.inherit(owner) as is_ours:
                for video in _pending(owner) if is_ours else ():
                    log.info("video taken over id=%s", video.workflow_id)
                    DBOS.resume_workflow(video.workflow_id, queue_name=_QUEUE)


def _let_go(_connection: object, record: ConnectionPoolEntry) -> None:
    record.invalidate()


def _pending(owner: str | None = None) -> list[WorkflowStatus]:
    """Return the videos that some process, or that one, is working on."""
    return DBOS.list_workflows(
        status="PENDING", executor_id=owner, load_input=False, load_output=False
    )
