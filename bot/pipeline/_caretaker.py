"""Takes up again what fell out of its story, and ends what nobody will ever know.

Everything here may be done by several processes at once, and twice: it changes what is still as
it was found, or starts what is started once.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final

from bot.atlas.client import AtlasClient
from bot.atlas.wire import Empty, Running
from bot.errors import AtlasUnavailable, DatabaseAway
from bot.model import Attempt, Doubt, Unknown, VideoId
from bot.money import KEPT_FOR_S
from bot.pipeline._engine import Engine
from bot.pipeline._intake import Intake
from bot.settings import Settings
from bot.store import Store

log = logging.getLogger(__name__)

_EVERY_S: Final = 60.0
_HEAR_WITHIN_S: Final = 5.0
_SURELY_LEFT_S: Final = 400.0
_SURELY_STRANDED_S: Final = 60.0
_KEPT_ARRIVALS_S: Final = 24 * 3600.0
_KEPT_STORIES_S: Final = 7 * 24 * 3600.0


class Caretaker:
    """Looks after the videos that no story looks after."""

    def __init__(
        self,
        *,
        store: Store,
        atlas: AtlasClient,
        engine: Engine,
        intake: Intake,
        settings: Settings,
    ) -> None:
        self._store = store
        self._atlas = atlas
        self._engine = engine
        self._intake = intake
        self._settings = settings
        self._looks = list[asyncio.Task[None]]()
        self._started_at = time.time()
        self._ask_at = dict[VideoId, float]()

    def start(self) -> None:
        """Look now, and from time to time; what one look waits for holds up no other."""
        looks = (self.take_up, self.retell, self.resolve_doubts, self.forget)
        self._looks = [asyncio.create_task(_repeat(look), name=look.__name__) for look in looks]

    async def stop(self) -> None:
        """Look no more."""
        for look in self._looks:
            look.cancel()
        await asyncio.gather(*self._looks, return_exceptions=True)

    async def hear(self, attempt: Attempt, prediction_id: str) -> bool:
        """Look at once at the video of an attempt that Atlas ended; False when it is not ours.

        Raises TimeoutError when the database does not answer in time.
        """
        async with asyncio.timeout(_HEAR_WITHIN_S):
            video_id = await self._store.doubts.hear(
                attempt, prediction_id, patience_s=self._settings.generation_deadline_s
            )
            if video_id is None:
                return False
            await self._store.bell.ring(video_id)
            await self.reopen(video_id)
        return True

    async def take_up(self) -> None:
        """Go on with the commands and videos that never got into line.

        Of those from before our start at once, of later ones when whoever took them has surely
        left them.
        """
        before = max(self._started_at, time.time() - _SURELY_LEFT_S)
        for video in await self._store.unqueued(before=before):
            await self._intake.put_in_line(video, await self._store.picture(video.id))
        for arrival in await self._store.arrivals.unanswered(before=before):
            try:
                await self._intake.go_on(arrival)
            except Exception:
                log.exception("arrival is sick id=%s", arrival.id)

    async def retell(self) -> None:
        """Begin the stories anew that the engine does not know, or gave up."""
        videos = await self._store.unfinished(before=time.time() - _SURELY_STRANDED_S)
        members = {video.id: video.member_id for video in videos}
        for video_id in await self._engine.stranded(list(members)):
            log.warning("video told anew id=%s", video_id)
            await self._engine.enqueue_anew(video_id, member_id=members[video_id])

    async def resolve_doubts(self) -> None:
        """Learn what became of lost and late videos; after a day, stop to wonder."""
        now, doubts = time.time(), await self._store.doubts.all()
        ask_at = self._ask_at
        self._ask_at = {one.video.id: ask_at.get(one.video.id, one.settled_at) for one in doubts}
        for doubt in doubts:
            if now > doubt.settled_at + KEPT_FOR_S:
                log.info("hold released, nothing was heard id=%s", doubt.video.id)
                await self._store.doubts.release(doubt.video.id)
        try:
            for doubt in doubts:
                if now >= self._ask_at[doubt.video.id] and await self._is_known(doubt):
                    await self.reopen(doubt.video.id)
        except AtlasUnavailable as error:
            log.info("doubts put off reason=%s", error)

    async def reopen(self, video_id: VideoId) -> None:
        """Let the story of a lost or late video go on, now that its end can be learnt."""
        if await self._store.doubts.reopen(video_id):
            log.info("video found id=%s", video_id)
            video = await self._store.video(video_id)
            await self._engine.enqueue_anew(video_id, member_id=video.member_id)

    async def forget(self) -> None:
        """Let go of what only took up room."""
        now = time.time()
        await self._store.arrivals.forget(before=now - _KEPT_ARRIVALS_S)
        await self._store.picks.forget(before=now - _KEPT_ARRIVALS_S)
        await self._engine.forget(before=now - _KEPT_STORIES_S)

    async def _is_known(self, doubt: Doubt) -> bool:
        """Tell whether its end can be learnt; the later it is, the more seldom it is asked for.

        Raises AtlasUnavailable.
        """
        now = time.time()
        self._ask_at[doubt.video.id] = now + (now - doubt.settled_at) / 10
        if doubt.prediction_id is None or isinstance(doubt.outcome, Unknown):
            return doubt.prediction_id is not None
        found = await self._atlas.prediction(doubt.prediction_id)
        return not isinstance(found, Running | Empty)


async def _repeat(look: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await look()
        except DatabaseAway as error:
            log.warning("look put off what=%s reason=%s", look.__name__, error)
        except Exception:
            log.exception("look is sick what=%s", look.__name__)
        await asyncio.sleep(_EVERY_S)
