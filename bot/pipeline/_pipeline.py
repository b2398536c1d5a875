"""One video from the line to the member, across crashes."""

import logging

from bot.errors import DatabaseAway
from bot.model import Cause, Failed, VideoId
from bot.pipeline._engine import Engine
from bot.pipeline._payment import Payment
from bot.pipeline._story import Story

log = logging.getLogger(__name__)


class Pipeline:
    """Tells the story of each video, from line to member."""

    def __init__(self, *, story: Story, payment: Payment, engine: Engine) -> None:
        self._story = story
        self._payment = payment
        self._engine = engine

    async def start(self) -> None:
        """Start the engine, which goes on with the videos that it knows.

        Raises DatabaseTaken when another bot runs on the same SQLite file.
        """
        await self._engine.start(self.make_video)

    async def stop(self) -> None:
        """Stop working, but let the submits that are out have their answers."""
        await self._engine.halt()
        await self._story.close()
        try:
            await self._payment.finish()
        finally:
            await self._engine.close()

    @property
    def is_working(self) -> bool:
        """Whether videos are taken from the line, and those of dead processes taken over."""
        return self._engine.is_working

    async def make_video(self, video_id: VideoId) -> None:
        """Tell the story, and again when its end was opened anew meanwhile."""
        while await self._tell(video_id):
            pass

    async def _tell(self, video_id: VideoId) -> bool:
        """Tell it, one step after the other; True when it is not over."""
        try:
            outcome = await self._story.make(video_id, take_place=self._engine.take_place)
        except DatabaseAway:
            raise  # nothing is wrong with the video: its story is told anew
        except Exception:  # one sick video ends as our bug, and its member is told
            log.exception("video is sick id=%s", video_id)
            outcome = Failed(Cause.BUG)
        await self._engine.confirm(video_id)
        await self._story.settle(video_id, outcome)
        return await self._story.deliver(video_id)
