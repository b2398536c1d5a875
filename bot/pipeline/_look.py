"""Looks that are taken from time to time, and that nothing ends but their owner."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar

from bot.errors import DatabaseAway
from bot.model import Arrival, Video

log = logging.getLogger(__name__)

T = TypeVar("T", Arrival, Video)

_AT_ONCE: Final = 8


async def repeat(look: Callable[[], Awaitable[None]], *, every_s: float) -> None:
    """Look now, and again after each pause, whatever came of it."""
    while True:
        try:
            await look()
        except DatabaseAway as error:
            log.warning("look put off what=%s reason=%s", look.__name__, error)
        except Exception:  # only its owner ends a look
            log.exception("look is sick what=%s", look.__name__)
        await asyncio.sleep(every_s)


async def few_at_once(work: Callable[[T], Awaitable[None]], things: Iterable[T]) -> None:
    """Do it with each; one that is sick, or slow, holds up few others."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(thing: T) -> None:
        async with turn:
            try:
                await work(thing)
            except Exception:  # one sick thing must not hold up the others
                log.exception("not taken up id=%s", thing.id)

    await asyncio.gather(*map(one, things))
