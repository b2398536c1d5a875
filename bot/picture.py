"""What makes an upload a usable first frame.

An upload is judged by its content, never by its name or declared type. What we can read is made
anew, upright, in sRGB, as JPEG or PNG: so GPS positions, text and hidden bytes stay behind.
Transparent parts become white, because a video has none and Atlas says nothing of them.
The rules are those of Atlas's page "Generate video with minimax/video-01".
"""

import asyncio
import struct
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final, Literal

from PIL import Image, ImageCms, ImageOps
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile
from pillow_heif import HeifImageFile

from bot.errors import UserError
from bot.words import refusals

LARGEST_UPLOAD: Final = 20_000_000  # bytes, the narrower reading of "20 MB"
_MOST_PIXELS: Final = 25_000_000  # a decoder takes up to 16 bytes for each
_SHORT_SIDE_OVER: Final = 300  # px
_MOST_SCANS: Final = 500  # a progressive JPEG with half a million would keep a thread for hours
_MOST_MARKERS: Final = 2_000_000  # each, even of no meaning, costs a JPEG's reader 5 µs
_STRIPS: Final = {273, 324}  # TIFF tags: where the pixels lie, each piece a Python object
_MOST_STRIPS: Final = 50_000
_TILES: Final = {322, 323}  # TIFF tags: a tile may be far larger than its picture
_QUALITIES: Final = (95, 85, 75, 60, 40)
_SENSELESS: Final = (SyntaxError, ValueError, TypeError, LookupError, OSError)

# Only these reach a decoder. EPS would run Ghostscript; AVIF is left out, because its decoder
# believes the stream over the header: 4 kB that claim 400 × 400 were seen to take 900 MB.
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_READERS: Final[tuple[tuple[int, bytes | tuple[bytes, ...], type[ImageFile]], ...]] = (
    (0, b"\xff\xd8\xff", JpegImageFile),
    (0, _PNG, PngImageFile),
    (0, b"GIF8", GifImageFile),
    (8, b"WEBP", WebPImageFile),
    (0, b"BM", BmpImageFile),
    (0, (b"II*\0", b"MM\0*"), TiffImageFile),
    (4, (b"ftyphe", b"ftypmif1"), HeifImageFile),
)


class PictureRefused(UserError):
    """The upload cannot be a first frame; the text says why, and what to do."""


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
        return "first-frame.png" if self.media_type == "image/png" else "first-frame.jpg"


class Darkroom:
    """Two threads that check pictures, so that the event loop never waits for one."""

    def __init__(self) -> None:
        warnings.filterwarnings("ignore", module=r"PIL\.")  # what counts becomes a refusal
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="darkroom")

    async def check(self, upload: bytes) -> Picture:
        """Return the first frame made of an upload. Raises PictureRefused."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, check, upload)

    def close(self) -> None:
        """Take no more pictures, and let go those that wait."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def check(upload: bytes) -> Picture:
    """Return the first frame made of an upload. Raises PictureRefused."""
    if len(upload) > LARGEST_UPLOAD:
        raise PictureRefused(refusals.picture_too_large(len(upload)))
    try:
        frame = _developed(_opened(upload))
    except PictureRefused:
        raise
    except Exception as error:  # hostile bytes may raise anything in a decoder
        raise PictureRefused(refusals.PICTURE_DAMAGED) from error
    _judge_sides(*frame.size)
    return _fitted(frame, lossless=upload.startswith(_PNG))


def _opened(upload: bytes) -> ImageFile:
    """Return the picture with its header read, and nothing decoded."""
    reader = next((make for at, magic, make in _READERS if upload.startswith(magic, at)), None)
    if reader is None:
        raise PictureRefused(refusals.NO_PICTURE)
    if _is_endless(upload, reader):
        raise PictureRefused(refusals.PICTURE_DAMAGED)
    image = reader(BytesIO(upload), "")
    if image.width * image.height > _MOST_PIXELS:
        raise PictureRefused(
            refusals.too_many_pixels(*image.size, megapixels=_MOST_PIXELS // 10**6)
        )
    if isinstance(image, TiffImageFile) and not _TILES.isdisjoint(image.tag_v2):
        raise PictureRefused(refusals.PICTURE_DAMAGED)
    return image


def _is_endless(upload: bytes, reader: type[ImageFile]) -> bool:
    """Tell whether the mere structure would keep a thread busy, or fill the memory."""
    if reader is JpegImageFile:
        scans, markers = upload.count(b"\xff\xda"), upload.count(b"\xff")
        return scans > _MOST_SCANS or markers > _MOST_MARKERS
    return reader is TiffImageFile and _strips(upload) > _MOST_STRIPS


def _strips(tiff: bytes) -> int:
    """Return how many pieces of pixels the first directory claims."""
    order = "<" if tiff.startswith(b"II") else ">"
    (at,) = struct.unpack_from(f"{order}I", tiff, 4)
    (entries,) = struct.unpack_from(f"{order}H", tiff, at)
    tags = struct.iter_unpack(f"{order}HHI4x", tiff[at + 2 : at + 2 + 12 * entries])
    return max((count for tag, _, count in tags if tag in _STRIPS), default=0)


def _judge_sides(width: int, height: int) -> None:
    if 5 * width <= 2 * height:
        raise PictureRefused(refusals.too_tall(width, height))
    if 2 * width >= 5 * height:
        raise PictureRefused(refusals.too_wide(width, height))
    if min(width, height) <= _SHORT_SIDE_OVER:
        raise PictureRefused(refusals.too_small(width, height, over=_SHORT_SIDE_OVER))


def _developed(image: Image.Image) -> Image.Image:
    """Return the first frame upright, as plain RGB, without metadata."""
    image.load()
    with suppress(*_SENSELESS):  # such EXIF does not say where up is
        ImageOps.exif_transpose(image, in_place=True)
    image = _on_white(_in_srgb(image))
    image.info.clear()
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """Apply the colour profile; one that does not fit the pixels says nothing."""
    if not (profile := image.info.get("icc_profile")):
        return image
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]: a C type
    with suppress(ImageCms.PyCMSError, *_SENSELESS):
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, source, srgb, outputMode=mode) or image
    return image


def _on_white(image: Image.Image) -> Image.Image:
    """Return the picture as RGB. Raises ValueError for modes that have no white."""
    if image.mode in {"I", "F"}:
        raise ValueError(image.mode)
    if image.mode.startswith("I;16"):
        high_byte = 0 if image.mode == "I;16B" else 1
        image = Image.frombytes("L", image.size, image.tobytes()[high_byte::2])
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB")
    image = image if image.mode == "RGBA" else image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image)
    return paper


def _fitted(frame: Image.Image, *, lossless: bool) -> Picture:
    """Encode as PNG if it is to be lossless, else as the best JPEG that stays within the limit."""
    if lossless and (content := _encoded(frame, "PNG")):
        return Picture(content, "image/png", *frame.size)
    for quality in _QUALITIES:
        if content := _encoded(frame, "JPEG", quality=quality, subsampling="4:4:4"):
            return Picture(content, "image/jpeg", *frame.size)
    raise PictureRefused(refusals.PICTURE_STAYS_LARGE)


def _encoded(frame: Image.Image, form: str, **options: int | str) -> bytes | None:
    """Return None where the result is over the limit."""
    frame.save(buffer := BytesIO(), form, **options)
    return buffer.getvalue() if buffer.tell() <= LARGEST_UPLOAD else None
