"""What is in an upload: opened by its content alone, and only where that chokes no decoder."""

import struct
from io import BytesIO
from typing import Final

from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile
from pillow_heif import HeifImageFile

from bot.picture._picture import LARGEST_MENDED, LARGEST_UPLOAD, PictureRefused
from bot.picture._rules import MOST_PIXELS, too_many_pixels
from bot.words import refusals

_MOST_PIXELS_REDUCED: Final = 200_000_000  # of a phone's largest photo; a second of a thread
_PLENTY_PIXELS: Final = 12_500_000  # more than any model's video has, and a phone's usual photo
_MOST_SCANS: Final = 500  # a progressive JPEG with half a million would keep a thread for hours
_MOST_MARKERS: Final = 2_000_000  # each, even of no meaning, costs a JPEG's reader 5 µs
_STRIPS: Final = {273, 324}  # TIFF tags: where the pixels lie, each piece a Python object
_MOST_STRIPS: Final = 50_000
_TILES: Final = {322, 323}  # TIFF tags: a tile may be far larger than its picture

# Only these reach a decoder. EPS would run Ghostscript; AVIF is left out, because its decoder
# believes the stream over the header: 4 kB that claim 400 × 400 were seen to take 900 MB.
PNG: Final = b"\x89PNG\r\n\x1a\n"
_READERS: Final[tuple[tuple[int, bytes | tuple[bytes, ...], type[ImageFile]], ...]] = (
    (0, b"\xff\xd8\xff", JpegImageFile),
    (0, PNG, PngImageFile),
    (0, b"GIF8", GifImageFile),
    (8, b"WEBP", WebPImageFile),
    (0, b"BM", BmpImageFile),
    (0, (b"II*\0", b"MM\0*"), TiffImageFile),
    (4, (b"ftyphe", b"ftypmif1"), HeifImageFile),
)
_MENDED: Final = {JpegImageFile, PngImageFile}  # what cameras and upscalers make over 20 MB


def opened(upload: bytes) -> ImageFile:
    """Return the picture with its header read, and nothing decoded."""
    reader = next((make for at, magic, make in _READERS if upload.startswith(magic, at)), None)
    if reader is None:
        raise PictureRefused(refusals.NO_PICTURE)
    if len(upload) > (LARGEST_MENDED if reader in _MENDED else LARGEST_UPLOAD):
        raise PictureRefused(refusals.picture_too_large(len(upload)))
    if _is_endless(upload, reader):
        raise PictureRefused(refusals.PICTURE_DAMAGED)
    image = reader(BytesIO(upload), "")
    if image.width * image.height > _most_pixels(image, upload):
        raise PictureRefused(too_many_pixels(image.size))
    if isinstance(image, TiffImageFile) and not _TILES.isdisjoint(image.tag_v2):
        raise PictureRefused(refusals.PICTURE_DAMAGED)
    return image


def reduced(image: ImageFile) -> ImageFile:
    """Ask the decoder for fewer pixels where there are more than a video needs.

    Returns the same picture.
    """
    width, height = image.size
    by = next(by for by in (1, 2, 4, 8) if -(-width // by) * -(-height // by) <= _PLENTY_PIXELS)
    image.draft(image.mode, (width // by, height // by))
    return image


def _most_pixels(image: ImageFile, upload: bytes) -> int:
    return _MOST_PIXELS_REDUCED if _is_plain_jpeg(image, upload) else MOST_PIXELS


def _is_plain_jpeg(image: ImageFile, upload: bytes) -> bool:
    """Tell whether all colours lie in one scan: others are decoded as a whole, then reduced."""
    if not isinstance(image, JpegImageFile) or "progressive" in image.info or image.fp is None:
        return False
    begins = image.fp.tell() - 8 - 2 * image.layers
    scan = upload[begins : begins + 5]  # of a scan's header, just read
    return scan.startswith(b"\xff\xda") and scan[4] == image.layers


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
