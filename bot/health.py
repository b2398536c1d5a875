"""Whether the bot can do its work: each part is asked, none for long."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bot.inquiry import Inquiry


class Health:
    """Asks the parts by their names; one that does not answer in time is not ready."""

    def __init__(self, **parts: Callable[[], Coroutine[Any, Any, bool]]) -> None:
        self._parts = {name: Inquiry(name, ask) for name, ask in parts.items()}

    async def readiness(self) -> dict[str, bool]:
        """Tell of each part whether it is ready."""
        answers = await asyncio.gather(*(part.answer() for part in self._parts.values()))
        return {name: answer is True for name, answer in zip(self._parts, answers, strict=True)}

    async def close(self) -> None:
        """Ask no more."""
        await asyncio.gather(*(part.close() for part in self._parts.values()))
