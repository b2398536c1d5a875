"""How late the event loop is: who asks to be woken in a second looks at the clock when it is."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

_EVERY_S: Final = 1.0


class LoopLag:
    """Tells `observe` the seconds, once a second."""

    def __init__(self, observe: Callable[[float], None]) -> None:
        self._observe = observe

    def start(self) -> None:
        """Measure the running loop."""
        self._measuring = asyncio.create_task(self._measure(), name="loop lag")

    async def close(self) -> None:
        """Measure no more."""
        self._measuring.cancel()
        await asyncio.wait({self._measuring})

    async def _measure(self) -> None:
        while True:
            due_at = time.perf_counter() + _EVERY_S
            await asyncio.sleep(_EVERY_S)
            self._observe(max(0.0, time.perf_counter() - due_at))
