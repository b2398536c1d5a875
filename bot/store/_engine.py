"""The engine that the tables live on, SQLite or PostgreSQL."""

import sqlite3
import time
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event

from bot.store._pen import pen_of

_LIVELY: Final = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "tcp_user_timeout": 20_000,
    "target_session_attrs": "read-write",
}

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
        pool_pre_ping=not is_file,
        hide_parameters=True,
        connect_args={"check_same_thread": False} if is_file else _LIVELY,
    )
    if is_file:
        event.listen(engine, "connect", _prepare)
        pen_of(url).serve(engine)
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
