"""From a decoded picture to plain pixels: upright, in sRGB, on white, without metadata.

Transparent parts become white, because a video has none and Atlas says nothing of them.
"""

from contextlib import suppress
from io import BytesIO
from typing import Final

from PIL import Image, ImageCms, ImageOps

_SENSELESS: Final = (SyntaxError, ValueError, TypeError, LookupError, OSError)


def developed(image: Image.Image) -> Image.Image:
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
