"""The pictures of `/camera`, one for each move: `python -m sandbox.camera`."""

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from bot.camera import Move
from bot.showcase import PICTURES, picture_of
from sandbox.diorama import Camera, photograph

_SIZE: Final = (288, 162)
_FRAMES: Final = 24
_FRAME_MS: Final = 83
_REST_MS: Final = 400
"""How long the first and the last frame stand, so that one sees where a move begins and ends."""

WAYS: Final[Mapping[Move, Callable[[float], Camera]]] = {
    Move.TRUCK_LEFT: lambda at: Camera(x=-2 * at),
    Move.TRUCK_RIGHT: lambda at: Camera(x=2 * at),
    Move.PAN_LEFT: lambda at: Camera(yaw=-0.3 * at),
    Move.PAN_RIGHT: lambda at: Camera(yaw=0.3 * at),
    Move.PUSH_IN: lambda at: Camera(z=0.5 + 3.5 * at),
    Move.PULL_OUT: lambda at: Camera(z=0.5 - 3.5 * at),
    Move.PEDESTAL_UP: lambda at: Camera(y=2.7 + 2 * at),
    Move.PEDESTAL_DOWN: lambda at: Camera(y=2.7 - 2 * at),
    Move.TILT_UP: lambda at: Camera(pitch=0.04 + 0.24 * at),
    Move.TILT_DOWN: lambda at: Camera(pitch=0.04 - 0.24 * at),
    Move.ZOOM_IN: lambda at: Camera(zoom=1.4 + 0.6 * at),
    Move.ZOOM_OUT: lambda at: Camera(zoom=1.4 - 0.6 * at),
    Move.SHAKE: lambda at: Camera(yaw=0.015 * math.sin(at * 23), pitch=0.015 * math.sin(at * 31)),
    Move.TRACKING_SHOT: lambda at: Camera(x=3.5 * at),
    Move.STATIC_SHOT: lambda _at: Camera(),
}
"""What the camera does between -1 and 1, the begin and the end of a move."""

SAILS: Final = {Move.TRACKING_SHOT: 3.5, Move.STATIC_SHOT: 2.5}


def film(move: Move) -> Iterator[Image.Image]:
    """Yield the frames of a move, with its name on each."""
    for number in range(_FRAMES):
        at = -math.cos(math.pi * number / (_FRAMES - 1))
        boat_x = at * SAILS[move] if move in SAILS else -1.5
        frame = photograph(
            WAYS[move](at), seconds=number * _FRAME_MS / 1000, boat_x=boat_x, size=_SIZE
        )
        yield _named(frame, move)


def save(move: Move, path: Path) -> None:
    """Write the film of a move as a WebP picture that goes on for ever."""
    first, *others = film(move)
    shown_ms = [_REST_MS, *[_FRAME_MS] * (_FRAMES - 2), _REST_MS]
    first.save(
        path,
        save_all=True,
        append_images=others,
        duration=shown_ms,
        loop=0,
        quality=34,
        method=6,
    )


def _named(frame: Image.Image, move: Move) -> Image.Image:
    """Write the name of a move on a frame: the pictures of a gallery have no captions."""
    font = ImageFont.load_default(17)
    ImageDraw.Draw(frame).text(
        (10, 8), move, fill="white", font=font, stroke_width=2, stroke_fill="#1a1433"
    )
    return frame


def main() -> None:
    """Make all pictures anew."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for move in Move:
        path = picture_of(move)
        save(move, path)
        print(f"{path.name} {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
