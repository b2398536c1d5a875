"""How often Discord tells us to slow down; discord.py obeys by itself, and tells nobody."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Final

import aiohttp

_TOO_MANY: Final = 429


def rate_limits(counted: Callable[[], None]) -> aiohttp.TraceConfig:
    """Return what calls `counted` for each such answer to discord.py's session."""

    async def look(
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        end: aiohttp.TraceRequestEndParams,
    ) -> None:
        if end.response.status == _TOO_MANY:
            counted()

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(look)
    return trace
