"""Patience with Discord, while a member waits."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, TypeVar

from bot.errors import DiscordUnavailable

T = TypeVar("T")

_TRIES: Final = 4
_PAUSE_S: Final = 2.0


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """Try a call to Discord a few times. Raises PlaceClosed, and DiscordUnavailable at last."""
    for _ in range(_TRIES - 1):
        with suppress(DiscordUnavailable):
            return await call()
        await asyncio.sleep(_PAUSE_S)
    return await call()
