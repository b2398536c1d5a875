"""Write the last frame of the film on stdin to stdout, as PNG; knows nothing of the bot."""

import resource
import sys
from collections import deque
from contextlib import suppress
from typing import Final

import av

_MOST_CPU_S: Final = 20
_MOST_MEMORY: Final = 1024**3  # bytes of address space
_MOST_PIXELS: Final = 10_000_000  # a little more than 4K has
_TAIL_S: Final = 2


def main() -> None:
    """Decode from the last place, some seconds before the end, where one can enter the film."""
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_CPU_S, _MOST_CPU_S))
    with suppress(ValueError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    with av.open(sys.stdin.buffer, "r", format="mp4") as film:
        stream = film.streams.video[0]
        if stream.width * stream.height > _MOST_PIXELS:
            raise SystemExit("too many pixels")
        stream.codec_context.thread_count = 1  # each thread wants memory, too
        film.seek(max((film.duration or 0) - _TAIL_S * av.time_base, 0))
        (last,) = deque(film.decode(stream), maxlen=1)
        last.to_image().save(sys.stdout.buffer, "PNG")  # pyright: ignore[reportUnknownMemberType]  # untyped


if __name__ == "__main__":
    main()
