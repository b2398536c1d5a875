"""When to ask next whether a video is ready: pure decisions, clock and chance given.

Polls whose rate goes with the square root of the hazard bring the news soonest for their number;
docs/why/17-polls.md derives it.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import exp, inf, sqrt
from typing import Final

from bot.progress import VENDORS_PACE, Pace

_ODDS: Final = tuple(tenth / 10 for tenth in range(-140, 141))
"""Logarithms of the odds that a video is ready: from one in a million to all but one."""

_JITTER: Final = 0.3
"""By which share a pause may be shorter, so that polls which began together part."""

_LONGEST_SILENCE_S: Final = VENDORS_PACE.median_s
"""However slow videos were: an Atlas that is well again must be noticed."""

_FEWEST: Final = 3.0
"""Looks while videos become ready, however quickly: with fewer we would time our own looks."""


class Timetable:
    """When to look at videos of a pace, so that their news is `least_s` old on average.

    Two looks are at least `least_s` apart and at most `most_s`; only the first may come later,
    where our own history shows that nothing is ready before.
    """

    def __init__(self, pace: Pace, *, least_s: float, most_s: float) -> None:
        self._least_s = least_s
        self._most_s = most_s
        self._is_learnt = pace != VENDORS_PACE
        self._ages_s = [pace.median_s * exp(pace.spread * odds) for odds in _ODDS]
        ready = [1 / (1 + exp(-odds)) for odds in _ODDS]
        # √hazard · d(age) / d(odds), where hazard = ready / (spread · age)
        roots = [sqrt(pace.spread * a * r) for a, r in zip(self._ages_s, ready, strict=True)]
        # ∫√(f·S) and c of docs/why/17-polls.md
        area = _areas([root * (1 - r) for root, r in zip(roots, ready, strict=True)])[-1]
        density = max(area / (2 * least_s) * (1 - _JITTER / 2), _FEWEST / area)
        self._looks = [density * looks for looks in _areas(roots)]

    def pause_s(self, age_s: float, *, chance: float) -> float:
        """Return the seconds from a look at that age to the next; `chance` in [0, 1) spreads it."""
        step = 1 - _JITTER * chance
        looks = _between(self._ages_s, self._looks, age_s)
        due_s = _between(self._looks, self._ages_s, looks + step)
        is_first = self._is_learnt and looks < 1 - _JITTER
        most_s = _LONGEST_SILENCE_S if is_first else self._most_s * step
        return max(self._least_s, min(due_s - age_s, most_s))


def crowding(polls_per_s: float, *, most_per_s: float) -> float:
    """Return how many times longer all pauses must be, so that the polls keep to that rate."""
    return max(1.0, polls_per_s / most_per_s)


def _areas(heights: Sequence[float]) -> list[float]:
    """Return the area under a curve over `_ODDS`, up to each of them."""
    width = _ODDS[1] - _ODDS[0]
    steps = (width * (left + right) / 2 for left, right in pairwise(heights))
    return list(accumulate(steps, initial=0.0))


def _between(xs: Sequence[float], ys: Sequence[float], x: float) -> float:
    """Return y at x on the line through the points: 0 before the first, no end after the last."""
    right = bisect_right(xs, x)
    if right == 0:
        return 0.0
    if right == len(xs):
        return inf
    left = right - 1
    return ys[left] + (ys[right] - ys[left]) * (x - xs[left]) / (xs[right] - xs[left])
