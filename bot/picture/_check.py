"""From an upload to a first frame, or to what could be made of it."""

from bot.picture._develop import developed
from bot.picture._fit import fits_of
from bot.picture._picture import (
    LARGEST_MENDED,
    LARGEST_UPLOAD,
    Picture,
    PictureMisfits,
    PictureRefused,
)
from bot.picture._print import printed
from bot.picture._rules import broken_rule
from bot.picture._upload import PNG, opened, reduced
from bot.words import refusals


def check(upload: bytes) -> Picture:
    """Return the first frame made of an upload. Raises PictureRefused."""
    if len(upload) > LARGEST_MENDED:
        raise PictureRefused(refusals.picture_too_large(len(upload)))
    try:
        image = opened(upload)
        claimed = image.size
        frame = developed(reduced(image))
    except PictureRefused:
        raise
    except Exception as error:  # hostile bytes may raise anything in a decoder
        raise PictureRefused(refusals.PICTURE_DAMAGED) from error
    lossless = upload.startswith(PNG)
    broken = broken_rule(len(upload), claimed, frame.size)
    if broken is None:
        if picture := printed(frame, lossless=lossless, most_bytes=LARGEST_UPLOAD):
            return picture
        broken = refusals.PICTURE_STAYS_LARGE
    if fits := fits_of(frame, lossless=lossless):
        raise PictureMisfits(broken, fits)
    raise PictureRefused(broken)
