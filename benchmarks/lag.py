"""How late the loop of another process is: a launcher that measures from inside, a file between.

`python -m benchmarks.lag FILE MODULE` becomes MODULE, with one more task in its loop that sleeps
5 ms again and again and writes down how much later it was woken. A loop that stood still is seen
with an error of at most these 5 ms. Nothing in MODULE knows of it.
"""

import asyncio
import runpy
import struct
import sys
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_EVERY_S: Final = 0.005
_WRITE_EVERY: Final = 100
_SAMPLE: Final = struct.Struct("dd")


@dataclass(frozen=True, slots=True)
class Lag:
    """What is found in the file; it may grow over several runs of a bot."""

    file: Path

    @property
    def launcher(self) -> tuple[str, ...]:
        """The module and its argument that stand before the bot's own."""
        return ("benchmarks.lag", str(self.file))

    def between(self, since: float, until: float) -> list[float]:
        """Return by how many seconds the loop was late; the last half second may be missing."""
        whole = self.file.read_bytes() if self.file.exists() else b""
        samples = _SAMPLE.iter_unpack(whole[: len(whole) // _SAMPLE.size * _SAMPLE.size])
        return [late_s for at, late_s in samples if since <= at <= until]


async def _measure(file: Path) -> None:
    with file.open("ab", buffering=0) as out:
        while True:
            seen = bytearray()
            for _ in range(_WRITE_EVERY):
                due_at = time.perf_counter() + _EVERY_S
                await asyncio.sleep(_EVERY_S)
                now = time.perf_counter()
                seen += _SAMPLE.pack(now, max(0.0, now - due_at))
            out.write(seen)  # two pages for the kernel


async def _beside(main: Coroutine[Any, Any, Any], file: Path) -> Any:
    measuring = asyncio.create_task(_measure(file), name="benchmark lag")
    try:
        return await main
    finally:
        measuring.cancel()


def main() -> None:
    """Read the arguments and become MODULE, whose `asyncio.run` runs one task more."""
    file, module, *args = sys.argv[1:]
    run = asyncio.run

    def run_measured(main: Coroutine[Any, Any, Any], **options: Any) -> Any:
        return run(_beside(main, Path(file)), **options)

    asyncio.run = run_measured
    sys.argv = [module, *args]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
