"""Atlas's webhook keys, kept for a while."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from bot.atlas.webhook import Keys
from bot.errors import AtlasUnavailable

log = logging.getLogger(__name__)

_OLD_AFTER_S: Final = 3600.0
_PAUSE_S: Final = 60.0
_PAUSE_AFTER_FAILURE_S: Final = 10.0  # as long as Atlas waits before it repeats a webhook
_LOOK_WITHIN_S: Final = 5.0


class Keyring:
    """The keys that `look` finds, looked for again when they are old or when one is missing.

    Strangers can make one seem missing, so there is a pause between two looks, and all who wait
    share one.
    """

    def __init__(self, look: Callable[[], Awaitable[Keys]], clock: Callable[[], float]) -> None:
        self._look, self._clock = look, clock
        self._keys: Keys = {}
        self._old_at = self._look_again_at = float("-inf")
        self._turn = asyncio.Lock()

    async def keys(self) -> Keys:
        """Return the keys, old ones rather than none. Raises AtlasUnavailable."""
        return await self.renewed() if self._clock() >= self._old_at else self._keys

    async def renewed(self) -> Keys:
        """Return the keys after a new look, or as they are when the last one was just now.

        Raises AtlasUnavailable when no look has found any yet.
        """
        async with self._turn:
            if self._clock() >= self._look_again_at:
                await self._renew()
        if not self._keys:
            raise AtlasUnavailable("keys: none yet")
        return self._keys

    async def _renew(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_WITHIN_S):
                self._keys = await self._look()
        except (AtlasUnavailable, TimeoutError) as error:
            self._look_again_at = self._clock() + _PAUSE_AFTER_FAILURE_S
            log.warning("webhook keys not read reason=%s", error or type(error).__name__)
        else:
            self._look_again_at = self._clock() + _PAUSE_S
            self._old_at = self._clock() + _OLD_AFTER_S
