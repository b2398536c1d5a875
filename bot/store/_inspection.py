"""What a database looks like to this version, seen without changing anything in it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import DatabaseAway
from bot.store._schema import schema

_WITHIN_S: Final = 5
_MAY_MAKE_TABLES: Final = sa.text(
    "SELECT has_schema_privilege(current_schema(), 'CREATE')"
    " AND has_database_privilege(current_database(), 'CREATE')"
)
_ONLY_READS: Final = sa.text("SELECT current_setting('transaction_read_only') = 'on'")


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the next start will add, and whether it may; `is_new` where no table is there."""

    missing: tuple[str, ...]
    is_new: bool
    is_writable: bool


def inspect_database(url: str) -> Inspection:
    """Look at tables and rights. Raises DatabaseAway when the database does not answer."""
    parts = sa.make_url(url)
    is_file = parts.get_backend_name() == "sqlite"
    file = Path(parts.database or "")
    if is_file and not file.exists():
        return Inspection((), is_new=True, is_writable=_may_write(file.parent))
    options = {} if is_file else {"connect_timeout": _WITHIN_S}
    engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args=options)
    try:
        with engine.connect() as connection:
            missing = tuple(_missing(sa.inspect(connection)))
            if is_file:
                is_writable = _may_write(file, file.parent)  # its log lies beside it
            else:
                is_writable = _lets_write(connection, makes_tables=bool(missing))
    except SQLAlchemyError as error:
        raise DatabaseAway(type(error).__name__) from error
    return Inspection(missing, schema.tables.keys() <= set(missing), is_writable)


def _missing(inspector: sa.Inspector) -> Iterator[str]:
    """Yield the names of tables, and of columns as `table.column`."""
    for table in schema.sorted_tables:
        if not inspector.has_table(table.name):
            yield table.name
            continue
        there = {column["name"] for column in inspector.get_columns(table.name)}
        yield from (str(column) for column in table.columns if column.name not in there)


def _may_write(*paths: Path) -> bool:
    return all(os.access(path, os.W_OK) for path in paths)


def _lets_write(connection: sa.Connection, *, makes_tables: bool) -> bool:
    if connection.scalar(_ONLY_READS):
        return False
    return not makes_tables or connection.scalar(_MAY_MAKE_TABLES) is True
