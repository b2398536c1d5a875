"""Two of Pillow's methods, typed: its own types name numpy, which we do without."""

from collections.abc import Callable

from PIL import Image


def scaled(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the image in that size, smoothly."""
    return image.resize(size, Image.Resampling.BICUBIC)  # pyright: ignore[reportUnknownMemberType]  # numpy


def graded(mask: Image.Image, curve: Callable[[float], float]) -> Image.Image:
    """Return the mask with another level, from 0 to 1, for each level."""
    table = [round(255 * curve(level / 255)) for level in range(256)]
    return mask.point(table)  # pyright: ignore[reportUnknownMemberType]  # numpy
