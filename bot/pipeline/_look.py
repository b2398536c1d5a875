"""Work beside the stories: looks that are taken from time to time, tasks that outlive a story."""

import asyncio
import contextvars
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from functools import partial
from typing import Any, Final, TypeVar

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


def outside(work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
    """Begin a task that is no part of what begins it, and outlives it."""
    return contextvars.Context().run(partial(asyncio.create_task, work, name=name))


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
