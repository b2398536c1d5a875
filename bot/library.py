"""A member's own videos, as they are found again: entries on pages."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from bot.model import Ending, Post, Video
from bot.money import Hold
from bot.prompt import keepable

PAGE_SIZE: Final = 5

SEARCH_LIMIT: Final = 60
"""UTF-16 units of the words to search for: they travel in the name of a button, of 100."""


@dataclass(frozen=True, slots=True)
class Bill:
    """The price of a video, and what became of that money."""

    usd: Decimal
    hold: Hold


@dataclass(frozen=True, slots=True)
class Entry:
    """All that is known of a video.

    `submitted_at` is None before Atlas took it, `ending` while it has none, and `bill` where no
    money was held for it.
    """

    video: Video
    submitted_at: float | None
    ending: Ending | None
    bill: Bill | None

    @property
    def post(self) -> Post | None:
        """The message that shows it: its result, else its card, else None."""
        if self.ending is not None and self.ending.post is not None:
            return self.ending.post
        card_id = self.video.card_id
        return None if card_id is None else Post(self.video.place.channel_id, card_id)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the videos whose prompts have `search` in them, newest first; pages count from 0."""

    number: int
    total: int
    search: str = field(repr=False)
    entries: tuple[Entry, ...]

    @property
    def count(self) -> int:
        """How many pages there are: one also when it is empty."""
        return page_count(self.total)


def page_count(total: int) -> int:
    """Return how many pages so many videos fill, at least one."""
    return max(1, -(-total // PAGE_SIZE))


def words_of(text: str) -> str:
    """Return what to search for: one line that fits into the name of a button."""
    units = " ".join(keepable(text).split()).encode("utf-16-le")
    return units[: 2 * SEARCH_LIMIT].decode("utf-16-le", "ignore").strip()


def export_file(stored: Mapping[str, Any], *, limit: int) -> tuple[str, bytes] | None:
    """Return a file's name and content, packed where it must be; None when it is too large."""
    content = json.dumps(stored, ensure_ascii=False, indent=1).encode()
    if len(content) <= limit:
        return "my-videos.json", content
    packed = gzip.compress(content)
    return ("my-videos.json.gz", packed) if len(packed) <= limit else None
