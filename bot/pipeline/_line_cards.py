"""The cards of the line: shown anew when it moves, once a second at most however fast it does."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from bot.pipeline._look import outside

log = logging.getLogger(__name__)

_APART_S: Final = 1.0


class LineCards:
    """Calls `show` soon after each move; moves that come close together share one call."""

    def __init__(self, show: Callable[[], Awaitable[None]], *, apart_s: float = _APART_S) -> None:
        self._show = show
        self._apart_s = apart_s
        self._has_moved = False
        self._is_closed = False
        self._showing: asyncio.Task[None] | None = None

    def moved(self) -> None:
        """Let the cards be shown anew; who moved the line need not wait for that."""
        self._has_moved = True
        is_showing = self._showing is not None and not self._showing.done()
        if not is_showing and not self._is_closed:
            self._showing = outside(self._catch_up(), name="line cards")

    async def close(self) -> None:
        """Show nothing more; the next move, perhaps of another start, makes up for it."""
        self._is_closed = True
        if self._showing is not None:
            self._showing.cancel()
            await asyncio.wait({self._showing})

    async def _catch_up(self) -> None:
        while self._has_moved:
            self._has_moved = False
            try:
                await self._show()
            except Exception:  # the line goes on whatever its cards say
                log.exception("line not shown")
            await asyncio.sleep(self._apart_s)
