"""Water below a landscape: its mirror image, broken by ripples, with the sun's glitter."""

import math
from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageOps

from sandbox.film._pixels import graded, scaled

_STRIP: Final = 3
"""Pixels of water that move as one."""

_GLINTS: Final = 160


class Water:
    """A mirror of `land`, `depth` pixels high."""

    def __init__(
        self,
        land: Image.Image,
        *,
        depth: int,
        deep: tuple[int, int, int],
        lamp: tuple[int, int, int],
    ) -> None:
        self._width, self._depth, self._lamp = land.width, depth, lamp
        self._slack = max(2, land.width // 40)
        self._mirror = _mirror(land, (land.width + 2 * self._slack, depth), deep)
        self._sun = _brightest(land)
        random = Random(land.width)
        self._glints = [
            (random.uniform(0.1, 1), random.gauss(0, 1), random.random()) for _ in range(_GLINTS)
        ]

    def at(self, seconds: float) -> Image.Image:
        """Return the water at a time."""
        picture = Image.new("RGB", (self._width, self._depth))
        for y in range(0, self._depth, _STRIP):
            nearness = y / self._depth
            wave = math.sin(26 * nearness**0.5 - 2.6 * seconds) + math.sin(y * 0.9 + 3.1 * seconds)
            x = self._slack * (1 + 0.45 * wave * (0.15 + nearness))
            row = y + 3 * nearness * math.sin(60 * nearness**0.6 - 3.4 * seconds)
            row = max(0, min(self._depth - _STRIP, row))
            box = (round(x), round(row), round(x) + self._width, round(row) + _STRIP)
            strip = self._mirror.crop(box)
            picture.paste(strip, (0, y))
        self._glitter(picture, seconds)
        return picture

    def _glitter(self, picture: Image.Image, seconds: float) -> None:
        pen = ImageDraw.Draw(picture, "RGBA")
        for nearness, aside, phase in self._glints:
            light = math.sin((seconds * (0.25 + 0.3 * phase) + phase) * math.tau)
            if light <= 0:
                continue
            spread, length = self._width * (0.03 + 0.07 * nearness), self._width * 0.012
            x, y = self._sun + aside * spread, nearness**1.4 * self._depth
            half = length * light * (0.4 + nearness)
            box = (x - half, y, x + half, y + 1 + 2 * nearness)
            pen.ellipse(box, fill=(*self._lamp, round(190 * light * (1 - 0.5 * nearness))))


def _mirror(land: Image.Image, size: tuple[int, int], deep: tuple[int, int, int]) -> Image.Image:
    """Return the land upside down, tinted and ever darker: a product keeps its colours clean."""
    mirror = scaled(ImageOps.flip(land), size)
    slope = scaled(Image.linear_gradient("L"), size)
    near, far = (tuple(255 - round((255 - c) * share) for c in deep) for share in (0.35, 0.75))
    mirror = ImageChops.multiply(mirror, ImageOps.colorize(slope, near, far))
    mirror.paste(deep, (0, 0), graded(slope, lambda level: 0.08 + 0.3 * level))
    return mirror


def _brightest(land: Image.Image) -> float:
    """Return where the sun or the moon stands, from the left, in pixels."""
    columns = scaled(land.convert("L"), (64, 1))
    lights = [float(light) for light in columns.tobytes()]
    return (lights.index(max(lights)) + 0.5) * land.width / 64
