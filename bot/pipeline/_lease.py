"""Proof that a process lives, so that its videos are taken over only when it does not.

Every start has a name of its own and holds a lock on it that the operating system or the
database server drops with the process: on SQLite a second database file that is locked as a
whole, on PostgreSQL an advisory lock on a connection of its own.
"""

import hashlib
import sqlite3
import time
from typing import Final, Protocol

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bot.errors import FirstframeError

_GRACE_S: Final = 12.0


class DatabaseTaken(FirstframeError):
    """Another bot runs on the same SQLite file."""


class Lease(Protocol):
    """A lock on the name of one process."""

    def hold(self) -> None:
        """Take the lock, or make sure that it is still held."""
        ...

    def is_dead(self, owner: str) -> bool:
        """Tell whether that process surely ended."""
        ...

    def release(self) -> None:
        """Give the lock back."""
        ...


def open_lease(url: str, *, owner: str) -> Lease:
    """Return the lease that fits the database."""
    parts = sa.make_url(url)
    if parts.get_backend_name() == "sqlite":
        return _FileLease(f"{parts.database}.lock")
    return _ServerLease(parts, owner)


class _FileLease:
    """One process a file: whoever holds it knows that every other owner is dead."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def hold(self) -> None:
        if self._connection is not None:
            return
        connection = sqlite3.connect(
            self._path, timeout=10, isolation_level=None, check_same_thread=False
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

    def is_dead(self, owner: str) -> bool:  # noqa: ARG002  # only one process lives at a time
        return True

    def release(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _ServerLease:
    """A session-level lock: the server drops it when the connection ends."""

    def __init__(self, url: sa.URL, owner: str) -> None:
        alive = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5}
        self._engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args=alive)
        self._owner = owner
        self._connection: sa.Connection | None = None
        self._free_since: dict[str, float] = {}

    def hold(self) -> None:
        try:
            if self._connection is not None:
                self._connection.execute(sa.text("SELECT 1"))
                return
        except DBAPIError:
            self.release()
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(sa.select(sa.func.pg_advisory_lock(_key(self._owner))))
        self._connection = connection

    def is_dead(self, owner: str) -> bool:
        """A lock may be free for a moment while its holder connects again: look for longer."""
        if not self._is_free(owner):
            self._free_since.pop(owner, None)
            return False
        return time.monotonic() - self._free_since.setdefault(owner, time.monotonic()) > _GRACE_S

    def _is_free(self, owner: str) -> bool:
        if self._connection is None:
            return False
        key = _key(owner)
        if not self._connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))):
            return False
        self._connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))
        return True

    def release(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def _key(owner: str) -> int:
    digest = hashlib.sha256(f"firstframe:{owner}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
