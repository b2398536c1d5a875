"""Pictures become files again."""

from io import BytesIO
from typing import Final

from PIL import Image

from bot.picture._picture import Picture

_QUALITIES: Final = (95, 85, 75, 60, 40)
_PNG_EFFORT: Final = 4  # of 9: as small as the usual 6, in half the time where it takes long


def printed(frame: Image.Image, *, lossless: bool, most_bytes: int) -> Picture | None:
    """Encode as PNG if it is to be lossless, else as the best JPEG; None when all are too large."""
    if lossless and (content := _encoded(frame, most_bytes, "PNG", compress_level=_PNG_EFFORT)):
        return Picture(content, "image/png", *frame.size)
    for quality in _QUALITIES:
        if content := _encoded(frame, most_bytes, "JPEG", quality=quality, subsampling="4:4:4"):
            return Picture(content, "image/jpeg", *frame.size)
    return None


def _encoded(frame: Image.Image, most_bytes: int, form: str, **options: int | str) -> bytes | None:
    frame.save(buffer := BytesIO(), form, **options)
    return buffer.getvalue() if buffer.tell() <= most_bytes else None
