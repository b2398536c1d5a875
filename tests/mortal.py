"""Run the bot as `python -m bot` does, and die of SIGKILL around its nth write of a story.

Writes count from the first one on that begins like `DIE_SINCE`, an arrival where it is not set;
`DIE_AT` is the number of the write, and `DIE` says whether it is still made. Commits are watched
on SQLAlchemy's engines, so the store's own and the durable engine's both count.
"""

import os
import re
import runpy
import signal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

WRITES = ("INSERT", "UPDATE", "DELETE")


class Death:
    """Counts writes, and comes at the right one."""

    def __init__(self, number: int, moment: str, since: str) -> None:
        self._number = number
        self._moment = moment
        self._since = since
        self._began = False
        self._written = dict[int, int]()  # connections, and the numbers of their writes
        self._count = 0

    def watch(self) -> None:
        event.listen(sa.Engine, "before_cursor_execute", self._seen)
        event.listen(sa.Engine, "commit", self._before)
        event.listen(sa.Pool, "checkin", self._after)

    def _seen(self, connection: sa.Connection, _cursor: Any, statement: str, *_: Any) -> None:
        self._began |= re.match(self._since, statement) is not None
        if self._began and statement.lstrip().startswith(WRITES):
            self._written[id(connection.connection.dbapi_connection)] = 0

    def _before(self, connection: sa.Connection) -> None:
        written = id(connection.connection.dbapi_connection)
        if written in self._written:
            self._count += 1
            self._written[written] = self._count
            self._strike(self._count, "before")

    def _after(self, connection: Any, _record: Any) -> None:
        self._strike(self._written.pop(id(connection), 0), "after")

    def _strike(self, number: int, moment: str) -> None:
        if (number, moment) == (self._number, self._moment):
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    if "DIE_AT" in os.environ:
        since = os.environ.get("DIE_SINCE", "INSERT INTO arrivals")
        Death(int(os.environ["DIE_AT"]), os.environ["DIE"], since).watch()
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
