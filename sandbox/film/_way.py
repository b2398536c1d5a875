"""The camera's way over the picture, from the moves of the prompt."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from bot.camera import Move


@dataclass(frozen=True, slots=True)
class Step:
    """How far one move goes.

    `x` and `y` in units of the room beside the window (right and down are positive), `zoom` as the
    logarithm of the magnification.
    """

    x: float = 0.0
    y: float = 0.0
    zoom: float = 0.0
    shake: float = 0.0

    def __add__(self, other: "Step") -> "Step":
        return Step(self.x + other.x, self.y + other.y, self.zoom + other.zoom)

    @property
    def is_sideways(self) -> bool:
        """Whether the window must leave the middle for it."""
        return any((self.x, self.y, self.shake))


_STEPS: Final[Mapping[Move, Step]] = {
    Move.TRUCK_LEFT: Step(x=-1.9, zoom=0.04),
    Move.TRUCK_RIGHT: Step(x=1.9, zoom=0.04),
    Move.PAN_LEFT: Step(x=-1.5),
    Move.PAN_RIGHT: Step(x=1.5),
    Move.PUSH_IN: Step(zoom=0.35),
    Move.PULL_OUT: Step(zoom=-0.35),
    Move.PEDESTAL_UP: Step(y=-1.9, zoom=0.04),
    Move.PEDESTAL_DOWN: Step(y=1.9, zoom=0.04),
    Move.TILT_UP: Step(y=-1.5),
    Move.TILT_DOWN: Step(y=1.5),
    Move.ZOOM_IN: Step(zoom=0.5),
    Move.ZOOM_OUT: Step(zoom=-0.5),
    Move.SHAKE: Step(shake=0.3),
    Move.TRACKING_SHOT: Step(x=1.3, zoom=0.15),
    Move.STATIC_SHOT: Step(),
}
_OF_ITS_OWN: Final = Step(zoom=0.1)
"""What the camera does when the prompt leaves it free: a slow push in."""

_ROOM: Final = 1.25
"""How much larger than the window the picture is, when the window must move over it."""


@dataclass(frozen=True, slots=True)
class Way:
    """Steps that share the time, and the points between them."""

    steps: tuple[Step, ...]
    points: tuple[Step, ...]
    margin: float

    @classmethod
    def through(cls, brackets: Sequence[Sequence[Move]]) -> "Way":
        """Lay the way: centred, never zoomed out past the edges, never out of the picture."""
        steps = tuple(_together(moves) for moves in brackets) or (_OF_ITS_OWN,)
        points = tuple(accumulate(steps, initial=Step()))
        xs, ys = _centred([at.x for at in points]), _centred([at.y for at in points])
        widest = min(at.zoom for at in points)
        laid = (Step(x, y, at.zoom - widest) for x, y, at in zip(xs, ys, points, strict=True))
        margin = _ROOM if any(step.is_sideways for step in steps) else 1.0
        return cls(steps, tuple(laid), margin)

    def window(self, at: float, *, size: tuple[int, int]) -> tuple[int, int, int, int]:
        """Return the box that the camera sees at `at`, from 0 to 1, in pixels of the picture."""
        here = self._where(at)
        magnification = self.margin * math.exp(here.zoom)
        left, right = _span(size[0], here.x, magnification)
        top, bottom = _span(size[1], here.y, magnification)
        return left, top, right, bottom

    def _where(self, at: float) -> Step:
        index = min(int(at * len(self.steps)), len(self.steps) - 1)
        passed = at * len(self.steps) - index
        eased = passed * passed * (3 - 2 * passed)
        start, end, shake = self.points[index], self.points[index + 1], self.steps[index].shake
        return Step(
            x=_kept(_between(start.x, end.x, eased) + shake * _tremor(at, 0.0)),
            y=_kept(_between(start.y, end.y, eased) + shake * _tremor(at, 2.0)),
            zoom=_between(start.zoom, end.zoom, eased),
        )


def _together(moves: Sequence[Move]) -> Step:
    steps = [_STEPS[move] for move in moves]
    return Step(
        x=sum(step.x for step in steps),
        y=sum(step.y for step in steps),
        zoom=sum(step.zoom for step in steps),
        shake=max(step.shake for step in steps),
    )


def _centred(values: Sequence[float]) -> list[float]:
    """Return the values about 0, drawn together where they would pass -1 or 1."""
    low, high = min(values), max(values)
    reach = max(1.0, (high - low) / 2)
    return [(value - (low + high) / 2) / reach for value in values]


def _span(length: int, place: float, magnification: float) -> tuple[int, int]:
    """Return where the window begins and ends; `place` is -1 at one edge and 1 at the other."""
    seen = round(length / magnification)
    begin = round((length - seen) * (1 + place) / 2)
    return begin, begin + seen


def _tremor(at: float, phase: float) -> float:
    return 0.6 * math.sin(at * 131 + phase) + 0.4 * math.sin(at * 227 + 2 * phase)


def _between(start: float, end: float, share: float) -> float:
    return start + (end - start) * share


def _kept(place: float) -> float:
    return max(-1.0, min(1.0, place))
