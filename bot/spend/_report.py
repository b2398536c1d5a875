"""What is reported of spending: sums of some days, and each of their parts."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.spend._amount import NOTHING, Amount


class Span(StrEnum):
    """How far back a report looks."""

    TODAY = "today"
    WEEK = "week"
    MONTH = "month"

    def days(self, today: dt.date) -> tuple[dt.date, ...]:
        """Return its days, the oldest first; today is the last."""
        number = {Span.TODAY: 1, Span.WEEK: 7, Span.MONTH: 30}[self]
        return tuple(today - dt.timedelta(days=ago) for ago in reversed(range(number)))


@dataclass(frozen=True, slots=True)
class Entry:
    """What one member spent on a day, in a server, with a model.

    None stands for a member who is forgotten, for direct messages, and for a model of long ago.
    """

    day: dt.date
    server_id: int | None
    member_id: int | None
    model: str | None
    amount: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Sums of some days: of each of them, and the largest of members, servers and models.

    `entries` are all of it, the newest first, unless they are too many for a file: then
    `is_whole` is False. None as a key means what it means in an `Entry`.
    """

    by_day: Mapping[dt.date, Amount]
    by_member: Mapping[int | None, Amount]
    by_server: Mapping[int | None, Amount]
    by_model: Mapping[str | None, Amount]
    entries: tuple[Entry, ...]
    is_whole: bool

    @property
    def total(self) -> Amount:
        """All of it."""
        return sum(self.by_day.values(), NOTHING)


@dataclass(frozen=True, slots=True)
class Names:
    """What members and servers are called, of those whose names are at hand."""

    members: Mapping[int, str] = field(default_factory=dict[int, str])
    servers: Mapping[int, str] = field(default_factory=dict[int, str])
