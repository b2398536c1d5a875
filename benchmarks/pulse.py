"""How late a bot's event loop is, seen from another process.

`python -m benchmarks.pulse` runs the bot as `python -m bot` does. Its loop asks to be woken each
10 ms, and counts in the file that `PULSE` names how many milliseconds late it was.
"""

import asyncio
import mmap
import os
import runpy
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

_EVERY_S: Final = 0.01
_LATEST_MS: Final = 10_000
_COUNTS: Final = "Q"
_SIZE: Final = (_LATEST_MS + 1) * array(_COUNTS).itemsize


class Pulse:
    """The beats of a loop since its start, counted by how many milliseconds late they came."""

    def __init__(self, late_ms: Sequence[int]) -> None:
        self._late_ms = late_ms

    @classmethod
    def read(cls, file: Path) -> Self:
        return cls(array(_COUNTS, file.read_bytes()))

    def since(self, earlier: "Pulse") -> "Pulse":
        """Return the beats that came after another reading."""
        pairs = zip(self._late_ms, earlier._late_ms, strict=True)
        return Pulse(array(_COUNTS, (now - before for now, before in pairs)))

    @property
    def longest_ms(self) -> int:
        """The longest stall."""
        return max((late for late, count in enumerate(self._late_ms) if count), default=0)

    def percentile_ms(self, share: float) -> int:
        """Return the lateness that this share of the beats does not pass."""
        left = share * sum(self._late_ms)
        for late, count in enumerate(self._late_ms):
            left -= count
            if left <= 0:
                return late
        return _LATEST_MS


def new_file(folder: Path) -> Path:
    """Return a file for a loop to count in."""
    file = folder / "pulse"
    file.write_bytes(bytes(_SIZE))
    return file


class _Beating(asyncio.DefaultEventLoopPolicy):
    """Gives the first loop, which is the bot's, a pulse."""

    def __init__(self, counts: memoryview) -> None:
        super().__init__()
        self._counts: memoryview | None = counts

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        loop = super().new_event_loop()
        counts, self._counts = self._counts, None
        if counts is not None:
            _beat(loop, counts, due_at=loop.time())
        return loop


def _beat(loop: asyncio.AbstractEventLoop, counts: memoryview, *, due_at: float) -> None:
    late_ms = int(1000 * (loop.time() - due_at))
    counts[min(late_ms, _LATEST_MS)] += 1
    due_at = loop.time() + _EVERY_S
    loop.call_at(due_at, lambda: _beat(loop, counts, due_at=due_at))


if __name__ == "__main__":
    with Path(os.environ["PULSE"]).open("r+b") as opened:
        shared = mmap.mmap(opened.fileno(), _SIZE)
    asyncio.set_event_loop_policy(_Beating(memoryview(shared).cast(_COUNTS)))
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
