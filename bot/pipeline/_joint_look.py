"""A look that many share: it costs the same for one who asks and for ten thousand."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class JointLook(Generic[T]):
    """Looks once for all who asked before it began; nobody is told of an older look."""

    def __init__(self, look: Callable[[], Awaitable[T]]) -> None:
        self._look = look
        self._turn = asyncio.Lock()
        self._last: tuple[float, T] | None = None

    async def __call__(self) -> T:
        """Return what a look found that began after the call. Raises what the look raises."""
        asked_at = time.perf_counter()
        async with self._turn:
            if self._last is None or self._last[0] < asked_at:
                self._last = (time.perf_counter(), await self._look())
            return self._last[1]
