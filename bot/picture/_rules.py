"""The rules of Atlas's page "Generate video with minimax/video-01", and one of our own."""

from typing import Final

from bot.picture._picture import LARGEST_UPLOAD
from bot.sentence import Sentence
from bot.words import refusals

SHORT_SIDE_OVER: Final = 300  # px
MOST_PIXELS: Final = 25_000_000  # ours: a decoder takes up to 16 bytes for each


def is_too_long(short: float, long: float) -> bool:
    """Tell whether these sides are 5:2, or further from a square."""
    return 2 * long >= 5 * short


def broken_rule(size: int, claimed: tuple[int, int], upright: tuple[int, int]) -> Sentence | None:
    """Return the rule that an upload breaks: by its bytes, and its sides before and after."""
    short, long = sorted(upright)
    if size > LARGEST_UPLOAD:
        return refusals.picture_too_large(size)
    if claimed[0] * claimed[1] > MOST_PIXELS:
        return too_many_pixels(claimed)
    if is_too_long(short, long):
        return (refusals.too_tall if upright[0] == short else refusals.too_wide)(*upright)
    if short <= SHORT_SIDE_OVER:
        return refusals.too_small(*upright, over=SHORT_SIDE_OVER)
    return None


def too_many_pixels(sides: tuple[int, int]) -> Sentence:
    """Return why a picture of these sides is refused."""
    return refusals.too_many_pixels(*sides, megapixels=MOST_PIXELS // 10**6)
