"""Where stories begin: one after the other, and each once its video has a place at Atlas."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Final

from bot.errors import DatabaseAway
from bot.model import VideoId
from bot.pipeline._ledger import Ledger, ask
from bot.pipeline._places import must_wait

_APART_S: Final = 0.003
"""Between two stories that begin, so that commands are answered while thousands do."""
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
    """Lets in as many as the limits allow; those that were taken over keep their places.

    So the limits hold at Atlas, too, and over a restart.
    """

    def __init__(self, ledger: Ledger, *, in_all: int, per_member: int) -> None:
        self._ledger = ledger
        self._in_all = in_all
        self._per_member = per_member
        self._beginning = asyncio.Lock()
        self._who_must_wait = JointLook(self._look)

    async def wait_for_place(self, video_id: VideoId) -> bool:
        """Return whether the video kept its own place, once it has one."""
        async with self._beginning:
            await asyncio.sleep(_APART_S)
        kept_its_own: bool | None = None
        while True:
            with suppress(DatabaseAway):
                if kept_its_own is None:
                    kept_its_own = await ask(partial(self._ledger.is_resumed, video_id))
                if kept_its_own:
                    return True
                if video_id not in await self._who_must_wait():
                    return False
            await asyncio.sleep(_LOOK_S)

    async def _look(self) -> set[VideoId]:
        """Return who must wait for a place. Raises DatabaseAway."""
        return await ask(
            lambda: must_wait(
                self._ledger.places(), in_all=self._in_all, per_member=self._per_member
            )
        )
