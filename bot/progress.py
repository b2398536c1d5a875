"""How long videos take by our own history, and so how far one seems to be: pure decisions.

Atlas tells no progress, so this is a guess, and is shown as one.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from math import log
from typing import Final

TENTHS: Final = 10

_ENOUGH: Final = 5
_HALF_FORGOTTEN: Final = 30
_NARROWEST: Final = 1.05
_AT_MEDIAN: Final = 0.7
_AT_P90: Final = 0.9
_AT_MOST: Final = 0.99
_SHORTEST_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How many seconds half of the videos take at most, and nine in ten of them.

    Between and beyond, the share that is ready follows a log-logistic distribution: a log-normal's
    bell with a heavier tail.
    """

    median_s: float
    p90_s: float

    @property
    def spread(self) -> float:
        """The scale of the logarithm of the seconds."""
        return log(self.p90_s / self.median_s) / log(9)


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
    """Return the pace of finished videos, the newest first; the vendor's while they are few.

    After thirty more a video counts half, so that a vendor who has changed is slowly believed.
    """
    if len(durations_s) < _ENOUGH:
        return VENDORS_PACE
    ordered = sorted((took_s, 0.5 ** (n / _HALF_FORGOTTEN)) for n, took_s in enumerate(durations_s))
    counted = list(accumulate(weight for _, weight in ordered))

    def least(share: float) -> float:
        return ordered[bisect_left(counted, share * counted[-1])][0]

    median_s = max(least(0.5), _SHORTEST_S)
    return Pace(median_s, max(least(0.9), median_s * _NARROWEST))


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
