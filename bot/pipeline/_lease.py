"""Proof that a process lives, so that its videos are taken over only when it does not.

Every start has a name of its own and holds a lock on it that the operating system or the
database server drops with the process: on SQLite a second database file that is locked as a
whole, on PostgreSQL an advisory lock on a connection of its own.
"""

import hashlib
import sqlite3
import time
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Final, Protocol

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import FirstframeError

_GRACE_S: Final = 12.0
_LIVELY: Final = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "target_session_attrs": "read-write",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    # The same on the server's side, so that the lock of a lost machine falls within half a minute.
    "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
}


class DatabaseTaken(FirstframeError):
    """Another bot runs on the same SQLite file."""


class Lease(Protocol):
    """A lock on the name of one process."""

    def hold(self) -> None:
        """Take the lock, or make sure that it is still held."""
        ...

    def inherit(self, owner: str) -> AbstractContextManager[bool]:
        """Hold a dead process's lock for a while; False when it may still live."""
        ...

    def release(self) -> None:
        """Give the lock back."""
        ...


def open_lease(url: str, *, owner: str, patience_s: float = 10.0) -> Lease:
    """Return the lease that fits the database; a file's is waited for so long."""
    parts = sa.make_url(url)
    if parts.get_backend_name() == "sqlite":
        return _FileLease(f"{parts.database}.lock", patience_s=patience_s)
    return _ServerLease(parts, owner)


class _FileLease:
    """One process a file: whoever holds it knows that every other owner is dead."""

    def __init__(self, path: str, *, patience_s: float) -> None:
        self._path, self._patience_s = path, patience_s
        self._connection: sqlite3.Connection | None = None

    def hold(self) -> None:
        if self._connection is not None:
            return
        connection = sqlite3.connect(
            self._path, timeout=self._patience_s, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            connection.close()
            raise DatabaseTaken(
                "Another Firstframe runs on this SQLite file. Stop it first, "
                "or use PostgreSQL to run several."
            ) from error
        self._connection = connection

    def inherit(self, owner: str) -> AbstractContextManager[bool]:  # noqa: ARG002  # see above
        return nullcontext(True)

    def release(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _ServerLease:
    """A session-level lock: the server drops it when the connection ends."""

    def __init__(self, url: sa.URL, owner: str) -> None:
        self._engine = sa.create_engine(
            url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT", connect_args=_LIVELY
        )
        self._owner = owner
        self._connection: sa.Connection | None = None
        self._seen_free: dict[str, tuple[float, float]] = {}

    def hold(self) -> None:
        with self._dropped_when_broken():
            if self._connection is None:
                self._connection = self._engine.connect()
                self._connection.execute(sa.select(sa.func.pg_advisory_lock(_key(self._owner))))
            self._connection.execute(sa.text("SELECT 1"))

    @contextmanager
    def inherit(self, owner: str) -> Generator[bool]:
        with self._dropped_when_broken() as connection:
            key = _key(owner)
            take = sa.select(sa.func.pg_try_advisory_lock(key))
            if connection is None or not connection.scalar(take):
                self._seen_free.pop(owner, None)
                yield False
                return
            yield self._is_dead(owner)
            connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))

    def _is_dead(self, owner: str) -> bool:
        """A lock may be free for a moment while its holder connects again: look for longer.

        Our own name is our predecessor's, who ended before we began.
        """
        now = time.monotonic()
        first, last = self._seen_free.get(owner, (now, now))
        first = now if now - last > _GRACE_S else first
        self._seen_free[owner] = (first, now)
        return now - first > _GRACE_S or _name_of(owner) == _name_of(self._owner)

    @contextmanager
    def _dropped_when_broken(self) -> Generator[sa.Connection | None]:
        """After any error on the connection, its locks are gone, or not to be relied on."""
        try:
            yield self._connection
        except SQLAlchemyError:
            self.release()
            raise

    def release(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def _name_of(owner: str) -> str:
    return owner.rpartition("-")[0]


def _key(owner: str) -> int:
    digest = hashlib.sha256(f"firstframe:{owner}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
