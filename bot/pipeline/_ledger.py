"""What the engine has written about the videos: whose each is, and which can be begun anew.

Whatever is taken up again is told from its beginning, because our own store knows how far it
came. All that the engine notes of it is that it has left the line. So a story may change, and
versions of it may run side by side.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from dbos import DBOSClient
from dbos import error as dbos_error
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import DatabaseAway
from bot.model import VideoId
from bot.pipeline._places import LEAVE_LINE, LINE, RESUMED, Crowd, Entry

log = logging.getLogger(__name__)

T = TypeVar("T")

APPLICATION: Final = "firstframe"

_ENDED: Final = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_AT_ONCE: Final = 500
_MOVED_WITHIN_S: Final = 30.0

# https://docs.dbos.dev/explanations/system-tables
_tables: Final = sa.MetaData(schema="dbos")
_stories: Final = sa.Table(
    "workflow_status",
    _tables,
    sa.Column("workflow_uuid", sa.Text),
    sa.Column("status", sa.Text),
    sa.Column("queue_name", sa.Text),
    sa.Column("queue_partition_key", sa.Text),
    sa.Column("authenticated_user", sa.Text),
    sa.Column("executor_id", sa.Text),
    sa.Column("owner_xid", sa.Text),
    sa.Column("application_name", sa.Text),
    sa.Column("recovery_attempts", sa.BigInteger),
    sa.Column("created_at", sa.BigInteger),
    sa.Column("started_at_epoch_ms", sa.BigInteger),
    sa.Column("updated_at", sa.BigInteger),
    sa.Column("completed_at", sa.BigInteger),
)
_steps: Final = sa.Table(
    "operation_outputs",
    _tables,
    sa.Column("workflow_uuid", sa.Text),
    sa.Column("function_name", sa.Text),
)
_is_ours: Final = _stories.c.application_name == APPLICATION
# In the words of the engine's indexes, which are of those that are under way.
_ENQUEUED: Final = sa.literal_column("'ENQUEUED'", sa.Text)
_PENDING: Final = sa.literal_column("'PENDING'", sa.Text)
_is_working: Final = _is_ours & (_stories.c.status == _PENDING)
_is_under_way: Final = _is_ours & _stories.c.status.in_([_ENQUEUED, _PENDING])
_is_resumed: Final = _stories.c.queue_name == RESUMED
# Whoever came by the line has its member as the partition; whoever began at once, as the user.
_member: Final = sa.func.coalesce(_stories.c.queue_partition_key, _stories.c.authenticated_user)
_began_at: Final = sa.func.coalesce(_stories.c.started_at_epoch_ms, _stories.c.created_at)
_has_place: Final = _is_resumed | sa.exists().where(
    _steps.c.workflow_uuid == _stories.c.workflow_uuid, _steps.c.function_name == LEAVE_LINE
)
_MOVED_AFTER: Final = sa.bindparam("moved_after", type_=sa.BigInteger)

_CROWD: Final = sa.select(
    sa.exists().where(_stories.c.workflow_uuid == sa.bindparam("video_id")),
    sa.func.count(),
    sa.func.count(sa.case((_member == sa.bindparam("member_id"), 1))),
).where(_is_under_way)


def _who_left_the_line(*columns: sa.ColumnElement[Any]) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """Select who has left the line, and perhaps some who just ended.

    All at one moment, so that none is missed who is just being taken over; a process of an older
    version does that by way of `CANCELLED`. The parts share no row, so each is counted once.
    """
    is_moving = (_stories.c.status == "CANCELLED") & (_stories.c.completed_at > _MOVED_AFTER)
    which = (
        _is_working,
        _is_under_way & _is_resumed & (_stories.c.status == _ENQUEUED),
        _is_ours & is_moving,
    )
    return sa.union_all(*(sa.select(*columns).where(one) for one in which))


_PLACES: Final = _who_left_the_line(_stories.c.workflow_uuid, _member, _has_place, _began_at)
_left: Final = _who_left_the_line(_member.label("member")).subquery()
_of_each: Final = (
    sa.select(sa.func.count().label("videos"))
    .select_from(_left)
    .group_by(_left.c.member)
    .subquery()
)
_CROWD_PAST_LINE: Final = sa.select(
    sa.func.coalesce(sa.func.sum(_of_each.c.videos), 0),
    sa.func.coalesce(sa.func.max(_of_each.c.videos), 0),
)


class Ledger:
    """Reads and changes the engine's rows; an error of the database is raised at once.

    What may be many at once is read and changed in its tables, the rest through its client.
    """

    def __init__(self, database: sa.Engine) -> None:
        has_schemas = database.dialect.name == "postgresql"
        places = {} if has_schemas else {_tables.schema: None}
        self._database = database.execution_options(schema_translate_map=places)
        self._client = DBOSClient(
            system_database_engine=database,
            application_name=APPLICATION,
            retry_connection_errors=False,
            lazy=True,
        )

    def close(self) -> None:
        self._client.destroy()

    def owners(self) -> set[str]:
        """Return the processes that work on a video, or died of it."""
        query = sa.select(_stories.c.executor_id).where(_is_working).distinct()
        with self._database.connect() as connection:
            return {str(owner) for owner in connection.scalars(query)}

    def at_work(self, owner: str) -> list[VideoId]:
        """Return the videos that a process works on."""
        query = sa.select(_stories.c.workflow_uuid).where(_is_working, _is_of(owner))
        with self._database.connect() as connection:
            return [VideoId(int(id_)) for id_ in connection.scalars(query)]

    def is_at_work(self, owner: str, video_id: VideoId) -> bool:
        """Tell whether a process works on a video."""
        is_named = _stories.c.workflow_uuid == str(video_id)
        query = sa.select(_stories.c.workflow_uuid).where(is_named, _is_working, _is_of(owner))
        with self._database.connect() as connection:
            return connection.scalar(query) is not None

    def crowd(self, video_id: VideoId, *, member_id: int) -> Crowd | None:
        """Return how many wait or are made, in all and of a member.

        None when this video has a story already, even one that ended.
        """
        asked = {"video_id": str(video_id), "member_id": str(member_id)}
        with self._database.connect() as connection:
            is_known, in_all, of_member = connection.execute(_CROWD, asked).one()
        return None if is_known else Crowd(in_all, of_member)

    def places(self) -> list[Entry]:
        """Return who has left the line, and perhaps some who just ended."""
        with self._database.connect() as connection:
            return [
                Entry(VideoId(int(id_)), member, bool(has_place), (began_at, id_))
                for id_, member, has_place, began_at in connection.execute(_PLACES, _lately())
            ]

    def crowd_past_line(self) -> Crowd:
        """Return how many have left the line, and how many of the member who has most there."""
        with self._database.connect() as connection:
            in_all, of_member = connection.execute(_CROWD_PAST_LINE, _lately()).one()
        return Crowd(int(in_all), of_member)

    def stranded(self, video_ids: Iterable[VideoId]) -> list[VideoId]:
        """Return those that no process works on, and that wait on no queue."""
        wanted = list(video_ids)
        known = self._among(wanted, _is_under_way)
        return [id_ for id_ in wanted if id_ not in known]

    def begin_anew(self, video_id: VideoId, *, member_id: int) -> bool:
        """Put an ended story in line, from its beginning; False when it goes on."""
        try:
            self._client.rewind_workflow(
                str(video_id), queue_name=LINE, queue_partition_key=str(member_id)
            )
        except dbos_error.DBOSException:  # it has not ended, or another process was quicker
            return False
        return True

    def take_over_all(self, owner: str) -> None:
        """Put all stories that a process has on a queue, from their beginning."""
        self.take_over(owner, self.at_work(owner))

    def take_over(self, owner: str, video_ids: Iterable[VideoId]) -> None:
        """Put those of these stories that a process has on a queue, from their beginning.

        Whoever is noted to have left the line keeps the place.
        """
        for some in _chunks(video_ids):
            with self._database.begin() as connection:
                taken = list(connection.scalars(_taking_over(owner, some)))
                connection.execute(sa.delete(_steps).where(_steps.c.workflow_uuid.in_(taken)))
            for id_ in taken:
                log.info("video taken over id=%s", id_)

    def name_members(self) -> None:
        """Give those in line their members' names whom an older version put there without.

        It reads the queue's partition only, and the queue lets nobody out who has none.
        """
        has_none = (_stories.c.queue_name == LINE) & _stories.c.queue_partition_key.is_(None)
        change = sa.update(_stories).where(_is_under_way, has_none)
        with self._database.begin() as connection:
            connection.execute(change.values(queue_partition_key=_member))

    def forget(self, *, before: float) -> int:
        """Delete some stories that ended before that moment; return how many."""
        ended = self._client.list_workflows(
            status=list(_ENDED),
            completed_before=_iso(before),
            limit=_AT_ONCE,
            load_input=False,
            load_output=False,
        )
        if ended:
            self._client.delete_workflows([status.workflow_id for status in ended])
        return len(ended)

    def forget_videos(self, video_ids: Iterable[VideoId]) -> None:
        """Delete the stories of these videos that ended."""
        known = self._among(video_ids, _stories.c.status.in_(_ENDED))
        if known:
            self._client.delete_workflows([str(id_) for id_ in known])

    def _among(self, video_ids: Iterable[VideoId], which: sa.ColumnElement[bool]) -> set[VideoId]:
        found = set[VideoId]()
        with self._database.connect() as connection:
            for some in _chunks(video_ids):
                query = sa.select(_stories.c.workflow_uuid)
                rows = connection.scalars(query.where(_stories.c.workflow_uuid.in_(some), which))
                found.update(VideoId(int(id_)) for id_ in rows)
        return found


async def ask(look: Callable[[], T]) -> T:
    """Look into the ledger on a plain thread: it knows of no workflow, so nothing is noted.

    Raises DatabaseAway.
    """
    try:
        return await asyncio.get_running_loop().run_in_executor(None, look)
    except (DBAPIError, PoolTimeout) as error:
        raise DatabaseAway(type(error).__name__) from error


def _lately() -> dict[str, int]:
    return {"moved_after": int(1000 * (time.time() - _MOVED_WITHIN_S))}


def _is_of(owner: str) -> sa.ColumnElement[bool]:
    return _stories.c.executor_id == owner


def _taking_over(owner: str, workflow_ids: Sequence[str]) -> sa.UpdateBase:
    """Do at once, and only with what is still that process's, what a cancel and a rewind do."""
    queue = sa.case((_has_place, RESUMED), else_=LINE)
    return (
        sa.update(_stories)
        .where(_stories.c.workflow_uuid.in_(workflow_ids), _is_working, _is_of(owner))
        .values(
            status="ENQUEUED",
            queue_name=queue,
            queue_partition_key=_member,
            owner_xid=None,
            recovery_attempts=0,
            started_at_epoch_ms=None,
            updated_at=int(1000 * time.time()),
        )
        .returning(_stories.c.workflow_uuid)
    )


def _chunks(video_ids: Iterable[VideoId]) -> Iterator[list[str]]:
    """Yield the engine's names of some at a time: so few that nobody waits for the database."""
    names = map(str, video_ids)
    while some := list(islice(names, _AT_ONCE)):
        yield some


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
