"""What makes an upload a usable first frame, and what can be made of one that is not.

An upload is judged by its content, never by its name or declared type. What we can read is made
anew, as JPEG or PNG: so GPS positions, text and hidden bytes stay behind.
"""

from bot.picture._check import check
from bot.picture._darkroom import Darkroom
from bot.picture._picture import (
    LARGEST_MENDED,
    LARGEST_UPLOAD,
    Fit,
    Fitted,
    Picture,
    PictureMisfits,
    PictureRefused,
)

__all__ = [
    "LARGEST_MENDED",
    "LARGEST_UPLOAD",
    "Darkroom",
    "Fit",
    "Fitted",
    "Picture",
    "PictureMisfits",
    "PictureRefused",
    "check",
]
