"""When Python looks through all that lives for garbage, for nothing else runs meanwhile.

By itself it does so whenever there is a quarter more: often while thousands of videos come back,
and for longer each time. Most garbage dies young, and is found by its small looks all the same.
"""

import asyncio
import gc
from typing import Final

_EVERY_S: Final = 600.0
_NEVER: Final = 1_000_000_000


async def look_now_and_then() -> None:
    """Look through all that came since now; what is there already stays until the end."""
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER)
    gc.freeze()
    while True:
        await asyncio.sleep(_EVERY_S)
        gc.collect()
