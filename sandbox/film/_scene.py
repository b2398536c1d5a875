"""A painted place for a prompt: sky, hills, water that moves, and a little paper boat."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from sandbox.film._pixels import graded, scaled
from sandbox.film._water import Water

_SHORE: Final = 0.6
"""How far down the picture the water begins."""

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """The light of an hour of the day."""

    top: Colour
    middle: Colour
    horizon: Colour
    lamp: Colour
    far: Colour
    near: Colour
    deep: Colour
    stars: int = 0


_PALETTES: Final = {
    "dawn": Palette(
        top=(84, 110, 168),
        middle=(222, 170, 178),
        horizon=(255, 220, 184),
        lamp=(255, 244, 220),
        far=(196, 158, 178),
        near=(70, 66, 104),
        deep=(44, 58, 96),
    ),
    "day": Palette(
        top=(54, 128, 200),
        middle=(126, 186, 228),
        horizon=(226, 242, 244),
        lamp=(255, 253, 240),
        far=(158, 194, 206),
        near=(40, 98, 92),
        deep=(18, 74, 110),
    ),
    "dusk": Palette(
        top=(44, 38, 88),
        middle=(186, 84, 106),
        horizon=(255, 186, 108),
        lamp=(255, 232, 176),
        far=(168, 88, 104),
        near=(38, 28, 58),
        deep=(26, 24, 58),
        stars=40,
    ),
    "night": Palette(
        top=(8, 14, 38),
        middle=(22, 44, 86),
        horizon=(74, 112, 150),
        lamp=(240, 244, 255),
        far=(42, 70, 110),
        near=(8, 16, 34),
        deep=(6, 12, 30),
        stars=220,
    ),
}
_HOURS: Final = {
    "morning": "dawn",
    "sunrise": "dawn",
    "noon": "day",
    "sunny": "day",
    "sunset": "dusk",
    "evening": "dusk",
    "moon": "night",
    "star": "night",
} | {hour: hour for hour in _PALETTES}


def scene(prompt: str, *, size: tuple[int, int]) -> Callable[[float], Image.Image]:
    """Return what there is to see at a time in seconds; the same prompt is the same place."""
    random = Random(prompt)
    palette = _PALETTES[_hour(prompt, random)]
    land = _land(palette, size=size, random=random)
    clouds, white = _clouds(palette, size=size), _mixed(palette.middle, palette.lamp, 0.6)
    water = Water(land, depth=size[1] - land.height, deep=palette.deep, lamp=palette.lamp)
    boat = _boat(size[1] // 6, palette)
    empty = Image.new("RGB", size)
    empty.paste(land)

    def at(seconds: float) -> Image.Image:
        picture = empty.copy()
        picture.paste(white, (round(seconds * size[0] / 90) - size[0] // 8, 0), clouds)
        picture.paste(water.at(seconds), (0, land.height))
        _float(boat, picture, seconds)
        return picture

    return at


def _hour(prompt: str, random: Random) -> str:
    said = (hour for word, hour in _HOURS.items() if word in prompt.lower())
    return next(said, random.choice(list(_PALETTES)))


def _land(palette: Palette, *, size: tuple[int, int], random: Random) -> Image.Image:
    """Paint all that stands above the water, at twice the size, so that its edges are smooth."""
    width, height = size[0] * 2, round(size[1] * _SHORE) * 2
    picture = _sky(palette, (width, height))
    pen = ImageDraw.Draw(picture)
    for _ in range(palette.stars):
        x, y, radius = random.random() * width, random.random() ** 2 * height * 0.7, random.random()
        pen.circle(
            (x, y), 1 + radius * height / 500, fill=_mixed(palette.middle, palette.lamp, 0.7)
        )
    _hang_lamp(picture, palette, random)
    for layer in range(4):
        nearness = layer / 3
        ridge = _ridge(width, random, roughness=1 - 0.5 * nearness)
        base, swing = height * (0.74 + 0.2 * nearness), height * (0.15 - 0.08 * nearness)
        points = [(x, base - swing * rise) for x, rise in ridge]
        fill = _mixed(palette.far, palette.near, nearness)
        pen.polygon([*points, (width, height), (0, height)], fill=fill)
        _mist(picture, palette.horizon, top=round(base - swing / 2), strength=0.27 - 0.07 * layer)
    return picture.reduce(2)


def _sky(palette: Palette, size: tuple[int, int]) -> Image.Image:
    grey = scaled(Image.linear_gradient("L"), size)
    return ImageOps.colorize(grey, palette.top, palette.horizon, mid=palette.middle, midpoint=140)


def _hang_lamp(picture: Image.Image, palette: Palette, random: Random) -> None:
    """Paint the sun or the moon, and its glow."""
    width, height = picture.size
    x, y = width * random.uniform(0.35, 0.65), height * random.uniform(0.3, 0.5)
    shine = _mixed(palette.horizon, palette.lamp, 0.35)
    for reach, strength in ((0.9, 0.55), (0.3, 0.6)):
        side = round(height * reach) * 2
        glow = scaled(ImageOps.invert(Image.radial_gradient("L")), (side, side))
        glow = graded(glow, lambda level, most=strength: _faded(level) * most)
        picture.paste(shine, (round(x - side / 2), round(y - side / 2)), glow)
    ImageDraw.Draw(picture).circle((x, y), height * 0.075, fill=palette.lamp)


def _faded(level: float) -> float:
    """Let a glow end softly, and before the edge of its square: there it is at 0.29."""
    return max(0.0, (level - 0.3) / 0.7) ** 2


def _ridge(width: int, random: Random, *, roughness: float) -> list[tuple[int, float]]:
    """Return heights between about -1 and 1 along a line of hills."""
    waves = [(random.uniform(1.5, 3) * 2**n, random.random() * math.tau) for n in range(5)]
    rows: list[tuple[int, float]] = []
    for x in range(0, width + 8, 8):
        heights = (
            math.sin(x / width * math.tau * pitch + phase) * (0.5 * roughness) ** n
            for n, (pitch, phase) in enumerate(waves)
        )
        rows.append((x, sum(heights)))
    return rows


def _mist(picture: Image.Image, colour: Colour, *, top: int, strength: float) -> None:
    width, height = picture.size
    slope = scaled(Image.linear_gradient("L"), (width, height - top))
    veil = graded(slope, lambda level: level * strength)
    picture.paste(colour, (0, top), veil)


def _clouds(palette: Palette, *, size: tuple[int, int]) -> Image.Image:
    """Return a mask of soft, flat clouds, wider than the picture so that they can drift."""
    random = Random(palette.stars)
    width, height = round(size[0] * 1.25), round(size[1] * _SHORE * 0.6)
    mask = Image.new("L", (width // 4, height // 4))
    for _ in range(9):
        x, y = random.uniform(0, mask.width), random.uniform(0.15, 0.85) * mask.height
        for _ in range(7):
            dx, dy = random.gauss(0, mask.width / 24), random.gauss(0, mask.height / 40)
            wide, high = mask.width / random.uniform(14, 26), mask.height / random.uniform(26, 40)
            box = (x + dx - wide, y + dy - high, x + dx + wide, y + dy + high)
            ImageDraw.Draw(mask).ellipse(box, fill=random.randint(40, 90))
    return scaled(mask.filter(ImageFilter.GaussianBlur(mask.height / 40)), (width, height))


def _boat(side: int, palette: Palette) -> Image.Image:
    """Fold a paper boat, painted at four times its size."""
    unit = side * 4 / 100
    sheet = Image.new("RGBA", (side * 4, side * 4))
    pen = ImageDraw.Draw(sheet)
    paper = _mixed(palette.lamp, palette.horizon, 0.25)
    shade, dark = _mixed(paper, palette.near, 0.25), _mixed(paper, palette.near, 0.5)
    for points, fill in (
        ([(50, 12), (26, 62), (74, 62)], paper),
        ([(50, 12), (50, 62), (74, 62)], shade),
        ([(4, 44), (50, 60), (96, 44), (76, 82), (24, 82)], shade),
        ([(4, 44), (50, 66), (24, 82)], paper),
        ([(50, 66), (76, 82), (24, 82)], dark),
    ):
        pen.polygon([(x * unit, y * unit) for x, y in points], fill=fill)
    return sheet.reduce(4)


def _float(boat: Image.Image, picture: Image.Image, seconds: float) -> None:
    """Set the boat on the water, with what the water shows of it."""
    tilted = boat.rotate(3 * math.sin(seconds * 1.7), Image.Resampling.BILINEAR)
    mirrored = ImageOps.flip(tilted)
    mirrored.putalpha(graded(mirrored.getchannel("A"), lambda level: level * 0.3))
    x = round(picture.width * (0.36 + 0.016 * seconds))
    y = round(picture.height * (0.66 + 0.004 * math.sin(seconds * 2.1)))
    picture.paste(mirrored, (x, y + round(boat.height * 0.62)), mirrored)
    picture.paste(tilted, (x, y), tilted)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
