"""The one POST that costs: between two writes, and repeated only on proof of refusal."""

import asyncio
import itertools
import logging
import random
import secrets
import time
from contextlib import suppress
from typing import Final

from bot.atlas.client import AtlasClient
from bot.errors import AtlasRejected, AtlasUnavailable, SubmitUnknown
from bot.metrics import Metrics
from bot.model import (
    Attempt,
    Cause,
    Ending,
    Intent,
    Outcome,
    Record,
    Refused,
    Submission,
    Unknown,
    Video,
    VideoId,
)
from bot.pipeline._back_off import back_off
from bot.settings import Settings
from bot.store import Store

log = logging.getLogger(__name__)

_PATIENCE_S: Final = 600.0
_FRAMES_AT_ONCE: Final = 2
_LAST_ANSWERS_S: Final = 6.0


class Payment:
    """Pays for a video once."""

    def __init__(
        self, *, store: Store, atlas: AtlasClient, settings: Settings, metrics: Metrics
    ) -> None:
        self._store = store
        self._atlas = atlas
        self._settings = settings
        self._metrics = metrics
        self._few_frames = asyncio.Semaphore(_FRAMES_AT_ONCE)
        self._submits = set[asyncio.Task[Outcome | None]]()

    async def pay(self, video: Video, *, begun_at: float, rung: asyncio.Event) -> Outcome | None:
        """Submit until Atlas takes it, or refuses, or has been away for ten minutes.

        None means that it was taken. `rung` ends a pause: the video may have been called off.
        """
        for failures in itertools.count(1):
            image = None if video.first_frame is None else await self._lend_frame(video.id)
            try:
                return await self._submit_shielded(video, image)
            except AtlasUnavailable as error:
                log.warning("submit put off id=%s reason=%s", video.id, error)
                pause_s = back_off(failures, asked_s=error.retry_after_s, chance=random.random())
            if time.time() + pause_s > begun_at + _PATIENCE_S:
                break
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await rung.wait()
            rung.clear()
        return Refused(Cause.BUSY)

    async def _lend_frame(self, video_id: VideoId) -> str | None:
        """Return where Atlas finds the picture, which is in memory only until it is there."""
        async with self._few_frames:
            picture = await self._store.picture(video_id)
            return picture and await self._atlas.lend(picture)

    async def _submit_shielded(self, video: Video, image: str | None) -> Outcome | None:
        """Do it in a task of its own: a stop of the bot does not cut it in two."""
        submit = asyncio.create_task(self._submit_once(video, image), name=f"submit {video.id}")
        self._submits.add(submit)
        submit.add_done_callback(self._forget)
        return await asyncio.shield(submit)

    def _forget(self, submit: asyncio.Task[Outcome | None]) -> None:
        """Look at its error, too: after a stop nobody waits for it, and asyncio would complain."""
        self._submits.discard(submit)
        if not submit.cancelled():
            submit.exception()

    async def _submit_once(self, video: Video, image: str | None) -> Outcome | None:
        """Submit between two writes.

        An intent that stands already may have been charged, so there is no second POST: not
        after a crash, and not when two processes meet here. Raises AtlasUnavailable when Atlas
        proved that it took nothing.
        """
        attempt = Attempt(secrets.token_hex(16))
        match await self._store.intend_submit(video.id, attempt):
            case Intent.STANDING:
                return await self._known(video.id)
            case Intent.NEEDLESS:
                return Refused(Cause.FOUND)
            case Intent.OURS:
                pass
        try:
            prediction_id = await self._post(video, image, self._webhook_url(attempt))
        except AtlasUnavailable:
            await self._store.withdraw_submit(video.id, attempt)
            raise
        except AtlasRejected as error:
            log.info("submit refused id=%s reason=%s", video.id, error)
            await self._store.withdraw_submit(video.id, attempt)
            return Refused(error.cause)
        except SubmitUnknown as error:
            log.warning("submit unknown id=%s reason=%s", video.id, error)
            return await self._known(video.id)
        log.info("video submitted id=%s prediction=%s", video.id, prediction_id)
        patience_s = self._settings.generation_deadline_s
        await self._store.submitted(video.id, prediction_id, patience_s=patience_s)
        return None

    async def _post(self, video: Video, image: str | None, webhook_url: str | None) -> str:
        """Submit, and count what comes of it."""
        began, result = time.monotonic(), "unknown"
        try:
            prediction_id = await self._atlas.submit(video, image=image, webhook_url=webhook_url)
            result = "taken"
            return prediction_id
        except AtlasUnavailable:
            result = "away"
            raise
        except AtlasRejected:
            result = "refused"
            raise
        finally:
            self._metrics.submitted(result, took_s=time.monotonic() - began)

    async def _known(self, video_id: VideoId) -> Outcome | None:
        """Return what is known of a submit whose answer we lack; None when it was accepted.

        A webhook or another process may have heard of it.
        """
        match await self._store.record(video_id):
            case Record(ending=Ending(outcome=outcome)):
                return outcome
            case Record(submission=Submission()):
                return None
            case _:
                return Unknown()

    async def finish(self) -> None:
        """Wait a moment for submits that are out."""
        if self._submits:
            await asyncio.wait(self._submits, timeout=_LAST_ANSWERS_S)

    def _webhook_url(self, attempt: Attempt) -> str | None:
        base = self._settings.public_url
        return base and f"{base}/atlas/webhook?attempt={attempt}"
