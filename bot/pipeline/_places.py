"""Who of those that left the line has a place at Atlas: a pure decision."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.model import VideoId

LINE: Final = "videos"
"""The queue of those who wait; MAX_IN_FLIGHT and MAX_PER_USER hold on it."""
RESUMED: Final = "resumed"
"""The queue of those who had left the line when their process died: they have their places."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A video that has left the line."""

    video_id: VideoId
    member: str | None
    queue: str | None
    turn: tuple[int, str]
    """Sorts those who left the line, earliest first."""


@dataclass(frozen=True, slots=True)
class Places:
    """Who keeps the place from before their process died, and who must wait for one."""

    kept: frozenset[VideoId]
    none_left: frozenset[VideoId]


def places_of(entries: Sequence[Entry], *, in_all: int, per_member: int) -> Places:
    """Give the places first to those who were resumed, then by turn, until the limits are met."""
    resumed = [entry for entry in entries if entry.queue == RESUMED]
    others = sorted((one for one in entries if one.queue != RESUMED), key=lambda one: one.turn)
    of_member, none_left = Counter(entry.member for entry in resumed), set[VideoId]()
    for before, entry in enumerate(others, start=len(resumed)):
        if before >= in_all or of_member[entry.member] >= per_member:
            none_left.add(entry.video_id)
        of_member[entry.member] += 1
    return Places(frozenset(entry.video_id for entry in resumed), frozenset(none_left))
