"""What a member finds again: their own videos, by page, by word and by id."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast

import sqlalchemy as sa

from bot.library import PAGE_SIZE, Bill, Entry, Page, page_count
from bot.model import VideoId
from bot.money import Hold, from_micro
from bot.store._database import Database
from bot.store._rows import ending_of, video_of
from bot.store._schema import (
    arrivals,
    changes,
    drafts,
    holds,
    pauses,
    picks,
    pictures,
    reports,
    videos,
)

_ENTRIES: Final = sa.select(videos, holds.c.micro_usd, holds.c.state).outerjoin(
    holds, holds.c.video_id == videos.c.id
)
_NEWEST_FIRST: Final = (videos.c.accepted_at.desc(), videos.c.id.desc())
_OPEN_WISHES: Final = sa.select(arrivals.c.wish).where(arrivals.c.wish.is_not(None))
_UNTOLD: Final = {"token", "attempt", "reply"}
"""What opens a way to a message or a prediction; it is of use to nobody but the bot."""


class Library:
    """Looks up videos of one member; those of others are as if they were not there."""

    def __init__(self, database: Database) -> None:
        self._run = database.run

    async def page(self, member_id: int, *, number: int = 0, search: str = "") -> Page:
        """Return a page of those whose prompts have these letters in them, or the last one."""
        wanted = videos.c.member_id == member_id
        if search:
            wanted &= videos.c.prompt.icontains(search, autoescape=True)

        def read(connection: sa.Connection) -> Page:
            count = sa.select(sa.func.count()).select_from(videos).where(wanted)
            total = connection.scalar(count) or 0
            shown = min(number, page_count(total) - 1)
            query = _ENTRIES.where(wanted).order_by(*_NEWEST_FIRST)
            rows = connection.execute(query.limit(PAGE_SIZE).offset(shown * PAGE_SIZE)).all()
            return Page(shown, total, search, tuple(map(_entry_of, rows)))

        return await self._run(read)

    async def latest(self, member_id: int, *, limit: int) -> list[Entry]:
        """Return the newest videos."""
        query = _ENTRIES.where(videos.c.member_id == member_id).order_by(*_NEWEST_FIRST)
        rows = await self._run(lambda connection: connection.execute(query.limit(limit)).all())
        return [_entry_of(row) for row in rows]

    async def entry(self, member_id: int, video_id: VideoId) -> Entry | None:
        """Return a video; None when this member has no such."""
        query = _ENTRIES.where(videos.c.id == video_id, videos.c.member_id == member_id)
        row = await self._run(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else _entry_of(row)

    async def everything(self, member_id: int) -> dict[str, Any]:
        """Return all that is stored about a member, JSON-ready; of pictures, their measures."""
        of_member = videos.c.member_id == member_id
        tables = {
            "videos": sa.select(videos).where(of_member).order_by(*_NEWEST_FIRST),
            "holds": sa.select(holds).where(holds.c.member_id == member_id).order_by(holds.c.day),
            "picks": sa.select(picks.c.id, picks.c.made_at, picks.c.size).where(
                picks.c.member_id == member_id
            ),
            "pauses": sa.select(*(each for each in pauses.c if each is not pauses.c.by_id)).where(
                pauses.c.member_id == member_id
            ),
            "reports": sa.select(reports).where(reports.c.member_id == member_id),
            "pictures": sa.select(
                *(column for column in pictures.c if column is not pictures.c.content),
                sa.func.length(pictures.c.content).label("bytes"),
            )
            .join(videos, videos.c.id == pictures.c.video_id)
            .where(of_member),
            "changes": sa.select(changes).where(changes.c.member_id == member_id),
        }

        open_drafts = sa.select(drafts.c.wish).where(
            drafts.c.member_id == member_id, drafts.c.wish.is_not(None)
        )

        def read(connection: sa.Connection) -> dict[str, Any]:
            wishes = connection.scalars(_OPEN_WISHES).all()
            found = {name: connection.execute(query).mappings() for name, query in tables.items()}
            return {
                "member_id": str(member_id),
                "arrivals": [_plain(wish) for wish in wishes if wish.get("member_id") == member_id],
                "drafts": [_plain(wish) for wish in connection.scalars(open_drafts).all()],
                **{name: [_plain(row) for row in rows] for name, rows in found.items()},
            }

        return await self._run(read)


def _entry_of(row: sa.Row[Any]) -> Entry:
    bill = None if row.state is None else Bill(from_micro(row.micro_usd), Hold(row.state))
    return Entry(video_of(row), row.submitted_at, ending_of(row), bill)


def _plain(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: _told(name, values[name]) for name in values if name not in _UNTOLD}


def _told(name: str, value: Any) -> Any:
    """Ids are written as text, as Discord does: JavaScript has no such large numbers."""
    match value:
        case int() if name == "id" or name.endswith("_id"):
            return str(value)
        case float() if name.endswith("_at"):
            return datetime.fromtimestamp(value, UTC).isoformat(timespec="seconds")
        case {"kind": "Flagged"}:
            return {"kind": "Flagged"}  # its links are for one place alone
        case Mapping():
            return _plain(cast(Mapping[Any, Any], value))  # of decoded JSON
        case _:
            return value
