"""Wishes whose picture does not fit, kept while their members choose what to make of it."""

from collections.abc import Callable
from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.errors import FirstframeError
from bot.model import Arrival, Draft, VideoId
from bot.store._database import Database
from bot.store._schema import drafts


class DraftTaken(FirstframeError):
    """There is nothing more to choose: it was done already, or forgotten."""


class Drafts:
    """The table of drafts. One that was taken stays as a name, so that it is never kept anew."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._run = database.run
        self._clock = clock

    async def keep(self, wish: Arrival) -> None:
        """Keep a wish, under its own id; one that was kept before stays as it is."""
        row = {
            "id": wish.id,
            "member_id": wish.member_id,
            "made_at": self._clock(),
            "wish": wish.to_plain(),
        }
        with suppress(IntegrityError):
            await self._run(lambda connection: connection.execute(drafts.insert().values(row)))

    async def find(self, draft_id: VideoId) -> Draft | None:
        """Return a draft; None when we know nothing of it (any more)."""
        query = sa.select(drafts).where(drafts.c.id == draft_id)
        row = await self._run(lambda connection: connection.execute(query).one_or_none())
        if row is None:
            return None
        return Draft(row.member_id, row.wish and Arrival.from_plain(row.wish))

    async def take(self, draft_id: VideoId) -> None:
        """Let a draft go of which no video is wanted. Raises DraftTaken."""
        await self._run(lambda connection: take_draft(connection, draft_id))

    async def forget(self, *, before: float) -> None:
        """Let go of the drafts of before that moment."""
        old = drafts.delete().where(drafts.c.made_at < before)
        await self._run(lambda connection: connection.execute(old))


def take_draft(connection: sa.Connection, draft_id: VideoId) -> None:
    """Take a draft inside a transaction, once. Raises DraftTaken."""
    kept = (drafts.c.id == draft_id) & drafts.c.wish.is_not(None)
    if connection.execute(drafts.update().where(kept).values(wish=None)).rowcount == 0:
        raise DraftTaken
