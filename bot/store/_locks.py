"""How a transaction keeps others from coming between."""

from typing import Final

import sqlalchemy as sa

MIGRATION: Final = 4_661_001
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
