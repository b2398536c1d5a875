"""Where pictures are worked on, away from the event loop."""

import asyncio
import warnings
from concurrent.futures import ThreadPoolExecutor

from bot.picture._check import check
from bot.picture._picture import Picture


class Darkroom:
    """Two threads that check pictures, so that the event loop never waits for one."""

    def __init__(self) -> None:
        warnings.filterwarnings("ignore", module=r"PIL\.")  # what counts becomes a refusal
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="darkroom")

    async def check(self, upload: bytes) -> Picture:
        """Return the first frame made of an upload. Raises PictureRefused."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, check, upload)

    def close(self) -> None:
        """Take no more pictures, and let go those that wait."""
        self._pool.shutdown(wait=False, cancel_futures=True)
