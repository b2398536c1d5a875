"""A bell for each video: rung in any process, heard where somebody waits for the video.

Within a process it is an event. Between processes PostgreSQL carries it (NOTIFY, LISTEN) on a
connection of its own; a ring that gets lost with that connection costs a poll's pause, no more.
https://www.postgresql.org/docs/current/sql-notify.html
"""

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

import psycopg
import sqlalchemy as sa

from bot.model import VideoId
from bot.store._database import Database

log = logging.getLogger(__name__)

_CHANNEL: Final = "firstframe_bell"
_LOOK_S: Final = 1.0
_PAUSE_S: Final = 5.0
_KEPT: Final = 10_000


class Bell:
    """Wakes who waits for a video, in whichever process that is."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rung = defaultdict[VideoId, set[asyncio.Event]](set)
        self._unheard = dict[VideoId, None]()  # in order; a set has none
        self._stopping = threading.Event()
        self._ear: threading.Thread | None = None

    def open(self) -> None:
        """Listen for the other processes, where there may be some."""
        if self._database.is_shared:
            wake = _in_loop(self._wake)
            self._ear = threading.Thread(
                target=self._listen, args=(wake,), name="bell", daemon=True
            )
            self._ear.start()

    def close(self) -> None:
        """Stop listening."""
        self._stopping.set()
        if self._ear is not None:
            self._ear.join()

    async def ring(self, video_id: VideoId) -> None:
        """Wake who waits for a video."""
        self._wake(video_id)
        if self._database.is_shared:
            notify = sa.select(sa.func.pg_notify(_CHANNEL, str(video_id)))
            await self._database.run(lambda connection: connection.execute(notify))

    @contextmanager
    def heard(self, video_id: VideoId) -> Generator[asyncio.Event]:
        """Lend an event that is set at each ring, until the `with` ends.

        It is set already if the bell was rung while nobody listened, or if who listened before
        left it set.
        """
        rung = asyncio.Event()
        if video_id in self._unheard:
            del self._unheard[video_id]
            rung.set()
        self._rung[video_id].add(rung)
        try:
            yield rung
        finally:
            self._rung[video_id].discard(rung)
            if not self._rung[video_id]:
                del self._rung[video_id]
            if rung.is_set():
                self._keep(video_id)

    def _wake(self, video_id: VideoId) -> None:
        for rung in self._rung.get(video_id, ()):
            rung.set()
        if video_id not in self._rung:
            self._keep(video_id)

    def _keep(self, video_id: VideoId) -> None:
        """Keep a ring for who listens next; of many, the last ones."""
        self._unheard[video_id] = None
        if len(self._unheard) > _KEPT:
            del self._unheard[next(iter(self._unheard))]

    def _listen(self, wake: Callable[[VideoId], None]) -> None:
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._database.conninfo, autocommit=True) as connection:
                    connection.execute(f"LISTEN {_CHANNEL}")
                    while not self._stopping.is_set():
                        for note in connection.notifies(timeout=_LOOK_S):
                            wake(VideoId(int(note.payload)))
            except psycopg.Error as error:
                log.warning("bell not heard reason=%s", type(error).__name__)
                self._stopping.wait(_PAUSE_S)


def _in_loop(wake: Callable[[VideoId], None]) -> Callable[[VideoId], None]:
    """Return a way to call it in this loop from another thread, also when the loop is gone."""
    loop = asyncio.get_running_loop()

    def call(video_id: VideoId) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(wake, video_id)

    return call
