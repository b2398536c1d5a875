"""The picture rules of `minimax/video-01`: https://www.atlascloud.ai/docs, "Generate video"."""

import base64
import binascii
import re
from io import BytesIO
from typing import Final

from PIL import Image

from sandbox.atlas._answer import Refused

_BYTES: Final = 20_000_000
_SHORT_SIDE: Final = 300
_NARROWEST: Final = 2 / 5
_WIDEST: Final = 5 / 2
_DATA_URL: Final = re.compile(r"data:image/(?:jpe?g|png);base64,(.*)", re.DOTALL)


def is_data_url(url: str) -> bool:
    """Tell whether the picture is in the URL itself."""
    return url.startswith("data:")


def from_data_url(url: str) -> bytes:
    """Return the bytes in a `data:` URL. Raises Refused."""
    found = _DATA_URL.fullmatch(url)
    try:
        return base64.b64decode(found[1], validate=True) if found else b""
    except binascii.Error as error:
        raise Refused(400, "invalid image: bad base64") from error


def check(content: bytes) -> None:
    """Raise Refused unless the picture keeps every rule."""
    if len(content) > _BYTES:
        raise Refused(400, "invalid image: larger than 20 MB")
    width, height = _sides(content)
    if min(width, height) <= _SHORT_SIDE:
        raise Refused(400, "invalid image: the short side must be over 300 px")
    if not _NARROWEST < width / height < _WIDEST:
        raise Refused(400, "invalid image: the aspect ratio must lie between 2:5 and 5:2")


def _sides(content: bytes) -> tuple[int, int]:
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as image:
            image.load()
            return image.size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Refused(400, "invalid image: not a JPEG or PNG") from error
