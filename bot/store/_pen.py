"""The one pen of a SQLite file: who writes to it has it until the transaction is over.

SQLite lets one write at a time, and who has to wait sleeps there, up to a tenth of a second and
in no order, while nobody writes. Here they take turns, and who is in a hurry has the next one.
Other processes, and who writes past this pen, still wait as SQLite lets them.
"""

import threading
from collections import deque
from contextlib import suppress
from functools import cache
from typing import Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.default import DefaultExecutionContext

_BEGINNINGS: Final = ("BEGIN IMMEDIATE", "INSERT", "UPDATE", "DELETE")
"""Texts that take SQLite's lock: none may have it while another has the pen."""
_HURRY: Final = "is_in_a_hurry"
_PATIENCE_S: Final = 30.0


class Pen:
    """Belongs to one connection at a time."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._owner: object | None = None
        self._waiting = deque[tuple[object, threading.Lock]]()

    @property
    def users(self) -> int:
        """How many have it or wait for it."""
        return len(self._waiting) + (self._owner is not None)

    def serve(self, engine: sa.Engine) -> None:
        """Let all connections of this engine take turns with all others that it serves."""

        def before(
            connection: sa.Connection,
            _cursor: object,
            statement: str,
            _values: object,
            context: DefaultExecutionContext,
            _is_many: bool,
        ) -> None:
            is_write = context.isinsert or context.isupdate or context.isdelete
            if is_write or statement.startswith(_BEGINNINGS):
                is_in_a_hurry = connection.get_execution_options().get(_HURRY, False)
                self.take(connection.connection.dbapi_connection, is_in_a_hurry=is_in_a_hurry)

        def after(connection: object, *_: object) -> None:
            self.give_back(connection)

        # Functions, not methods: SQLAlchemy refers to them weakly, and a bound one is gone at once.
        event.listen(engine, "before_cursor_execute", before)
        for over in ("checkin", "invalidate"):
            event.listen(engine.pool, over, after)

    def take(self, connection: object, *, is_in_a_hurry: bool = False) -> None:
        """Wait for the pen; nothing happens where it is ours already.

        Where it never comes back, SQLite's own lock has to do.
        """
        with self._guard:
            if self._owner is None or self._owner is connection:
                self._owner = connection
                return
            turn = threading.Lock()
            turn.acquire()
            line_up = self._waiting.appendleft if is_in_a_hurry else self._waiting.append
            line_up((connection, turn))
        if not turn.acquire(timeout=_PATIENCE_S):
            with self._guard, suppress(ValueError):
                self._waiting.remove((connection, turn))

    def give_back(self, connection: object) -> None:
        """Let the next one have it; nothing happens where it was not ours."""
        with self._guard:
            if self._owner is not connection:
                return
            self._owner = None
            if self._waiting:
                self._owner, turn = self._waiting.popleft()
                turn.release()


@cache
def pen_of(_file: str) -> Pen:
    """Return the pen of a file: all engines of this process share it."""
    return Pen()


def in_a_hurry(engine: sa.Engine) -> sa.Engine:
    """Return the same engine for those who cannot wait."""
    return engine.execution_options(**{_HURRY: True})
