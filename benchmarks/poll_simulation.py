"""Polls in virtual time: what the news of a video costs in calls, and how old it is.

When somebody looks does not hang on when the video is ready, so a few courses of looks serve all
videos. The look that brings the news is counted; nothing but the pauses takes time.
"""
# The library that draws is typed in part only:
# pyright: reportUnknownMemberType=false

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import erfc, exp, log, pi, sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from benchmarks.figures import Row, Scale
from bot.polls import Timetable
from bot.progress import Pace, pace_of

Floats = npt.NDArray[np.float64]
Pause = Callable[[float, float], float]
"""Returns the seconds to the next look, for an age in seconds and a chance in [0, 1)."""

MEDIAN_S: Final = 140.0
HISTORY: Final = 50
_TITLE: Final = "Simulated polls"
_SIGMAS: Final = (0.05, 0.1, 0.15, 0.3, 0.5)
_DELAYS_S: Final = (0.5, 1.0, 2.0, 4.0)
"""The mean delays that our polls aim at; `POLL_MIN_S` is the third."""
_MOST: Final = 5.0
"""`POLL_MAX_S` is so many times `POLL_MIN_S`."""

_P90: Final = 1.2815515655446004  # the score below which nine in ten of a bell are
_RELEARN: Final = 5
_VIDEOS: Final = {Scale.QUICK: 2_000, Scale.FULL: 100_000}
_COURSES: Final = {Scale.QUICK: 5, Scale.FULL: 100}

_KNOWN_WITHIN: Final = 1.15
_LEARNT_WITHIN: Final = 1.25
_OF_THE_CALLS: Final = {0.15: 1 / 3, 0.05: 1 / 8}


@dataclass(frozen=True, slots=True)
class Cost:
    """What the news of one video costs on average."""

    calls: float
    delay_s: float


def fixed(every_s: float) -> Pause:
    """Return the loop of a simple bot."""
    return lambda _age_s, _chance: every_s


def doubling(first_s: float, most_s: float) -> Pause:
    """Return pauses of 2, 4, 8 … seconds: each is as long as all before it, and the first."""
    return lambda age_s, _chance: min(first_s + age_s, most_s)


PEERS: Final[Mapping[str, Pause]] = {
    "fixed 2 s": fixed(2),
    "fixed 5 s": fixed(5),
    "fixed 10 s": fixed(10),
    "doubling": doubling(2, 60),
}


def ours(pace: Pace, delay_s: float) -> Pause:
    """Return the polls of the product."""
    timetable = Timetable(pace, least_s=delay_s, most_s=_MOST * delay_s)
    return lambda age_s, chance: timetable.pause_s(age_s, chance=chance)


def optimum_s(sigma: float) -> float:
    """Return the least product of calls and mean delay: ½(∫√(f·S))², as docs/why derives it."""
    scores = np.linspace(-9.0, 9.0, 4001)
    ages_s = MEDIAN_S * np.exp(sigma * scores)
    density = np.exp(-(scores**2) / 2) / (sqrt(2 * pi) * sigma * ages_s)
    unready = np.array([erfc(score / sqrt(2)) / 2 for score in scores])
    return float(np.trapezoid(np.sqrt(density * unready), ages_s) ** 2 / 2)


def looks(pause: Pause, chance: np.random.Generator, *, until_s: float) -> Floats:
    """Return the ages at which somebody looks, up to the first that is not before `until_s`."""
    ages_s = [pause(0.0, chance.random())]
    while ages_s[-1] < until_s:
        ages_s.append(ages_s[-1] + pause(ages_s[-1], chance.random()))
    return np.array(ages_s)


def cost(courses: Sequence[Floats], ready_s: Floats) -> Cost:
    """Return what videos cost that are ready at those ages and are dealt out to the courses."""
    calls = delay_s = 0.0
    for deal, course_s in enumerate(courses):
        dealt_s = ready_s[deal :: len(courses)]
        seen = np.searchsorted(course_s, dealt_s)
        calls += float(np.sum(seen + 1))
        delay_s += float(np.sum(course_s[seen] - dealt_s))
    return Cost(calls / len(ready_s), delay_s / len(ready_s))


class _Videos:
    """Many videos of one distribution, and ways to wait for them."""

    def __init__(self, sigma: float, scale: Scale) -> None:
        self._sigma, self._courses = sigma, _COURSES[scale]
        self._chance = np.random.default_rng(round(1000 * sigma))
        self._ready_s = self._draw(_VIDEOS[scale])

    def measured(self) -> dict[str, Any]:
        """Return the costs of all who wait; ours when they know, and when they had to learn."""
        known = Pace(MEDIAN_S, MEDIAN_S * exp(_P90 * self._sigma))
        return {
            "optimum_s": optimum_s(self._sigma),
            "peers": {name: self._cost(self._times(pause)) for name, pause in PEERS.items()},
            "known": [self._cost(self._times(ours(known, delay_s))) for delay_s in _DELAYS_S],
            "learnt": [self._cost(self._learners(delay_s)) for delay_s in _DELAYS_S],
        }

    def _draw(self, count: int) -> Floats:
        return MEDIAN_S * np.exp(self._sigma * self._chance.standard_normal(count))

    def _cost(self, pauses: Iterable[Pause]) -> dict[str, float]:
        latest_s = float(self._ready_s.max())
        courses = [looks(pause, self._chance, until_s=latest_s) for pause in pauses]
        return asdict(cost(courses, self._ready_s))

    def _times(self, pause: Pause) -> Iterator[Pause]:
        return (pause for _ in range(self._courses))

    def _learners(self, delay_s: float) -> Iterator[Pause]:
        return (self._learner(delay_s) for _ in range(self._courses))

    def _learner(self, delay_s: float) -> Pause:
        """Return our polls after a history: it has the ages at which they saw the videos."""
        seen_s = list[float]()
        pause = ours(pace_of(seen_s), delay_s)
        for count, ready_s in enumerate(self._draw(HISTORY), start=1):
            seen_s.insert(0, float(looks(pause, self._chance, until_s=ready_s)[-1]))
            if count % _RELEARN == 0:
                pause = ours(pace_of(seen_s), delay_s)
        return pause


async def measure(scale: Scale) -> dict[str, Any]:
    """Wait for all videos in all ways."""
    return {
        str(sigma): await asyncio.to_thread(_Videos(sigma, scale).measured) for sigma in _SIGMAS
    }


def rows(raw: Mapping[str, Any]) -> list[Row]:
    """Return how near to the optimum our polls come, and what the vendor's own loop needs more."""
    return [row for sigma in _SIGMAS for row in _rows(sigma, raw[str(sigma)])]


def _rows(sigma: float, raw: Mapping[str, Any]) -> Iterator[Row]:
    simple = Cost(**raw["peers"]["fixed 2 s"])
    for kind, case, within in (
        ("known", "known", _KNOWN_WITHIN),
        ("learnt", f"learnt from {HISTORY}", _LEARNT_WITHIN),
    ):
        calls = _calls_at(simple.delay_s, [Cost(**each) for each in raw[kind]])
        yield Row(
            _TITLE,
            f"σ {sigma}, {case}",
            "calls × mean delay, of the optimum",
            calls * simple.delay_s / raw["optimum_s"],
            "",
            peer=simple.calls * simple.delay_s / raw["optimum_s"],
            bound=within,
        )
        if kind == "known":
            yield Row(
                _TITLE,
                f"σ {sigma}, {case}",
                f"calls per video at a mean delay of {simple.delay_s:.2f} s",
                calls,
                "",
                peer=simple.calls,
                bound=_OF_THE_CALLS[sigma] * simple.calls if sigma in _OF_THE_CALLS else None,
            )


def _calls_at(delay_s: float, costs: Sequence[Cost]) -> float:
    """Return the calls between those that were measured, on a line through their logarithms."""
    ordered = sorted(costs, key=lambda each: each.delay_s)
    delays = [log(each.delay_s) for each in ordered]
    calls = [log(each.calls) for each in ordered]
    return exp(float(np.interp(log(delay_s), delays, calls)))


def draw(axes: Axes, raw: Mapping[str, Any]) -> None:
    """Draw delays over calls: who is nearer to the line of its colour is better."""
    calls = np.geomspace(2.0, 200.0, 50)
    for number, sigma in enumerate(_SIGMAS):
        found, colour = raw[str(sigma)], f"C{number}"
        axes.plot(calls, found["optimum_s"] / calls, color=colour, linewidth=0.8)
        for kind, mark in (("known", "o"), ("learnt", "x")):
            xs, ys = ([each[name] for each in found[kind]] for name in ("calls", "delay_s"))
            axes.plot(xs, ys, mark, color=colour, label=f"σ {sigma}" if mark == "o" else None)
    for name, mark in zip(PEERS, "sDv^", strict=True):
        peer = raw[str(_SIGMAS[2])]["peers"][name]
        axes.plot(peer["calls"], peer["delay_s"], mark, color="0.4", label=name)
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="calls per video",
        ylabel="mean delay, s",
        title=f"{_TITLE} (lines: optimum; ○ known, × learnt from {HISTORY})",
    )
    axes.legend(fontsize="small")
