"""What the engine has written about the videos: whose each is, and which can be begun anew.

The result of a step is read by nobody but the process that ran it: whatever is taken up again is
told from its first step, because our own store knows how far it came. So a story may change its
steps, and versions of it may run side by side.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

import sqlalchemy as sa
from dbos import DBOSClient, WorkflowStatus
from dbos import error as dbos_error

from bot.model import VideoId

log = logging.getLogger(__name__)

APPLICATION: Final = "firstframe"
LINE: Final = "videos"
"""The queue of those who wait; MAX_IN_FLIGHT and MAX_PER_USER hold on it."""
RESUMED: Final = "resumed"
"""The queue of those who had left the line when their process died: they have their places."""

_PENDING: Final = "PENDING"
_CANCELLED: Final = "CANCELLED"
_QUEUED: Final = ("ENQUEUED", "DELAYED")
_ENDED: Final = ("SUCCESS", "ERROR", _CANCELLED, "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_FORGET_AT_ONCE: Final = 500
_MOVED_WITHIN_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A video that a process works on, or that waits on a queue."""

    video_id: VideoId
    member: str | None
    owner: str
    queue: str | None
    turn: tuple[int, str]
    """Sorts those who left the line, earliest first."""

    @classmethod
    def of(cls, status: WorkflowStatus) -> Self:
        return cls(
            video_id=VideoId(int(status.workflow_id)),
            member=status.queue_partition_key,
            owner=str(status.executor_id),
            queue=status.queue_name,
            turn=(status.dequeued_at or 0, status.workflow_id),
        )


def has_room(video_id: VideoId, entries: Sequence[Entry], *, in_all: int, per_member: int) -> bool:
    """Tell whether fewer than the limits have a place before this one; those resumed come first."""
    mine = next((entry for entry in entries if entry.video_id == video_id), None)
    if mine is None or mine.queue == RESUMED:
        return True
    before = [entry for entry in entries if entry.queue == RESUMED or entry.turn < mine.turn]
    of_member = sum(entry.member == mine.member for entry in before)
    return len(before) < in_all and of_member < per_member


class Ledger:
    """Reads and changes the engine's rows; an error of the database is raised at once."""

    def __init__(self, database: sa.Engine) -> None:
        self._client = DBOSClient(
            system_database_engine=database,
            application_name=APPLICATION,
            retry_connection_errors=False,
            lazy=True,
        )

    def close(self) -> None:
        self._client.destroy()

    def at_work(self, owner: str | None = None) -> list[Entry]:
        """Return the videos that some process, or that one, works on."""
        return self._entries((_PENDING,), owner=owner)

    def places(self) -> list[Entry]:
        """Return who has left the line, and perhaps some who just ended.

        Read along the way that a video goes when it is taken over, so that none is missed.
        """
        working = self._entries((_PENDING,))
        moving = self._entries((_CANCELLED,), ended_after=_iso(time.time() - _MOVED_WITHIN_S))
        resumed = self._entries((*_QUEUED, _PENDING), queue=RESUMED)
        return list({entry.video_id: entry for entry in (*resumed, *moving, *working)}.values())

    def stranded(self, video_ids: Iterable[VideoId]) -> list[VideoId]:
        """Return those that no process works on, and that wait on no queue."""
        wanted = list(video_ids)
        known = self._entries((_PENDING, *_QUEUED), ids=wanted)
        return [id_ for id_ in wanted if id_ not in {entry.video_id for entry in known}]

    def begin_anew(self, video_id: VideoId, *, member: str | None, queue: str) -> bool:
        """Put an ended story on a queue, from its first step; False when it goes on."""
        try:
            self._client.rewind_workflow(
                str(video_id), queue_name=queue, queue_partition_key=member
            )
        except dbos_error.DBOSException:  # it has not ended, or another process was quicker
            return False
        return True

    def take_over(self, entry: Entry) -> None:
        """Put the story of a dead process on a queue, from its first step."""
        has_place = entry.queue == RESUMED or self._has_begun(entry.video_id)
        self._client.cancel_workflow(str(entry.video_id))
        queue = RESUMED if has_place else LINE
        self.begin_anew(entry.video_id, member=entry.member, queue=queue)
        log.info("video taken over id=%s", entry.video_id)

    def forget(self, *, before: float) -> int:
        """Delete some stories that ended before that moment; return how many."""
        ended = self._client.list_workflows(
            status=list(_ENDED),
            completed_before=_iso(before),
            limit=_FORGET_AT_ONCE,
            load_input=False,
            load_output=False,
        )
        if ended:
            self._client.delete_workflows([status.workflow_id for status in ended])
        return len(ended)

    def forget_videos(self, video_ids: Iterable[VideoId]) -> None:
        """Delete the stories of these videos that ended."""
        known = self._entries(_ENDED, ids=list(video_ids))
        if known:
            self._client.delete_workflows([str(entry.video_id) for entry in known])

    def _has_begun(self, video_id: VideoId) -> bool:
        return bool(self._client.list_workflow_steps(str(video_id), load_output=False, limit=1))

    def _entries(
        self,
        statuses: Sequence[str],
        *,
        ids: Sequence[VideoId] | None = None,
        owner: str | None = None,
        queue: str | None = None,
        ended_after: str | None = None,
    ) -> list[Entry]:
        if ids is not None and not ids:
            return []  # to the engine, no ids are all ids
        found = self._client.list_workflows(
            workflow_ids=None if ids is None else [str(id_) for id_ in ids],
            status=list(statuses),
            executor_id=owner,
            queue_name=queue,
            completed_after=ended_after,
            load_input=False,
            load_output=False,
        )
        return [Entry.of(status) for status in found]


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
