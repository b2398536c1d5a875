"""What a video is called: by Discord, by members, and for one submit."""

from typing import Final, NewType

VideoId = NewType("VideoId", int)
Attempt = NewType("Attempt", str)
"""A random name for one POST that costs: who knows it in a webhook speaks of that POST."""

_DIGITS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_MISREAD: Final = str.maketrans("oil", "011")
_LARGEST_ID: Final = 2**63


def short_id(video_id: VideoId) -> str:
    """Return the id as members see it: thirteen or fewer letters that cannot be misread."""
    letters, rest = "", int(video_id)
    while rest:
        rest, digit = divmod(rest, len(_DIGITS))
        letters = _DIGITS[digit] + letters
    return letters or _DIGITS[0]


def video_id_of(short: str) -> VideoId:
    """Return the id that `short_id` made these letters of, however they were typed.

    Raises ValueError when no video has such an id.
    """
    video_id = 0
    for letter in short.strip().lower().translate(_MISREAD):
        video_id = video_id * len(_DIGITS) + _DIGITS.index(letter)
        if video_id >= _LARGEST_ID:
            raise ValueError("too long")
    return VideoId(video_id)
