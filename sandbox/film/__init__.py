"""A film for a prompt: a real MP4 in the shape of `minimax/video-01`, made without any model.

Six seconds, 25 frames a second, 720p; with a picture, the picture's shape. The camera moves of
the prompt are really made.
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from bot.camera import moves_in
from sandbox.film._caption import caption
from sandbox.film._mp4 import encode
from sandbox.film._pixels import scaled
from sandbox.film._scene import scene
from sandbox.film._way import Way

__all__ = ["first_frame", "render"]

_FPS: Final = 25
_WIDE: Final = (16, 9)

Film = Callable[[float], Image.Image]
"""What there is to see at a time, in seconds."""


def render(
    prompt: str, picture: bytes | None = None, *, seconds: float = 6.0, longest: int = 1280
) -> bytes:
    """Return the film as MP4; `longest` limits its longer side, `picture` is JPEG or PNG.

    Raises OSError when the picture cannot be read.
    """
    way = Way.through(moves_in(prompt))
    if picture is None:
        size = _fitting(_WIDE, longest)
        film = scene(prompt, size=_larger(size, way.margin))
        label = caption(prompt, size=size)
    else:
        still = ImageOps.exif_transpose(Image.open(BytesIO(picture))).convert("RGB")
        size = _fitting(still.size, min(longest, max(still.size)))
        film = _photograph(scaled(still, _larger(size, way.margin)))
        label = None
    frames = _shots(film, way, count=round(seconds * _FPS))
    return encode(frames, size=size, fps=_FPS, label=label)


def first_frame(prompt: str, *, longest: int = 1280) -> Image.Image:
    """Return how the film of a prompt begins."""
    return scene(prompt, size=_fitting(_WIDE, longest))(0.0)


def _photograph(still: Image.Image) -> Film:
    """Return a film in which only the camera moves."""
    return lambda _seconds: still


def _shots(film: Film, way: Way, *, count: int) -> Iterator[Image.Image]:
    """Yield what the camera sees of the film, frame by frame, in whole pixels of it."""
    for number in range(count):
        image = film(number / _FPS)
        box = way.window(number / max(count - 1, 1), size=image.size)
        yield image.crop(box)


def _fitting(shape: tuple[int, int], longest: int) -> tuple[int, int]:
    """Return even sides of that shape, as H.264 wants them."""
    scale = longest / max(shape)
    width, height = (max(2, round(side * scale / 2) * 2) for side in shape)
    return width, height


def _larger(size: tuple[int, int], factor: float) -> tuple[int, int]:
    return round(size[0] * factor), round(size[1] * factor)
