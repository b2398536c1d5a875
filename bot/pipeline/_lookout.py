"""Asks Atlas how far a video is, until it has an outcome or its deadline is over.

The deadline may have passed while no bot ran: then one answer of Atlas decides, and only an Atlas
that gives none for two minutes is not waited for.
"""

import asyncio
import logging
import math
import random
import time
from contextlib import suppress
from typing import Final

from bot.atlas.client import AtlasClient
from bot.atlas.wire import Empty, Prediction, Running
from bot.errors import AtlasUnavailable
from bot.metrics import Metrics
from bot.model import Cause, Failed, Outcome, Submission, TimedOut, VideoId
from bot.pipeline._back_off import back_off
from bot.polls import Timetable, crowding
from bot.settings import Settings
from bot.store import Store

log = logging.getLogger(__name__)

_LAST_LOOK_S: Final = 120.0
_LOOKS_AT_EMPTY: Final = 4
_JUST_NOW_S: Final = 5.0
_MANY_PER_S: Final = 100.0
_TOGETHER_S: Final = 0.02
"""Where so many look in a second, those due within this go on together: each waking of the loop
costs as much as a look."""


class Lookout:
    """Only reads, so it may be begun again at any time."""

    def __init__(
        self, *, store: Store, atlas: AtlasClient, settings: Settings, metrics: Metrics
    ) -> None:
        self._store = store
        self._atlas = atlas
        self._settings = settings
        self._metrics = metrics
        self._polls_per_s = 0.0  # of all who rest, if they were few

    async def outcome(
        self,
        video_id: VideoId,
        submission: Submission,
        timetable: Timetable,
        rung: asyncio.Event,
    ) -> Outcome:
        """Return what became of a video; `rung` asks for a look at once."""
        failures = empties = 0
        await self._rest(self._first_pause_s(submission, timetable), submission, rung)
        patience_s = max(0.0, time.time() - submission.deadline_at) + _LAST_LOOK_S
        while True:
            pause_s = _pause_s(submission, timetable)
            if rung.is_set():
                rung.clear()
                pause_s = min(pause_s, self._settings.poll_max_s)  # it is ready, or will be soon
                if (ending := await self._store.ending(video_id)) is not None:
                    return ending.outcome
            match await self._look(video_id, submission):
                case AtlasUnavailable(retry_after_s=asked_s):
                    failures += 1
                    again_s = back_off(failures, asked_s=asked_s, chance=random.random())
                    pause_s = max(pause_s, again_s)
                case Running():
                    failures = 0
                case Empty():
                    failures, empties = 0, empties + 1
                    pause_s = min(pause_s, self._settings.poll_max_s)
                case outcome:
                    return outcome
            late_s = time.time() - submission.deadline_at
            end = _given_up(failures, empties, late_s=late_s, patience_s=patience_s)
            if end is not None:
                return end
            await self._rest(pause_s, submission, rung)

    async def _look(
        self, video_id: VideoId, submission: Submission
    ) -> Prediction | AtlasUnavailable:
        """Return what Atlas says, or why it says nothing.

        The reason is a value, because each answer, silence too, says when to look again.
        """
        try:
            found = await self._atlas.prediction(submission.prediction_id)
        except AtlasUnavailable as error:
            log.info("poll put off id=%s reason=%s", video_id, error)
            self._metrics.polled(is_answered=False)
            return error
        self._metrics.polled(is_answered=True)
        return found

    async def _rest(self, pause_s: float, submission: Submission, rung: asyncio.Event) -> None:
        """Wait for the next look; the more videos wait, the longer all of them do.

        A deadline that comes meanwhile is looked at on time.
        """
        per_s = 1 / pause_s
        self._polls_per_s += per_s
        crowd = crowding(self._polls_per_s, most_per_s=self._settings.polls_per_s)
        left_s = submission.deadline_at - time.time()
        most_s = left_s if left_s > 0 else _LAST_LOOK_S * crowd
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._due_at(min(pause_s * crowd, most_s))):
                    await rung.wait()
        finally:
            self._polls_per_s -= per_s

    def _due_at(self, pause_s: float) -> float:
        """Return when a pause is over, by the loop's clock."""
        due_at = asyncio.get_running_loop().time() + pause_s
        if self._polls_per_s < _MANY_PER_S:
            return due_at
        return math.ceil(due_at / _TOGETHER_S) * _TOGETHER_S

    def _first_pause_s(self, submission: Submission, timetable: Timetable) -> float:
        """After a restart many come back at once, so they part."""
        if time.time() > submission.submitted_at + _JUST_NOW_S:
            return random.uniform(self._settings.poll_min_s, self._settings.poll_max_s)
        return _pause_s(submission, timetable)


def _given_up(
    failures: int, empties: int, *, late_s: float, patience_s: float
) -> Failed | TimedOut | None:
    """Return the end of a wait that no answer ended; None while it goes on.

    After the deadline a clear answer that is none ends it, and in any case the end of patience.
    """
    if empties == _LOOKS_AT_EMPTY:
        return Failed(Cause.EMPTY)
    is_clear = failures == empties == 0
    return TimedOut() if late_s >= 0 and (is_clear or late_s > patience_s) else None


def _pause_s(submission: Submission, timetable: Timetable) -> float:
    return timetable.pause_s(time.time() - submission.submitted_at, chance=random.random())
