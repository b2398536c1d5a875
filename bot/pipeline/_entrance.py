"""Where stories begin and videos go to Atlas: one after the other, each once it has a place."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from bot.errors import DatabaseAway
from bot.model import VideoId
from bot.pipeline._ledger import Ledger, ask
from bot.pipeline._places import Limits, must_wait

_APART_S: Final = 0.003
"""Between two stories that begin, so that commands are answered while thousands do."""
_GOING_APART_S: Final = 0.02
"""Between two that go to Atlas, which takes more; the queue brings several at once."""
_LOOK_S: Final = 0.5


class JointLook:
    """Looks once for all who asked before it began; nobody is told of an older look.

    So it costs the same for one who asks and for ten thousand.
    """

    def __init__(self, look: Callable[[], Awaitable[set[VideoId]]]) -> None:
        self._look = look
        self._turn = asyncio.Lock()
        self._last: tuple[float, set[VideoId]] | None = None

    async def __call__(self) -> set[VideoId]:
        """Return what a look found that began after the call. Raises what the look raises."""
        asked_at = time.perf_counter()
        async with self._turn:
            if self._last is None or self._last[0] < asked_at:
                self._last = (time.perf_counter(), await self._look())
            return self._last[1]


class Entrance:
    """Lets in as many as the limits allow; whoever has a place keeps it, over a restart as well."""

    def __init__(self, ledger: Ledger, limits: Limits) -> None:
        self._ledger = ledger
        self._limits = limits
        self._beginning = asyncio.Lock()
        self._going = asyncio.Lock()
        self._who_must_wait = JointLook(self._look)

    async def wait_for_turn(self) -> None:
        """Wait until the stories that were to begin before have begun."""
        async with self._beginning:
            await asyncio.sleep(_APART_S)

    async def wait_for_place(self, video_id: VideoId) -> None:
        """Wait until the video has a place at Atlas; who come at once go one after the other."""
        async with self._going:
            await asyncio.sleep(_GOING_APART_S)
        while True:
            with suppress(DatabaseAway):
                if video_id not in await self._who_must_wait():
                    return
            await asyncio.sleep(_LOOK_S)

    async def _look(self) -> set[VideoId]:
        """Return who must wait for a place. Raises DatabaseAway."""

        def look() -> set[VideoId]:
            if self._limits.are_kept_by(self._ledger.crowd_past_line()):
                return set()
            return must_wait(self._ledger.places(), self._limits)

        return await ask(look)
