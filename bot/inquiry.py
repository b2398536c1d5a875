"""One question at a time, whoever asks: its answer is good for a moment, and never waited for long.

So those who watch over the bot, and strangers, cost no more than one look however often they ask.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


class Inquiry(Generic[T]):
    """Asks anew when the last answer is older than `good_for_s`."""

    def __init__(
        self, name: str, ask: Callable[[], Coroutine[Any, Any, T]], *, good_for_s: float = 1.0
    ) -> None:
        self._name, self._ask, self._good_for_s = name, ask, good_for_s
        self._asked_at = -math.inf
        self._asking: asyncio.Task[T | None] | None = None

    async def answer(self, *, within_s: float = 2.0) -> T | None:
        """Return the answer; None when there is none in time."""
        asking = self._asking
        if asking is None or (asking.done() and time.monotonic() > self._due_at):
            self._asked_at = time.monotonic()
            asking = self._asking = asyncio.create_task(self._try(), name=self._name)
        await asyncio.wait({asking}, timeout=within_s)
        return asking.result() if asking.done() and not asking.cancelled() else None

    async def close(self) -> None:
        """Wait for no answer any more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait({self._asking})

    @property
    def _due_at(self) -> float:
        return self._asked_at + self._good_for_s

    async def _try(self) -> T | None:
        try:
            return await self._ask()
        except Exception as error:  # noqa: BLE001  # whatever it is, there is no answer
            log.warning("no answer what=%s reason=%s", self._name, type(error).__name__)
            return None
