"""Who has a place at Atlas, and who may begin at once: pure decisions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.model import VideoId

LINE: Final = "videos"
"""The queue of those who have no place yet; it lets out no more than may be at Atlas."""
RESUMED: Final = "resumed"
"""The queue of those who had left the line when their process died: they have their places."""
LEAVE_LINE: Final = "leave_line"
"""What is noted of a video that has its place."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A video that has left the line."""

    video_id: VideoId
    member: str | None
    has_place: bool
    """Whether it may go to Atlas, or did; for the others that is to be decided."""
    turn: tuple[int, str]
    """Sorts those who left the line, earliest first."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many videos there are."""

    in_all: int
    of_member: int
    """Of one member, or of whoever has most."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many videos may be at Atlas at once."""

    in_all: int
    per_member: int

    def have_room_beside(self, crowd: Crowd) -> bool:
        """Tell whether one more may begin beside all that wait or are made."""
        return crowd.in_all < self.in_all and crowd.of_member < self.per_member

    def are_kept_by(self, crowd: Crowd) -> bool:
        """Tell whether none of those who left the line must wait."""
        return crowd.in_all <= self.in_all and crowd.of_member <= self.per_member


def must_wait(entries: Sequence[Entry], limits: Limits) -> set[VideoId]:
    """Return who must wait for a place.

    Whoever has one keeps it; the rest are taken by turn, until the limits are met.
    """
    placed = [entry for entry in entries if entry.has_place]
    others = sorted((one for one in entries if not one.has_place), key=lambda one: one.turn)
    of_member, waiting = Counter(entry.member for entry in placed), set[VideoId]()
    free = limits.in_all - len(placed)
    for entry in others:
        if free <= 0 or of_member[entry.member] >= limits.per_member:
            waiting.add(entry.video_id)
        else:
            of_member[entry.member] += 1
            free -= 1
    return waiting
