"""The memory of the whole process: looked through seldom, and large blocks given back at once.

While Python looks through all that lives for garbage, nothing else runs. By itself it does so
whenever there is a quarter more: often while thousands of videos come back, and for longer each
time. Most garbage dies young, and is found by its small looks all the same.
"""

import asyncio
import gc
from contextlib import suppress
from ctypes import CDLL
from typing import Final

_EVERY_S: Final = 600.0
_NEVER: Final = 1_000_000_000
_M_MMAP_THRESHOLD: Final = -3  # a number of glibc's malloc.h
_LARGE: Final = 1024 * 1024  # bytes


def give_back_large_blocks() -> None:
    """Let them go to the system as they are freed: glibc would keep some for each thread.

    https://man7.org/linux/man-pages/man3/mallopt.3.html
    """
    with suppress(AttributeError, TypeError):  # other systems have their own ways
        CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)


async def look_for_garbage_now_and_then() -> None:
    """Look through all that came since now; what is there already stays until the end."""
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER)
    gc.freeze()
    while True:
        await asyncio.sleep(_EVERY_S)
        gc.collect()
