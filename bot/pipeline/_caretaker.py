"""Takes up again what fell out of its story, and ends what nobody will ever know.

Everything here may be done by several processes at once, and twice: it changes what is still as
it was found, or starts what is started once.
"""

import asyncio
import logging
import time
from typing import Final

from bot.atlas.client import AtlasClient
from bot.atlas.wire import Empty, Running
from bot.errors import AtlasUnavailable, DatabaseAway, PredictionUnseen, UserError
from bot.model import Attempt, Cancelled, Doubt, Ready, Unknown, Video, VideoId
from bot.money import KEPT_FOR_S, called_off
from bot.pipeline._catalogue import Catalogue
from bot.pipeline._engine import Engine
from bot.pipeline._intake import Intake
from bot.pipeline._log_book import LogBook
from bot.pipeline._look import few_at_once, repeat
from bot.settings import Settings
from bot.store import Store
from bot.words import library

log = logging.getLogger(__name__)

_EVERY_S: Final = 60.0
_TRIES: Final = 6
_PAUSE_S: Final = 0.5
_BREATH_S: Final = 0.05
"""Between two looks at some of many, so that commands are answered."""
_COMMANDS_AGAIN_S: Final = 15.0  # their members see "thinking…"
_HEAR_WITHIN_S: Final = 5.0
_FORGET_WITHIN_S: Final = 20.0
_SURELY_LEFT_S: Final = 400.0
_SURELY_STRANDED_S: Final = 60.0
_KEPT_ARRIVALS_S: Final = 24 * 3600.0
_KEPT_DRAFTS_S: Final = 30 * 24 * 3600.0
_KEPT_STORIES_S: Final = 7 * 24 * 3600.0
_DAY_S: Final = 24 * 3600.0


class Caretaker:
    """Looks after the videos that no story looks after, and now and then at what is on offer."""

    def __init__(
        self,
        *,
        store: Store,
        atlas: AtlasClient,
        engine: Engine,
        intake: Intake,
        catalogue: Catalogue,
        log_book: LogBook,
        settings: Settings,
    ) -> None:
        self._store = store
        self._atlas = atlas
        self._engine = engine
        self._intake = intake
        self._catalogue = catalogue
        self._log_book = log_book
        self._settings = settings
        self._looks = list[asyncio.Task[None]]()
        self._started_at = time.time()
        self._ask_at = dict[VideoId, float]()
        self._retell_at = dict[VideoId, float]()

    def start(self) -> None:
        """Look now, and from time to time; what one look waits for holds up no other."""
        looks = (
            self.take_up_commands,
            self.take_up_videos,
            self.retell,
            self.resolve_doubts,
            self.forget,
            self._log_book.catch_up,
            self._catalogue.keep_up,
        )
        self._looks = [
            asyncio.create_task(repeat(look, every_s=_EVERY_S), name=look.__name__)
            for look in looks
        ]

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

    async def take_up_commands(self) -> None:
        """Go on with the commands that were acknowledged and never became videos.

        Of the newest it may show a moment later only whether they were.
        """
        while arrivals := await self._store.arrivals.unanswered(before=self._left_before()):
            await few_at_once(self._intake.go_on, arrivals)
            await asyncio.sleep(_COMMANDS_AGAIN_S)

    async def take_up_videos(self) -> None:
        """Put the videos in line that never got there."""
        left = await self._store.line.unqueued(before=self._left_before())
        await few_at_once(self._put_in_line, left)

    def _left_before(self) -> float:
        """Of before our start all are left; of later ones those whose process surely left them."""
        return max(self._started_at, time.time() - _SURELY_LEFT_S)

    async def _put_in_line(self, video: Video) -> None:
        await self._intake.put_in_line(video, await self._store.picture(video.id))

    async def retell(self) -> None:
        """Begin the stories anew that the engine does not know, or gave up.

        The older they are, the more seldom: every way to their member may be shut.
        """
        now, retell_at, after = time.time(), dict[VideoId, float](), VideoId(0)
        before = now - _SURELY_STRANDED_S
        while videos := await self._store.line.unfinished(before=before, after=after):
            retell_at |= {video.id: self._retell_at.get(video.id, 0.0) for video in videos}
            due = {video.id: video for video in videos if now >= retell_at[video.id]}
            for video_id in await self._engine.stranded(list(due)):
                log.warning("video told anew id=%s", video_id)
                await self._engine.begin_anew(video_id, member_id=due[video_id].member_id)
                retell_at[video_id] = now + (now - due[video_id].accepted_at) / 10
            after = videos[-1].id
            await asyncio.sleep(_BREATH_S)
        self._retell_at = retell_at

    async def resolve_doubts(self) -> None:
        """Learn what became of lost and late videos; after a day, stop to wonder."""
        doubts, ask_at = await self._store.doubts.all(), self._ask_at
        self._ask_at = {one.video.id: ask_at.get(one.video.id, one.settled_at) for one in doubts}
        for doubt in doubts:
            if time.time() >= self._ask_at[doubt.video.id]:
                await self._resolve(doubt)

    async def _resolve(self, doubt: Doubt) -> None:
        """Ask before anything is let go; the later it is, the more seldom."""
        now, video_id = time.time(), doubt.video.id
        self._ask_at[video_id] = now + (now - doubt.settled_at) / 10
        try:
            is_known = await self._learn(doubt)
        except PredictionUnseen:
            is_known = False
        except AtlasUnavailable as error:
            log.info("doubt put off id=%s reason=%s", video_id, error)
            return
        if is_known:
            await self.reopen(video_id)
        elif now > doubt.settled_at + KEPT_FOR_S:
            log.info("hold released, nothing was heard id=%s", video_id)
            await self._store.doubts.release(video_id)

    async def reopen(self, video_id: VideoId) -> None:
        """Let the story of a lost or late video go on, now that its end can be learnt."""
        if await self._store.doubts.reopen(video_id):
            log.info("video found id=%s", video_id)
            await self._begin_anew(await self._store.video(video_id))

    async def _begin_anew(self, video: Video) -> None:
        """Its story may be about to end just now; then it is begun when it has."""
        for _ in range(_TRIES):
            is_begun = await self._engine.begin_anew(video.id, member_id=video.member_id)
            if is_begun or await self._store.ending(video.id) is not None:
                return
            await asyncio.sleep(_PAUSE_S)

    async def forget(self) -> None:
        """Let go of what only took up room."""
        now = time.time()
        await self._store.arrivals.forget(before=now - _KEPT_ARRIVALS_S)
        await self._store.drafts.forget(before=now - _KEPT_DRAFTS_S)
        await self._store.picks.forget(before=now - _KEPT_ARRIVALS_S)
        await self._store.pauses.forget()
        await self._engine.forget(before=now - _KEPT_STORIES_S)
        deleted = await self._store.regrets.deleted(since=now - _KEPT_ARRIVALS_S)
        await self._engine.forget_videos(deleted)
        await self.forget_leavers()
        if (days := self._settings.retention_days) is not None:
            while gone := await self._store.forgetting.of_old(before=now - days * _DAY_S):
                await self._engine.forget_videos(gone)

    async def forget_member(self, member_id: int) -> int:
        """Let go of a member's videos; return how many have not ended, and go when they have.

        Raises UserError when it could not be noted, or takes longer.
        """
        refusal = library.NOT_NOTED
        try:
            async with asyncio.timeout(_FORGET_WITHIN_S):
                await self._store.forgetting.begin(member_id)
                refusal = library.DELETING
                await self.forget_leavers()
                return await self._store.forgetting.left(member_id)
        except (TimeoutError, DatabaseAway) as error:
            raise UserError(refusal) from error

    async def forget_leavers(self) -> None:
        """Let go of what has ended of those who asked to be forgotten."""
        while gone := await self._store.forgetting.of_leavers():
            await self._engine.forget_videos(gone)

    async def _learn(self, doubt: Doubt) -> bool:
        """Tell whether its end can be learnt by its story.

        A video that was called off is paid for if it was finished, and not posted: only its card
        tells. Raises AtlasUnavailable.
        """
        if doubt.prediction_id is None or isinstance(doubt.outcome, Unknown):
            return doubt.prediction_id is not None
        found = await self._atlas.prediction(doubt.prediction_id)
        if isinstance(found, Running | Empty):
            return False
        if isinstance(doubt.outcome, Cancelled):
            charged = found.micro_usd if isinstance(found, Ready) else None
            off = called_off(found)
            await self._store.regrets.learn(doubt.video.id, off, micro_usd=charged)
            await self._engine.begin_anew(doubt.video.id, member_id=doubt.video.member_id)
        return True
