"""The first words of a prompt, small, in the corner of its film."""

import re
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

_WORDS: Final = 7
_ASIDE: Final = re.compile(r"\[[^\]]*\]|#\w+")
_LAST_LATIN: Final = "\u017f"
"""The default font draws boxes for most letters past it."""


def caption(prompt: str, *, size: tuple[int, int]) -> Image.Image | None:
    """Return a grey label with transparency, as large as the film.

    None when no word of the prompt can be written.
    """
    words = _ASIDE.sub(" ", prompt).split()
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
    return Image.merge("LA", (ink, ImageChops.lighter(ink, shadow)))
