"""The tables, the engine they live on, and the rows' way to values and back."""

import sqlite3
import time
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event

from bot.model import (
    ENGLISH_LOCALE,
    Access,
    Deliver,
    Ending,
    Nsfw,
    Place,
    Post,
    Reply,
    Video,
    VideoId,
    outcome_from_plain,
)
from bot.recipe import terms_from_plain

_LIVELY: Final = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "tcp_user_timeout": 20_000,
    "target_session_attrs": "read-write",
}

_PRAGMAS: Final = ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")

schema = sa.MetaData()

arrivals = sa.Table(
    "arrivals",
    schema,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("asked_at", sa.Double, nullable=False),
    sa.Column("wish", sa.JSON(none_as_null=True)),  # null once it was answered
)

drafts = sa.Table(
    "drafts",
    schema,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("member_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("made_at", sa.Double, nullable=False, index=True),
    sa.Column("wish", sa.JSON(none_as_null=True)),  # null once it was taken
)

picks = sa.Table(
    "picks",
    schema,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("member_id", sa.BigInteger, nullable=False),
    sa.Column("made_at", sa.Double, nullable=False),
    sa.Column("url", sa.Text, nullable=False),  # of a picture at Discord, signed for a day
    sa.Column("size", sa.BigInteger, nullable=False),
)

videos = sa.Table(
    "videos",
    schema,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("member_id", sa.BigInteger, nullable=False),
    sa.Column("guild_id", sa.BigInteger),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("access", sa.String(16), nullable=False),
    sa.Column("application_id", sa.BigInteger, nullable=False),
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("prompt", sa.Text, nullable=False),
    sa.Column("prompt_expansion", sa.Boolean, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("asked_at", sa.Double, nullable=False),
    sa.Column("accepted_at", sa.Double, nullable=False, index=True),
    sa.Column("first_frame", sa.String(32)),
    sa.Column("card_id", sa.BigInteger),
    sa.Column("thread_id", sa.BigInteger),
    sa.Column("queued_at", sa.Double),
    sa.Column("begun_at", sa.Double),  # the first attempt to submit
    sa.Column("intent_at", sa.Double),  # a submit that is out, or whose answer is lost
    sa.Column("attempt", sa.String(32), index=True),  # its random name
    sa.Column("prediction_id", sa.Text),
    sa.Column("submitted_at", sa.Double),
    sa.Column("deadline_at", sa.Double),
    sa.Column("outcome", sa.JSON(none_as_null=True)),
    sa.Column("settled_at", sa.Double, index=True),
    sa.Column("delivering_at", sa.Double),
    sa.Column("delivered_at", sa.Double),
    sa.Column("given_up_at", sa.Double),  # there was no way to the member
    sa.Column("deleted_at", sa.Double, index=True),  # its member wanted it forgotten
    sa.Column("shown_channel_id", sa.BigInteger),  # the message that told the outcome
    sa.Column("shown_id", sa.BigInteger),
    sa.Column("notice_channel_id", sa.BigInteger),  # the one that told of a loss, before
    sa.Column("notice_id", sa.BigInteger),
    sa.Column("retry_of", sa.BigInteger),  # the lost video that this one replaces
    sa.Column("retry_id", sa.BigInteger),  # the video that replaces this lost one
    sa.Column("locale", sa.String(16)),
    sa.Column("logged_at", sa.Double),  # the managers were shown that it was flagged or refused
    sa.Column("deliver", sa.String(8)),  # what held when it was accepted, as the next one
    sa.Column("nsfw", sa.String(8)),
    sa.Column("terms", sa.JSON(none_as_null=True)),  # what Atlas is told beside prompt and picture
)

sa.Index(
    "videos_unfinished",
    videos.c.accepted_at,
    sqlite_where=videos.c.delivered_at.is_(None),
    postgresql_where=videos.c.delivered_at.is_(None),
)

sa.Index("videos_of_member", videos.c.member_id, videos.c.accepted_at)

holds = sa.Table(
    "holds",
    schema,
    sa.Column("video_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("member_id", sa.BigInteger, nullable=False),
    sa.Column("guild_id", sa.BigInteger),
    sa.Column("model", sa.Text),  # outlives the video's row
    sa.Column("day", sa.String(10), nullable=False, index=True),  # in UTC, like 2026-11-24
    sa.Column("micro_usd", sa.BigInteger, nullable=False),  # millionths: sums stay exact
    sa.Column("state", sa.String(8), nullable=False, index=True),
)

sa.Index("holds_of_member", holds.c.member_id, holds.c.day)

leavers = sa.Table(  # who asked to be forgotten, with all that they asked for until then
    "leavers",
    schema,
    sa.Column("member_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("left_at", sa.Double, nullable=False),
)

pictures = sa.Table(
    "pictures",
    schema,
    sa.Column("video_id", sa.BigInteger, sa.ForeignKey("videos.id"), primary_key=True),
    sa.Column("media_type", sa.String(16), nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

notes = sa.Table(
    "notes",
    schema,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

turns = sa.Table(
    "turns",
    schema,
    sa.Column("bucket", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("taken_at", sa.Double, nullable=False),
)

rules = sa.Table(  # what managers set for a server, or for a channel of it
    "rules",
    schema,
    sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("channel_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("rules", sa.JSON, nullable=False),
)

changes = sa.Table(  # of rules: who, when, and what they are since
    "changes",
    schema,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("member_id", sa.BigInteger, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("part", sa.String(16), nullable=False),
    sa.Column("rules", sa.JSON, nullable=False),
)

pauses = sa.Table(  # who makes no videos where; 0 is everybody, or everywhere
    "pauses",
    schema,
    sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("member_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("by_id", sa.BigInteger, nullable=False),
    sa.Column("made_at", sa.Double, nullable=False),
    sa.Column("ends_at", sa.Double),  # null: when somebody ends it
)

reports = sa.Table(  # whose report of which video the managers were shown
    "reports",
    schema,
    sa.Column("video_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("member_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("reported_at", sa.Double, nullable=False),
)


_MIGRATION: Final = 4_661_001
MONEY: Final = 4_661_002
RULES: Final = 4_661_003
"""Our numbers among PostgreSQL's advisory locks."""


def one_at_a_time(connection: sa.Connection, lock: int) -> None:
    """Wait for the others, and let nobody come between until this transaction ends.

    SQLite has one writer, but its driver begins with the first change: what was read before may be
    another by then.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))
    elif not getattr(connection.connection.dbapi_connection, "in_transaction"):  # noqa: B009  # SQLite's own
        connection.execute(sa.text("BEGIN IMMEDIATE"))


def of_one_moment(connection: sa.Connection) -> None:
    """Let all queries see the same, before the first; SQLite's driver begins only to write."""
    is_shared = connection.dialect.name == "postgresql"
    begin = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY" if is_shared else "BEGIN"
    connection.execute(sa.text(begin))


def migrate(connection: sa.Connection) -> None:
    """Create the tables and columns that are missing; nothing that is there is changed."""
    one_at_a_time(connection, _MIGRATION)
    schema.create_all(connection)
    inspector = sa.inspect(connection)
    for table in schema.sorted_tables:
        there = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in there:
                kind = column.type.compile(connection.dialect)
                connection.execute(
                    sa.DDL(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {kind}")
                )
        for index in table.indexes:
            index.create(connection, checkfirst=True)


def open_engine(url: str, *, connections: int) -> sa.Engine:
    """Return an engine on which writers wait for each other instead of failing.

    Parameters of statements stay out of its errors: prompts and tokens are among them.
    """
    is_file = url.startswith("sqlite")
    engine = sa.create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=not is_file,
        hide_parameters=True,
        connect_args={"check_same_thread": False} if is_file else _LIVELY,
    )
    if is_file:
        event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = "IMMEDIATE"
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("lower", 1, _lower, deterministic=True)
    if sqlite3.sqlite_version_info < (3, 42):
        # The engine asks for unixepoch('subsec') there, which Debian 12's SQLite lacks.
        connection.create_function("unixepoch", 1, _now)


def _lower(text: object) -> object:
    """Stand in for SQLite's own, which knows no letters but English ones."""
    return text.lower() if isinstance(text, str) else text


def _now(_modifier: str) -> float:
    return time.time()


def row_of(video: Video) -> dict[str, Any]:
    return {
        "id": video.id,
        "member_id": video.member_id,
        "guild_id": video.place.guild_id,
        "channel_id": video.place.channel_id,
        "access": video.place.access.value,
        "application_id": video.reply.application_id,
        "token": video.reply.token,
        "prompt": video.prompt,
        "prompt_expansion": video.prompt_expansion,
        "model": video.model,
        "asked_at": video.asked_at,
        "accepted_at": video.accepted_at,
        "first_frame": video.first_frame,
        "retry_of": video.retry_of,
        "locale": video.locale,
        "deliver": video.deliver,
        "nsfw": video.nsfw,
        "terms": video.terms and video.terms.to_plain(),
    }


def video_of(row: sa.Row[Any]) -> Video:
    return Video(
        id=VideoId(row.id),
        member_id=row.member_id,
        place=Place(row.channel_id, row.guild_id, Access(row.access)),
        reply=Reply(row.application_id, row.token),
        prompt=row.prompt,
        prompt_expansion=row.prompt_expansion,
        model=row.model,
        asked_at=row.asked_at,
        accepted_at=row.accepted_at,
        first_frame=row.first_frame,
        retry_of=row.retry_of and VideoId(row.retry_of),
        card_id=row.card_id,
        thread_id=row.thread_id,
        notice=Post(row.notice_channel_id, row.notice_id) if row.notice_id else None,
        locale=row.locale or ENGLISH_LOCALE,
        deliver=row.deliver and Deliver(row.deliver),
        nsfw=Nsfw(row.nsfw or Nsfw.BLOCK),
        terms=row.terms and terms_from_plain(row.terms),
    )


def taken(prediction_id: str, *, now: float, patience_s: float) -> dict[str, Any]:
    """Return what is noted when Atlas has taken a video, or is known to have."""
    return {
        "prediction_id": prediction_id,
        "submitted_at": now,
        "deadline_at": now + patience_s,
    }


def ending_of(row: sa.Row[Any]) -> Ending | None:
    if row.outcome is None:
        return None
    began = row.submitted_at or row.begun_at or row.accepted_at
    outcome = outcome_from_plain(row.outcome)
    post = Post(row.shown_channel_id, row.shown_id) if row.delivered_at else None
    return Ending(outcome, row.settled_at, row.settled_at - began, post)


def let_picture_go(connection: sa.Connection, video_id: VideoId) -> None:
    connection.execute(pictures.delete().where(pictures.c.video_id == video_id))
