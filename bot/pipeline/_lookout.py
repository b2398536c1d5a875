"""Asks Atlas how far a video is, until it has an outcome or its deadline is over.

The deadline may have passed while no bot ran: then one answer of Atlas decides, and only an Atlas
that gives none for two minutes is not waited for.
"""

import asyncio
import logging
import random
import time
from contextlib import suppress
from typing import Final

from bot.atlas.client import AtlasClient
from bot.atlas.wire import Empty, Running
from bot.errors import AtlasUnavailable
from bot.metrics import Metrics
from bot.model import Cause, Failed, Outcome, Submission, TimedOut, VideoId
from bot.pipeline._pace import back_off, poll_pause
from bot.settings import Settings
from bot.store import Store

log = logging.getLogger(__name__)

_LAST_LOOK_S: Final = 120.0
_LOOKS_AT_EMPTY: Final = 4
_RARELY: Final = 4.0


class Lookout:
    """Only reads, so it may be begun again at any time."""

    def __init__(
        self, *, store: Store, atlas: AtlasClient, settings: Settings, metrics: Metrics
    ) -> None:
        self._store = store
        self._atlas = atlas
        self._settings = settings
        self._metrics = metrics

    async def outcome(
        self, video_id: VideoId, submission: Submission, rung: asyncio.Event
    ) -> Outcome:
        """Return what became of a video; `rung` asks for a look at once."""
        last_look_at = max(submission.deadline_at, time.time()) + _LAST_LOOK_S
        failures = empties = 0
        rung.set()
        while True:
            if rung.is_set():
                rung.clear()
                if (ending := await self._store.ending(video_id)) is not None:
                    return ending.outcome  # it was called off
            pause_s = self._pause(submission)
            try:
                found = await self._atlas.prediction(submission.prediction_id)
            except AtlasUnavailable as error:
                log.info("poll put off id=%s reason=%s", video_id, error)
                self._metrics.polled(is_answered=False)
                failures += 1
                pause_s = max(pause_s, _back_off(failures, error))
            else:
                self._metrics.polled(is_answered=True)
                failures = 0
                if not isinstance(found, Running | Empty):
                    return found
                if isinstance(found, Empty):
                    empties += 1
                if empties == _LOOKS_AT_EMPTY:
                    return Failed(Cause.EMPTY)
            left_s = submission.deadline_at - time.time()
            is_surely_late = failures == empties == 0 or time.time() > last_look_at
            if left_s <= 0 and is_surely_late:
                return TimedOut()
            with suppress(TimeoutError):
                async with asyncio.timeout(min(pause_s, left_s if left_s > 0 else _LAST_LOOK_S)):
                    await rung.wait()

    def _pause(self, submission: Submission) -> float:
        """Where Atlas calls, polls are the net under it, and rare."""
        rarely = _RARELY if self._settings.public_url else 1.0
        return rarely * poll_pause(
            time.time() - submission.submitted_at,
            least_s=self._settings.poll_min_s,
            most_s=self._settings.poll_max_s,
            chance=random.random(),
        )


def _back_off(failures: int, error: AtlasUnavailable) -> float:
    return back_off(failures, asked_s=error.retry_after_s, chance=random.random())
