"""Bars drawn as a picture, in a process of their own.

The library that draws is slow to import and wants 70 MB; the bot itself never loads it.
"""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Final

from bot.chart._chart import Bar, Chart, Panel
from bot.child import output_of
from bot.errors import ChildFailed

__all__ = ["Bar", "Chart", "Easel", "Panel"]

_CHILD: Final = Path(__file__).with_name("_child.py")
_PATIENCE_S: Final = 30.0


class Easel:
    """Draws one chart after the other, so that a crowd does not cost the memory of a crowd."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore()

    async def draw(self, chart: Chart, otherwise: Chart) -> bytes:
        """Return a chart as PNG, or the other one where no font has its letters.

        Raises ChildFailed.
        """
        given = json.dumps([asdict(chart), asdict(otherwise)]).encode()
        try:
            async with asyncio.timeout(_PATIENCE_S), self._free:
                return await output_of(_CHILD, given, patience_s=_PATIENCE_S)
        except TimeoutError as error:
            raise ChildFailed("too slow") from error
