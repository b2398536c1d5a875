"""Makes pictures that lie, break, or were never pictures, out of good ones."""

import io
import random
import struct
import zlib
from functools import cache
from typing import Any, Final

from PIL import Image
from pillow_heif import from_pillow

PNG: Final = b"\x89PNG\r\n\x1a\n"
FORMS: Final = ("JPEG", "progressive", "PNG", "APNG", "GIF", "WEBP", "BMP", "TIFF", "HEIC")
_NUMBERS: Final = (0, 1, 2, 9, 255, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1)


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    image.save(buffer := io.BytesIO(), form, **options)
    return buffer.getvalue()


@cache
def good(form: str) -> bytes:
    """Return an upload of 330 × 310 with something on it, and with metadata where it may be."""
    image = Image.effect_noise((330, 310), 40).convert("RGB")
    moving = {"save_all": True, "append_images": [image.rotate(90 * turn) for turn in (1, 2)]}
    exif = Image.Exif()
    exif[0x0112] = 6
    match form:
        case "progressive":
            return saved(image, "JPEG", progressive=True, exif=exif)
        case "APNG":
            return saved(image, "PNG", **moving, exif=exif)
        case "GIF" | "WEBP":
            return saved(image, form, **moving)
        case "HEIC":
            from_pillow(image).save(buffer := io.BytesIO(), quality=50)  # pyright: ignore[reportUnknownMemberType]  # untyped
            return buffer.getvalue()
        case _:
            return saved(image, form, **({} if form == "BMP" else {"exif": exif}))


def damaged(chance: random.Random, upload: bytes) -> bytes:
    """Return the upload cut, spliced, or with bits, bytes or whole numbers changed in it."""
    near = chance.choice((64, 700, len(upload)))  # the headers are where decoders believe
    at = chance.randrange(min(near, len(upload)))
    to = min(len(upload), at + chance.randrange(1, 64))
    changed = bytearray(upload)
    match chance.randrange(6):
        case 0:
            return upload[:at]
        case 1:
            changed[at] ^= 1 << chance.randrange(8)
        case 2:
            number = chance.choice(_NUMBERS)
            changed[at : at + 4] = number.to_bytes(4, chance.choice(("big", "little")))
        case 3:
            changed[at:to] = chance.randbytes(to - at)
        case 4:
            del changed[at:to]
        case _:
            changed[at:at] = upload[at:to] * chance.randrange(1, 9)
    return _sealed(bytes(changed)) if upload.startswith(PNG) else bytes(changed)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*extra: bytes, width: int = 330, height: int = 330, bits: int = 8, bomb: int = 0) -> bytes:
    """Return a clear PNG, with more chunks before the pixels, and zeros after them."""
    header = struct.pack(">IIBBBBB", width, height, bits, 6, 0, 0, 0)
    pixels = zeros((width * 4 * bits // 8 + 1) * height + bomb)
    chunks = (chunk(b"IHDR", header), *extra, chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return PNG + b"".join(chunks)


def zeros(count: int) -> bytes:
    """Return so many zeros, deflated a thousandfold."""
    deflate = zlib.compressobj()
    piece = bytes(2**20)
    whole, rest = divmod(count, len(piece))
    return b"".join([deflate.compress(piece) for _ in range(whole)]) + (
        deflate.compress(piece[:rest]) + deflate.flush()
    )


def exif_of(count: int, kind: int, length: int, *, padding: int) -> bytes:
    """Return EXIF of `count` entries that all point to the same `length` values."""
    entries = b"".join(struct.pack("<HHII", tag, kind, length, 8) for tag in range(count))
    return struct.pack("<4sIH", b"II*\0", 8, count) + entries + bytes(4 + padding)


def tiff(*tags: tuple[int, int], padding: int = 0) -> bytes:
    """Return a grey TIFF of 330 × 310 with these tags changed."""
    plain = {256: 330, 257: 310, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: 310, 279: 102_300}
    every = sorted((plain | dict(tags)).items())
    directory = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in every)
    return struct.pack("<4sIH", b"II*\0", 8, len(every)) + directory + bytes(4 + padding)


def _sealed(upload: bytes) -> bytes:
    """Give the chunks of a PNG their right checksums, so that the damage gets further in."""
    sealed, at = [upload[:8]], 8
    while at + 12 <= len(upload):
        length = int.from_bytes(upload[at : at + 4], "big")
        if at + 12 + length > len(upload):
            break
        sealed.append(chunk(upload[at + 4 : at + 8], upload[at + 8 : at + 8 + length]))
        at += 12 + length
    return b"".join([*sealed, upload[at:]])
