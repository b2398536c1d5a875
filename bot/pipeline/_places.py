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
LEAVE_LINE: Final = "leave_line"
"""What is noted of a video that has its place."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A video that has left the line."""

    video_id: VideoId
    member: str | None
    queue: str | None
    turn: tuple[int, str]
    """Sorts those who left the line, earliest first."""


def is_room_for_all(counts: Sequence[int], *, in_all: int, per_member: int) -> bool:
    """Tell whether nobody must wait, with so many videos of each member."""
    return sum(counts) <= in_all and max(counts, default=0) <= per_member


def must_wait(entries: Sequence[Entry], *, in_all: int, per_member: int) -> set[VideoId]:
    """Return who must wait for a place.

    Those who were resumed have theirs; the rest are taken by turn, until the limits are met.
    """
    resumed = [entry for entry in entries if entry.queue == RESUMED]
    others = sorted((one for one in entries if one.queue != RESUMED), key=lambda one: one.turn)
    of_member, waiting = Counter(entry.member for entry in resumed), set[VideoId]()
    for before, entry in enumerate(others, start=len(resumed)):
        if before >= in_all or of_member[entry.member] >= per_member:
            waiting.add(entry.video_id)
        of_member[entry.member] += 1
    return waiting
