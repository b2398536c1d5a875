"""How far a video seems to be, from how long those before it took: pure decisions.

Atlas tells no progress, so this is a guess, and is shown as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

TENTHS: Final = 10

_ENOUGH: Final = 5
_AT_MEDIAN: Final = 0.7
_AT_P90: Final = 0.9
_AT_MOST: Final = 0.99
_SHORTEST_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How many seconds half of the videos take at most, and nine in ten of them."""

    median_s: float
    p90_s: float


VENDORS_PACE: Final = Pace(210.0, 300.0)
"""Until there is a history: most clips take two to five minutes, says the vendor's FAQ."""


class Phase(StrEnum):
    """What a video's age says of it."""

    USUAL = "usual"
    """Younger than half of the videos were when they were ready."""
    SLOW = "slow"
    """Older than that."""
    LATE = "late"
    """Older than nine in ten."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What can be said of a video that is being made: full tenths, never all ten, and the pace."""

    tenths: int = 0
    phase: Phase = Phase.USUAL
    pace: Pace = VENDORS_PACE


def pace_of(durations_s: Sequence[float]) -> Pace:
    """Return the pace of finished videos; the vendor's figure while they are few."""
    if len(durations_s) < _ENOUGH:
        return VENDORS_PACE
    ordered = sorted(durations_s)
    last = len(ordered) - 1
    median_s, p90_s = ordered[last // 2], ordered[last * 9 // 10]
    return Pace(max(median_s, _SHORTEST_S), max(p90_s, _SHORTEST_S))


def progress(age_s: float, pace: Pace) -> float:
    """Return the share that is done, in [0, 1): it grows with age, and is 1 only at the end."""
    if age_s < pace.median_s:
        return _AT_MEDIAN * max(0.0, age_s / pace.median_s)
    if age_s < pace.p90_s:
        way = (age_s - pace.median_s) / (pace.p90_s - pace.median_s)
        return _AT_MEDIAN + (_AT_P90 - _AT_MEDIAN) * way
    return min(_AT_MOST, 1 - (1 - _AT_P90) * pace.p90_s / age_s)


def outlook(age_s: float, pace: Pace) -> Outlook:
    """Return what can be said of a video of this age."""
    phase = Phase.LATE if age_s >= pace.p90_s else Phase.SLOW
    if age_s < pace.median_s:
        phase = Phase.USUAL
    return Outlook(int(TENTHS * progress(age_s, pace)), phase, pace)
