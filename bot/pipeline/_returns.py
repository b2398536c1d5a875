"""What is taken back: videos that members call off, results that they or managers delete."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from bot.delivery import Delivery
from bot.errors import UserError
from bot.model import Cancelled, Deleted, Outcome, Standing, Video, VideoId
from bot.pipeline._story import Story
from bot.sentence import Sentence
from bot.store import Store
from bot.words import buttons, moderation, refusals

log = logging.getLogger(__name__)

_WITHIN_S: Final = 10.0


class Returns:
    """Each may be done twice, and all but `remove` only by the member who asked for the video."""

    def __init__(self, *, store: Store, story: Story, delivery: Delivery) -> None:
        self._store = store
        self._story = story
        self._delivery = delivery

    async def call_off(self, video_id: VideoId, *, member_id: int, is_sure: bool) -> Outcome | None:
        """End a video, and show that; None when its member must first be sure, as it was sent.

        A story that waits for it is rung; one in line finds its end when its turn comes. Raises
        UserError.
        """
        async with _in_time():
            await self._check(video_id, member_id)
            await self._store.regrets.call_off(video_id, also_sent=is_sure)
            ending = await self._store.ending(video_id)
        if ending is None:
            return None
        if not isinstance(ending.outcome, Cancelled):
            raise UserError(refusals.ENDED)
        log.info("video called off id=%s charge=%s", video_id, ending.outcome.charge)
        await self._store.bell.ring(video_id)
        await self._story.deliver(video_id)
        self._story.move_line()
        return ending.outcome

    async def offer_deletion(self, video_id: VideoId, *, member_id: int) -> None:
        """Tell whether this member may delete a video. Raises UserError."""
        async with _in_time():
            await self._check(video_id, member_id)

    async def delete(self, video_id: VideoId, *, member_id: int) -> Sentence:
        """Forget a video's words and links, delete what showed them, and return what to say.

        Raises UserError.
        """
        async with _in_time():
            await self._check(video_id, member_id)
        is_down = await self._delete(video_id, Deleted())
        return buttons.DELETED if is_down else buttons.NOT_REACHED

    async def remove(self, video_id: VideoId, *, guild_id: int | None) -> None:
        """Do the same for those who manage the server where a video was asked for.

        Raises UserError.
        """
        async with _in_time():
            if (await self._video(video_id)).place.guild_id != guild_id:
                raise UserError(moderation.NOT_HERE)
        if not await self._delete(video_id, Deleted(by_managers=True)):
            raise UserError(moderation.NOT_ALL_REMOVED)

    async def _delete(self, video_id: VideoId, deleted: Deleted) -> bool:
        """Return whether all that showed it is gone. Raises UserError."""
        async with _in_time():
            ending = await self._store.ending(video_id)
            if ending is not None and ending.post is None:
                raise UserError(refusals.LOOK_LATER)  # it is being posted
            if ending is None or not await self._store.regrets.delete(video_id, deleted):
                raise UserError(refusals.NOTHING_TO_DELETE)
            video = await self._store.video(video_id)
        log.info("video deleted id=%s by_managers=%s", video_id, deleted.by_managers)
        return await self._delivery.results.take_down(video, ending.post, deleted)

    async def _check(self, video_id: VideoId, member_id: int) -> None:
        if (await self._video(video_id)).member_id != member_id:
            raise UserError(refusals.NOT_YOUR_VIDEO)

    async def _video(self, video_id: VideoId) -> Video:
        try:
            return await self._store.video(video_id)
        except LookupError as error:
            raise UserError(refusals.not_lost(Standing.GONE)) from error


@asynccontextmanager
async def _in_time() -> AsyncGenerator[None]:
    """End what waits for a database that is away. Raises UserError."""
    try:
        async with asyncio.timeout(_WITHIN_S):
            yield
    except TimeoutError as error:
        raise UserError(refusals.LOOK_LATER) from error
