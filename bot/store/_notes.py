"""Small facts that are kept between starts."""

from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.store._database import Database
from bot.store._schema import notes


class Notes:
    """Keeps one text by each name."""

    def __init__(self, database: Database) -> None:
        self._run = database.run

    async def read(self, name: str) -> str | None:
        """Return what is kept by this name; None when there is none."""
        query = sa.select(notes.c.value).where(notes.c.name == name)
        return await self._run(lambda connection: connection.scalar(query))

    async def keep(self, name: str, value: str) -> None:
        """Keep it, in the place of what was kept by this name."""

        def write(connection: sa.Connection) -> None:
            change = notes.update().where(notes.c.name == name).values(value=value)
            if connection.execute(change).rowcount == 0:
                connection.execute(notes.insert().values(name=name, value=value))

        with suppress(IntegrityError):  # another process kept the same fact just now
            await self._run(write)
