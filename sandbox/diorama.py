"""A harbour in three dimensions, for what a flat picture cannot show: that a camera moved.

What is near passes a moving camera faster than what is far; a camera that only turns, or a lens
that only magnifies, moves both alike. Lengths are metres; y points up and z away.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Final

from PIL import Image, ImageDraw

_SHARPNESS: Final = 3
_NEAREST: Final = 0.3
_FAR: Final = 900.0
_WIDE: Final = 1.7  # how far the world goes to each side, seen from where it goes away
_WAVES: Final = 110
_SKY: Final = (
    "#2c2658",
    "#4a2f66",
    "#6f3c6e",
    "#97486e",
    "#ba546a",
    "#d66f66",
    "#f0955f",
    "#ffba6c",
)
_SEA: Final = ("#e39a6c", "#a8627a", "#6b4373", "#453263", "#2e2651", "#221f45", "#1a1a3a")

Point = tuple[float, float, float]
Face = tuple[list[Point], str]
"""A polygon and its colour."""


@dataclass(frozen=True, slots=True)
class Camera:
    """Where it stands, where it looks (radians, right and up), how much its lens magnifies."""

    x: float = 0.0
    y: float = 1.9
    z: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0
    zoom: float = 1.0

    def sees(self, point: Point, size: tuple[int, int]) -> tuple[float, float] | None:
        """Return where a point is in a picture of that size; None when it is not in front."""
        x, y, z = point[0] - self.x, point[1] - self.y, point[2] - self.z
        x, z = _turned(x, z, self.yaw)
        y, z = _turned(y, z, self.pitch)
        if z < _NEAREST:
            return None
        scale = self.zoom * size[0] * 0.85 / z
        return size[0] / 2 + x * scale, size[1] / 2 - y * scale


def photograph(
    camera: Camera, *, seconds: float, boat_x: float, size: tuple[int, int]
) -> Image.Image:
    """Return what the camera sees at a time, with a boat that may sail."""
    large = (size[0] * _SHARPNESS, size[1] * _SHARPNESS)
    picture = Image.new("RGB", large, _SKY[0])
    pen = ImageDraw.Draw(picture)
    for corners, colour in _harbour(camera, seconds, boat_x):
        seen = [camera.sees(corner, large) for corner in corners]
        inside = [place for place in seen if place is not None]
        if len(inside) == len(seen):
            pen.polygon(inside, fill=colour)
    return picture.reduce(_SHARPNESS)


def _harbour(camera: Camera, seconds: float, boat_x: float) -> Iterator[Face]:
    """Yield all there is, the farthest first; sky and sea go along, because they never end."""
    yield from _sky(camera)
    yield from _hills()
    yield from _sea(camera)
    yield from _glitter(seconds)
    yield from _lighthouse(1.5, 22)
    for x, z in ((-9, 27), (8, 20), (-5, 14), (5.5, 11)):
        yield from _boat(x, z, seconds)
    yield from _boat(boat_x, 7.5, seconds, paper="#ff6b5e")
    for number in range(-6, 7):
        yield from _post(number * 2.0 + 1.0, 6.2)


def _sky(camera: Camera) -> Iterator[Face]:
    heights = (4000, 420, 330, 250, 180, 120, 75, 35, -5)
    for colour, (top, bottom) in zip(_SKY, pairwise(heights), strict=True):
        left, right = camera.x - _WIDE * _FAR, camera.x + _WIDE * _FAR
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        yield [(x, y, _FAR) for x, y in corners], colour
    sun = (corner * math.tau / 40 for corner in range(40))
    yield [(170 + 42 * math.cos(at), 130 + 42 * math.sin(at), _FAR) for at in sun], "#ffe8b0"


def _hills() -> Iterator[Face]:
    for z, colour, rise in ((700, "#a8586a", 60), (450, "#5b3a66", 26)):
        edge = round(_WIDE * z)
        ridge = [
            (x, rise * (1 + 0.6 * math.sin(x / 97 + z) + 0.35 * math.sin(x / 41)), z)
            for x in range(-edge, edge, 20)
        ]
        yield [(-edge, 0, z), *ridge, (edge, 0, z)], colour


def _sea(camera: Camera) -> Iterator[Face]:
    edges = (_FAR, 120, 50, 26, 14, 8, 4, 0.9)
    for colour, (far, near) in zip(_SEA, pairwise(edges), strict=True):
        corners = ((-far, far), (far, far), (near, near), (-near, near))
        yield [(camera.x + _WIDE * x, 0, camera.z + z) for x, z in corners], colour


def _glitter(seconds: float) -> Iterator[Face]:
    random = Random(7)
    for _ in range(_WAVES):
        x, z, phase = random.uniform(-30, 30), random.uniform(1.2, 45), random.random()
        half = 0.25 * (1 + z / 14) * (0.7 + 0.3 * math.sin(seconds * 3 + phase * 9))
        deep = 0.014 * (1 + z / 5)
        yield [(x - half, 0, z), (x, 0, z + deep), (x + half, 0, z), (x, 0, z - deep)], "#ffca8e"


def _lighthouse(x: float, z: float) -> Iterator[Face]:
    yield [(x - 3, 0, z), (x - 1.6, 0.9, z), (x + 1.7, 1.0, z), (x + 3.2, 0, z)], "#33264f"
    for floor in range(6):
        wide, narrow = 1.0 - 0.07 * floor, 0.93 - 0.07 * floor
        light, shade = ("#e0524d", "#9c3448") if floor % 2 else ("#fff3dc", "#cdb6b8")
        low, high = 0.9 + floor, 1.9 + floor
        yield _slab(x, z, low=low, high=high, wide=wide, narrow=narrow), light
        yield [(x, low, z), (x - wide, low, z), (x - narrow, high, z), (x, high, z)], shade
    yield _slab(x, z, low=6.9, high=7.1, wide=0.8, narrow=0.8), "#2b2148"
    yield _slab(x, z, low=7.1, high=7.9, wide=0.42, narrow=0.42), "#fff2a8"
    yield _slab(x, z, low=7.9, high=8.6, wide=0.62, narrow=0.0), "#e0524d"


def _slab(
    x: float, z: float, *, low: float, high: float, wide: float, narrow: float
) -> list[Point]:
    return [(x - wide, low, z), (x + wide, low, z), (x + narrow, high, z), (x - narrow, high, z)]


def _boat(x: float, z: float, seconds: float, *, paper: str = "#fff3dc") -> Iterator[Face]:
    """Fold a paper boat that rocks on the water."""
    rock = 0.07 * math.sin(seconds * 2.4 + x)

    def fold(*corners: tuple[float, float]) -> list[Point]:
        turned = (_turned(across, up, rock) for across, up in corners)
        return [(x + across, up, z) for across, up in turned]

    yield fold((-0.45, 0.3), (0, 1.15), (0, 0.3)), paper
    yield fold((0.45, 0.3), (0, 1.15), (0, 0.3)), "#c9a3a6"
    yield fold((-0.95, 0.6), (0, 0.28), (0.95, 0.6), (0.55, -0.05), (-0.55, -0.05)), "#c9a3a6"
    yield fold((-0.95, 0.6), (0, 0.2), (-0.1, -0.05), (-0.55, -0.05)), paper


def _post(x: float, z: float) -> Iterator[Face]:
    yield _slab(x, z, low=0, high=0.75, wide=0.1, narrow=0.1), "#191433"
    yield _slab(x, z, low=0.75, high=0.85, wide=0.13, narrow=0.13), "#ffba6c"


def _turned(a: float, b: float, angle: float) -> tuple[float, float]:
    """Return two lengths at right angles, seen by who turned from the second to the first."""
    return a * math.cos(angle) - b * math.sin(angle), b * math.cos(angle) + a * math.sin(angle)
