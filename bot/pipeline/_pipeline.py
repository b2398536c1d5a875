"""One video from the command to the member, across crashes."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Final, TypeVar

from bot import words
from bot.delivery import Delivery
from bot.errors import DiscordUnavailable, PlaceClosed, UserError
from bot.model import (
    PROMPT_LIMIT,
    Access,
    Arrival,
    Cause,
    Failed,
    Video,
    VideoId,
    Waiting,
    outcome_to_plain,
    short_id,
)
from bot.picture import LARGEST_UPLOAD, Darkroom, Picture
from bot.pipeline._engine import Engine
from bot.pipeline._story import Story
from bot.store import Store

log = logging.getLogger(__name__)

T = TypeVar("T")

_UPLOADS_AT_ONCE: Final = 4
_TRIES: Final = 4
_PAUSE_S: Final = 2.0
_QUEUE_PAUSE_S: Final = 10.0


class Pipeline:
    """Takes arrivals in, and tells the story of each video that comes of one."""

    def __init__(
        self,
        *,
        store: Store,
        delivery: Delivery,
        darkroom: Darkroom,
        story: Story,
        engine: Engine,
        model: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._delivery = delivery
        self._darkroom = darkroom
        self._story = story
        self._engine = engine
        self._model = model
        self._clock = clock
        self._few_uploads = asyncio.Semaphore(_UPLOADS_AT_ONCE)

    async def start(self) -> None:
        """Start the engine, which goes on with the videos that it knows.

        Raises DatabaseTaken when another bot runs on the same SQLite file.
        """
        await self._engine.start(self.make_video)

    async def stop(self) -> None:
        """Stop working, but let the submits that are out have their answers."""
        await self._engine.halt()
        try:
            await self._story.finish_payments()
        finally:
            await self._engine.close()

    async def resume(self) -> None:
        """Go on with commands and videos that were written down and never got further."""
        for video in await self._store.unqueued():
            await self._put_in_line(video, await self._store.picture(video.id))
        for arrival in await self._store.unanswered():
            try:
                await self.go_on(arrival)
            except Exception:
                log.exception("arrival is sick id=%s", arrival.id)

    async def go_on(self, arrival: Arrival) -> None:
        """Accept a command whose member still waits; let one go that nobody waits for."""
        try:
            still_waits = await _patiently(partial(self._delivery.awaits_answer, arrival))
        except DiscordUnavailable:
            return  # the next start asks again
        if still_waits:
            await self.accept(arrival)
        else:
            await self._store.answered(arrival.id)

    async def accept(self, arrival: Arrival) -> None:
        """Make an acknowledged command a video in line, or answer why not."""
        try:
            picture = await self._first_frame(arrival)
            video = self._video(arrival, picture)
        except UserError as refusal:
            await self._refuse(arrival, str(refusal))
            return
        await self._store.accept(video, picture)
        log.info("video accepted id=%s short_id=%s", video.id, short_id(video.id))
        await self._put_in_line(video, picture)

    async def make_video(self, video_id: VideoId) -> None:
        """Tell the story, one durable step after the other."""
        story, step = self._story, self._engine.step
        try:
            outcome = await step(story.submit, video_id)
            if outcome is None:
                await step(story.announce, video_id)
                outcome = await step(story.wait, video_id, preemptible=True)
        except Exception:
            log.exception("video is sick id=%s", video_id)
            outcome = outcome_to_plain(Failed(Cause.BUG))
        await step(story.settle, video_id, outcome)
        await step(story.deliver, video_id)

    async def _first_frame(self, arrival: Arrival) -> Picture | None:
        if arrival.upload is None:
            return None
        if arrival.upload.size > LARGEST_UPLOAD:
            raise UserError(words.picture_too_large(arrival.upload.size))
        async with self._few_uploads:
            try:
                content = await self._delivery.fetch(arrival.upload)
            except (DiscordUnavailable, PlaceClosed) as error:
                raise UserError(words.PICTURE_LOST) from error
            return await self._darkroom.check(content)

    def _video(self, arrival: Arrival, picture: Picture | None) -> Video:
        if not arrival.prompt.strip():
            raise UserError(words.NO_PROMPT)
        if len(arrival.prompt) > PROMPT_LIMIT:
            raise UserError(words.prompt_too_long(len(arrival.prompt)))
        return Video(
            id=arrival.id,
            asked_at=arrival.asked_at,
            member_id=arrival.member_id,
            place=arrival.place,
            reply=arrival.reply,
            prompt=arrival.prompt,
            prompt_expansion=arrival.prompt_expansion,
            model=self._model,
            accepted_at=self._clock(),
            first_frame=picture and picture.filename,
        )

    async def _refuse(self, arrival: Arrival, sentence: str) -> None:
        """Say it before it is noted as said; what could not be said is said after a restart."""
        try:
            await _patiently(partial(self._delivery.refuse, arrival, sentence))
        except DiscordUnavailable as error:
            log.warning("refusal not shown id=%s reason=%s", arrival.id, error)
            return
        except PlaceClosed as error:
            log.warning("refusal not shown id=%s reason=%s", arrival.id, error)
        await self._store.answered(arrival.id)

    async def _put_in_line(self, video: Video, picture: Picture | None) -> None:
        """Queue an accepted video, whatever becomes of its card, and however long it takes."""
        try:
            await self._show(video, picture)
        except (DiscordUnavailable, PlaceClosed) as error:
            log.warning("no card or thread id=%s reason=%s", video.id, error)
        except Exception:
            log.exception("card is sick id=%s", video.id)
        while True:
            try:
                await self._engine.enqueue(video.id, member_id=video.member_id)
                return await self._store.queued(video.id)
            except Exception:
                log.exception("video not queued yet id=%s", video.id)
            await asyncio.sleep(_QUEUE_PAUSE_S)

    async def _show(self, video: Video, picture: Picture | None) -> None:
        """Show the card and, where one can be, open the thread."""
        status = Waiting(await self._store.ahead_of(video))
        card_id = await _patiently(partial(self._delivery.show_card, video, status, picture))
        await self._store.shown(video.id, card_id=card_id, thread_id=None)
        if video.place.access is Access.THREAD:
            thread_id = await _patiently(partial(self._delivery.open_thread, video, card_id))
            await self._store.shown(video.id, card_id=card_id, thread_id=thread_id)


async def _patiently(call: Callable[[], Awaitable[T]]) -> T:
    """Try a call to Discord a few times. Raises PlaceClosed, and DiscordUnavailable at last."""
    for _ in range(_TRIES - 1):
        with suppress(DiscordUnavailable):
            return await call()
        await asyncio.sleep(_PAUSE_S)
    return await call()
