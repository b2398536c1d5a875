"""The engine that the tables live on, SQLite or PostgreSQL."""

import math
import sqlite3
import time
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.store._pen import pen_of

_IN_FILE: Final = {
    "check_same_thread": False,
    "cached_statements": 0,  # each would keep what it last wrote in memory, also a picture
}
_LIVELY: Final = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "tcp_user_timeout": 20_000,
    "target_session_attrs": "read-write",
}

_RESTS_SINCE: Final = "rests_since"
_FRESH_S: Final = 1.0
_PRAGMAS: Final = ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


def open_engine(url: str, *, connections: int) -> sa.Engine:
    """Return an engine on which writers wait for each other instead of failing.

    Parameters of statements stay out of its errors: prompts and tokens are among them.
    """
    is_file = url.startswith("sqlite")
    engine = sa.create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
        connect_args=_IN_FILE if is_file else _LIVELY,
    )
    if is_file:
        event.listen(engine, "connect", _prepare)
        pen_of(url).serve(engine)
    else:
        _look_after(engine)
    return engine


def for_single_statements(engine: sa.Engine) -> sa.Engine:
    """Return the same engine for work of one statement.

    On PostgreSQL a transaction's begin and end are messages of their own.
    """
    is_file = engine.dialect.name == "sqlite"
    return engine if is_file else engine.execution_options(isolation_level="AUTOCOMMIT")


def _look_after(engine: sa.Engine) -> None:
    """Ask a connection that rested whether its server is still there: restarts are noticed.

    SQLAlchemy's own `pool_pre_ping` asks each time, also where it was used a moment ago.
    """

    def came_back(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[_RESTS_SINCE] = time.monotonic()

    def goes_out(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() < record.info.get(_RESTS_SINCE, math.inf) + _FRESH_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    event.listen(engine.pool, "checkin", came_back)
    event.listen(engine.pool, "checkout", goes_out)


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
