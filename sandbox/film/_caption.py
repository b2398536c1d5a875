"""The first words of a prompt, small, in the corner of its film."""

import re
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

_WORDS: Final = 7
_ASIDE: Final = re.compile(r"\s*\[[^\]]*\]|\s*#\w+")
_LAST_LATIN: Final = "\u017f"
"""The default font draws boxes for most letters past it."""


@dataclass(frozen=True, slots=True)
class Label:
    """Grey writing, how much it covers, and where it begins in the film."""

    ink: Image.Image
    cover: Image.Image
    place: tuple[int, int]


def caption(prompt: str, *, size: tuple[int, int]) -> Label | None:
    """Return the label for a film of that size; None when no word can be written."""
    words = _ASIDE.sub("", prompt).split()
    words = [word for word in words if max(word) <= _LAST_LATIN]
    if not words:
        return None
    text = " ".join(words[:_WORDS]).rstrip(",.;:") + (" …" if len(words) > _WORDS else "")
    width, height = size
    font = ImageFont.load_default(max(9, height // 30))
    ink, shadow = Image.new("L", size), Image.new("L", size)
    place = (width * 0.03, height * 0.955)
    ImageDraw.Draw(shadow).text(place, text, fill=200, font=font, anchor="ls")
    ImageDraw.Draw(ink).text(place, text, fill=235, font=font, anchor="ls")
    shadow = shadow.filter(ImageFilter.GaussianBlur(height / 240))
    cover = ImageChops.lighter(ink, shadow)
    box = cover.getbbox()
    return None if box is None else Label(ink.crop(box), cover.crop(box), (box[0], box[1]))
