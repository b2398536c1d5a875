"""Where pictures are worked on, away from the event loop."""

import asyncio
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ctypes import CDLL
from typing import Final

from bot.picture._check import check
from bot.picture._picture import Picture

_M_MMAP_THRESHOLD: Final = -3  # a number of glibc's malloc.h
_LARGE: Final = 1024 * 1024  # bytes


class Darkroom:
    """Two threads that check pictures, so that the event loop never waits for one."""

    def __init__(self) -> None:
        warnings.filterwarnings("ignore", module=r"PIL\.")  # what counts becomes a refusal
        _give_memory_back()
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="darkroom")

    async def check(self, upload: bytes) -> Picture:
        """Return the first frame made of an upload. Raises PictureRefused."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, check, upload)

    def close(self) -> None:
        """Take no more pictures, and let go those that wait."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _give_memory_back() -> None:
    """Let large blocks go back to the system as they are freed: glibc keeps some for each thread.

    https://man7.org/linux/man-pages/man3/mallopt.3.html
    """
    with suppress(AttributeError, TypeError):  # other systems have their own ways
        CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
