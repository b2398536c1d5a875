"""SQLite files with all tables in them: for most tests, how they come there is not the point."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from dbos import DBOS

from bot.store import open_engine
from bot.store._schema import migrate


def furnish(database_url: str) -> None:
    """Put all tables into a SQLite file that is not there yet."""
    url = sa.make_url(database_url)
    if url.database and url.drivername == "sqlite" and not Path(url.database).exists():
        Path(url.database).write_bytes(_tables())


@cache
def _tables() -> bytes:
    """Return what is in a file on which a bot was once, and did nothing."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "bot.sqlite3"
        engine = open_engine(f"sqlite:///{file}", connections=1)
        with engine.begin() as connection:
            migrate(connection)
        engine.dispose()
        DBOS.migrate(f"sqlite:///{file}")
        return file.read_bytes()
