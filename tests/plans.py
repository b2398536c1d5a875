"""How SQLite goes about a question: whether it reads an index, or all rows that ever were."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

Asked = list[tuple[str, Any]]


@contextmanager
def heard() -> Generator[Asked]:
    """Hear of all statements of all engines, with their values."""
    asked: Asked = []

    def listen(_connection: object, _cursor: object, sql: str, values: Any, *_: object) -> None:
        asked.append((sql, values))

    event.listen(sa.Engine, "before_cursor_execute", listen)
    try:
        yield asked
    finally:
        event.remove(sa.Engine, "before_cursor_execute", listen)


def steps(file: Path, asked: Asked) -> list[list[str]]:
    """Return the steps of each statement's plan."""
    with closing(sqlite3.connect(file)) as database:
        return [
            [step[-1] for step in database.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
            for sql, values in asked
        ]


def reads_all(step: str, table: str) -> bool:
    """Tell whether a step reads a table without an index."""
    return step.startswith("SCAN") and step.endswith(table)
