"""The store of the bots as the campaign sees it: it can be read, and it can be away."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol, Self

import sqlalchemy as sa

from tests.campaign._gate import Gate
from tests.campaign._troubles import Outage


class Database(Protocol):
    """What a campaign needs of a database; `url` is what the bots are told."""

    url: str

    async def suffer(self, manner: Outage, seconds: float) -> None:
        """Be away for some seconds."""
        ...

    async def heal(self) -> None:
        """Be there again."""
        ...

    def rows(self, table: sa.Table) -> list[sa.Row[Any]]:
        """Return all rows of a table."""
        ...


class SqliteFile:
    """A file; all that can befall it is a lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.url = f"sqlite:///{path}"

    async def suffer(self, manner: Outage, seconds: float) -> None:  # noqa: ARG002  # see above
        await asyncio.to_thread(self._lock, seconds)

    async def heal(self) -> None:
        """A lock ends by itself."""

    def rows(self, table: sa.Table) -> list[sa.Row[Any]]:
        return _rows(sa.make_url(self.url), table)

    def _lock(self, seconds: float) -> None:
        with closing(sqlite3.connect(self._path, timeout=30, isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")


class PostgresBehindGate:
    """A database of a server on a Unix socket, which the bots reach through a gate."""

    def __init__(self, server: sa.URL) -> None:
        self._server = server
        socket = f"{server.query['host']}/.s.PGSQL.5432"
        self._gate = Gate(lambda: asyncio.open_unix_connection(socket))

    async def __aenter__(self) -> Self:
        await self._gate.__aenter__()
        way = self._server.set(host="127.0.0.1", port=self._gate.port, query={})
        self.url = way.set(drivername="postgresql").render_as_string(hide_password=False)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._gate.__aexit__(*error)

    async def suffer(self, manner: Outage, seconds: float) -> None:
        await self._gate.suffer(manner, seconds)

    async def heal(self) -> None:
        await self._gate.open()

    def rows(self, table: sa.Table) -> list[sa.Row[Any]]:
        return _rows(self._server, table)

    def has(self, table: sa.Table) -> bool:
        """Tell whether a bot has made that table already."""
        return sa.inspect(_engine(self._server)).has_table(table.name)


def _rows(url: sa.URL, table: sa.Table) -> list[sa.Row[Any]]:
    with _engine(url).connect() as connection:
        return list(connection.execute(sa.select(table)).all())


def _engine(url: sa.URL) -> sa.Engine:
    return sa.create_engine(url, poolclass=sa.NullPool)
