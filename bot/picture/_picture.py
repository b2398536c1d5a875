"""What comes of an upload: a first frame, a refusal, or a choice of ways to make it fit."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

from bot.errors import UserError
from bot.sentence import Sentence

LARGEST_UPLOAD: Final = 20_000_000  # bytes, the narrower reading of "20 MB"
LARGEST_MENDED: Final = 2 * LARGEST_UPLOAD
"""Bytes of an upload that may be offered smaller; more is not even fetched."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A first frame as Atlas takes it; sides in pixels."""

    content: bytes = field(repr=False)
    media_type: Literal["image/jpeg", "image/png"]
    width: int
    height: int

    @property
    def filename(self) -> str:
        """The name it is sent under, whatever the member called it."""
        return f"first-frame.{self.extension}"

    @property
    def extension(self) -> str:
        return "png" if self.media_type == "image/png" else "jpg"


class Fit(StrEnum):
    """A way to make a picture fit."""

    CROP = "crop"
    PAD = "pad"
    ENLARGE = "enlarge"
    SHRINK = "shrink"


@dataclass(frozen=True, slots=True)
class Fitted:
    """A picture that was made to fit."""

    fit: Fit
    picture: Picture

    @property
    def filename(self) -> str:
        """The name of its preview, by which it is found again."""
        return f"{self.fit}.{self.picture.extension}"


class PictureRefused(UserError):
    """The upload cannot be a first frame; the text says why, and what to do."""


class PictureMisfits(PictureRefused):
    """The upload can be a first frame in other ways than as it is."""

    def __init__(self, sentence: Sentence, fits: tuple[Fitted, ...]) -> None:
        super().__init__(sentence)
        self.fits = fits
