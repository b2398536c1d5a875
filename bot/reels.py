"""Finished videos on their way to Discord: fetched into temporary files, a few at a time.

Links die within two weeks, and attachments do not. No video is ever whole in memory, and none is
waited for for long: who gets no reel posts the link.
"""

import asyncio
import logging
import tempfile
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from io import BufferedIOBase
from typing import Final

from bot.atlas.outputs import Outputs
from bot.errors import OutputGone, OutputRefused, OutputUnavailable
from bot.model import Deliver, Video

log = logging.getLogger(__name__)

PATIENCE_S: Final = 30.0
"""What a result waits for its file at most: for its turn, and for the last byte."""

_AT_ONCE: Final = 4


class Reels:
    """Lends files of videos. Where a link is all that is wanted, nothing is ever fetched.

    `deliver` is for videos of which it was not noted when they were accepted.
    """

    def __init__(
        self, outputs: Outputs, *, deliver: Deliver, patience_s: float = PATIENCE_S
    ) -> None:
        self._outputs = outputs
        self._deliver = deliver
        self._patience_s = patience_s
        self._few = asyncio.Semaphore(_AT_ONCE)

    def is_promised(self, video: Video) -> bool:
        """Tell whether a member is to be told of a file that is missing."""
        return self._wanted(video) is Deliver.FILE

    @asynccontextmanager
    async def lend(
        self, video: Video, links: tuple[str, ...], *, most_bytes: int
    ) -> AsyncGenerator[BufferedIOBase | None]:
        """Lend the file of a video, at its start; None where the link must do, if there is one.

        Several videos of one prediction are told by their links.
        """
        if self._wanted(video) is Deliver.LINK or len(links) != 1:
            yield None
            return
        with ExitStack() as lent:
            try:
                async with asyncio.timeout(self._patience_s):
                    await self._few.acquire()
                    lent.callback(self._few.release)
                    reel = lent.enter_context(tempfile.TemporaryFile())
                    await self._fetch(links[0], reel, most_bytes)
            except (OutputGone, OutputRefused, OutputUnavailable, OSError, TimeoutError) as error:
                log.info("video not fetched id=%s reason=%s", video.id, type(error).__name__)
                lent.close()
                reel = None
            yield reel

    def _wanted(self, video: Video) -> Deliver:
        return video.deliver or self._deliver

    async def _fetch(self, link: str, reel: BufferedIOBase, most_bytes: int) -> None:
        async with self._outputs.open(link, most_bytes=most_bytes) as output:
            async for chunk in output.chunks():
                reel.write(chunk)
        reel.seek(0)
