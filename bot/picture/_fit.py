"""How a picture that breaks a rule can be made to fit: by its sides, then by its pixels."""

from math import ceil, floor
from typing import Final

from PIL import Image, ImageFilter, ImageOps
from PIL.Image import Resampling

from bot.picture._picture import Fit, Fitted
from bot.picture._print import printed
from bot.picture._rules import SHORT_SIDE_OVER, is_too_long

_ASPECT: Final = 12 / 5  # as wide as cinema, and clear of Atlas's 5:2 however it is rounded
_MOST_EXTREME: Final = 10  # of what is longer still, a crop shows too little, and a pad too much
_SHORT_SIDE: Final = 320  # px
_LONG_SIDE: Final = 2048  # px; a video has 1280
_MOST_ENLARGED: Final = 4
_LARGEST_PREVIEW: Final = 4_000_000  # bytes; Discord takes 10 MiB of a bot
_EXACTLY: Final = 6  # places; a float may be a hair above a whole number
_BLUR: Final = 16  # px of the picture to one of its blurred edges

Sides = tuple[int, int]


def fits_of(frame: Image.Image, *, lossless: bool) -> tuple[Fitted, ...]:
    """Return a picture for each way in which a frame can be made to fit."""
    made = (
        (fit, printed(_made(fit, frame, sides), lossless=lossless, most_bytes=_LARGEST_PREVIEW))
        for fit, sides in fitting_sides(*frame.size).items()
    )
    return tuple(Fitted(fit, picture) for fit, picture in made if picture)


def fitting_sides(width: int, height: int) -> dict[Fit, Sides]:
    """Return the sides that each possible fit would give a picture of these."""
    is_tall = width <= height
    wishes = _wishes(min(width, height), max(width, height))
    plans = {fit: _scaled(*wish) for fit, wish in wishes.items()}
    return {fit: plan if is_tall else (plan[1], plan[0]) for fit, plan in plans.items() if plan}


def _wishes(short: int, long: int) -> dict[Fit, tuple[float, float]]:
    """Return the short and the long side of each fit, before they are scaled."""
    if long > _MOST_EXTREME * short:
        return {}
    if is_too_long(short, long):
        return {Fit.CROP: (short, short * _ASPECT), Fit.PAD: (long / _ASPECT, long)}
    return {Fit.ENLARGE if short <= SHORT_SIDE_OVER else Fit.SHRINK: (short, long)}


def _scaled(short: float, long: float) -> Sides | None:
    """Return these sides within bounds; None where that would enlarge them too much.

    Rounded so that they never get further from a square.
    """
    factor = _SHORT_SIDE / short if short <= SHORT_SIDE_OVER else min(1, _LONG_SIDE / long)
    if factor > _MOST_ENLARGED:
        return None
    return ceil(round(short * factor, _EXACTLY)), floor(round(long * factor, _EXACTLY))


def _made(fit: Fit, frame: Image.Image, sides: Sides) -> Image.Image:
    return (_padded if fit is Fit.PAD else ImageOps.fit)(frame, sides, Resampling.LANCZOS)


def _padded(frame: Image.Image, sides: Sides, method: Resampling) -> Image.Image:
    """Return the whole picture on a blurred and larger one of itself."""
    width, height = sides
    whole = ImageOps.contain(frame, sides, method)
    small = ImageOps.fit(frame, (width // _BLUR, height // _BLUR), Resampling.BOX)
    small = small.filter(ImageFilter.GaussianBlur(2))
    backdrop = ImageOps.fit(small, sides, Resampling.BICUBIC)
    backdrop.paste(whole, ((width - whole.width) // 2, (height - whole.height) // 2))
    return backdrop
