"""Cards that live: while a video is made, its card shows how far it seems to be."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Final

from bot.errors import DiscordUnavailable, PlaceClosed
from bot.model import TOKEN_LIFE_S, Access, Generating, Video
from bot.progress import outlook

log = logging.getLogger(__name__)

_EVERY_S: Final = 15.0
_APART_S: Final = 1.0

Show = Callable[[Video, Generating], Awaitable[object]]


class LiveCards:
    """Keeps cards true: each is edited every 15 s at most, and all together once a second.

    So the more there are, the more seldom is each.
    """

    def __init__(self, show: Show, *, every_s: float = _EVERY_S, apart_s: float = _APART_S) -> None:
        self._show = show
        self._every_s = every_s
        self._apart_s = apart_s
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def kept(self, video: Video, shown: Generating) -> AsyncGenerator[None]:
        """Keep the card of a video true until the `with` ends, and touch it no more after."""
        keeping = asyncio.create_task(self._keep(video, shown), name=f"card {video.id}")
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def _keep(self, video: Video, shown: Generating) -> None:
        """A card that cannot be shown is a pity, and holds nothing up."""
        try:
            while _is_reachable(video):
                await asyncio.sleep(self._every_s)
                async with self._turn:
                    shown = await self._refresh(video, shown)
        except PlaceClosed as error:
            log.info("card left alone id=%s reason=%s", video.id, error)
        except Exception:  # the video goes on without its card
            log.exception("card is sick id=%s", video.id)

    async def _refresh(self, video: Video, shown: Generating) -> Generating:
        """Show what has changed; what Discord did not take is overtaken by the next change.

        Raises PlaceClosed.
        """
        pace = shown.outlook.pace
        status = replace(shown, outlook=outlook(time.time() - shown.since, pace))
        if status == shown:
            return shown
        with suppress(DiscordUnavailable):
            await self._show(video, status)
        await asyncio.sleep(self._apart_s)
        return status


def _is_reachable(video: Video) -> bool:
    """Tell whether the card can still be edited; where only a token reaches it, it dies soon."""
    return video.place.access is not Access.REPLY or time.time() < video.asked_at + TOKEN_LIFE_S
