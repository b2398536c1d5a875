"""When a shard may identify: Discord allows `max_concurrency` every five seconds.

Shards whose number leaves the same remainder share a turn, over all processes of the bot.
https://discord.com/developers/docs/events/gateway#sharding-max-concurrency
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

log = logging.getLogger(__name__)

_EVERY_S: Final = 5.2
"""Five seconds, and a little for the way to Discord."""

_PATIENCE_S: Final = 10.0


class TakeTurn(Protocol):
    """Takes the turn of a bucket and returns 0, or returns the seconds until it may be free."""

    def __call__(self, bucket: int, *, every_s: float) -> Awaitable[float]: ...


class StartLimits(Protocol):
    """What Discord says about starting sessions."""

    @property
    def max_concurrency(self) -> int: ...


class Turnstile:
    """Lets shards identify one after the other.

    `ask` and `take` may fail or hang, and then the safe thing is done: one bucket for all, and
    turns among the shards of this process alone. A bot must not stay away because of them.
    """

    def __init__(
        self,
        *,
        ask: Callable[[], Awaitable[StartLimits]],
        take: TakeTurn,
        every_s: float = _EVERY_S,
    ) -> None:
        self._ask = ask
        self._take = take
        self._every_s = every_s
        self._buckets: int | None = None
        self._own = defaultdict[int, asyncio.Lock](asyncio.Lock)

    async def wait(self, shard_id: int) -> None:
        """Return when this shard may identify."""
        bucket = shard_id % await self._count()
        async with self._own[bucket]:
            while True:
                pause_s = await self._pause(bucket)
                if pause_s <= 0:
                    return
                await asyncio.sleep(pause_s)

    async def _count(self) -> int:
        if self._buckets is None:
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    self._buckets = max(1, (await self._ask()).max_concurrency)
            except Exception as error:  # noqa: BLE001  # whatever it was, one bucket is safe
                log.warning("max_concurrency not known reason=%s", type(error).__name__)
        return self._buckets or 1

    async def _pause(self, bucket: int) -> float:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                return await self._take(bucket, every_s=self._every_s)
        except Exception as error:  # noqa: BLE001  # whatever it was, the bot must come back
            log.warning("identify turn not shared reason=%s", type(error).__name__)
            await asyncio.sleep(self._every_s)
            return 0
