"""The steps of one video. Each may be run again from its start after a crash.

Submit is guarded by an intent in the store, because it costs money; wait only reads; settle
writes what is written once; deliver looks before it posts a second time. A step's result is a
plain JSON value, because the engine keeps it.
"""

import asyncio
import itertools
import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Protocol

from bot.atlas.client import AtlasClient
from bot.atlas.wire import Empty, Running
from bot.delivery import Delivery
from bot.errors import (
    AtlasRejected,
    AtlasUnavailable,
    DiscordUnavailable,
    PlaceClosed,
    SubmitUnknown,
)
from bot.model import (
    Cause,
    Failed,
    Generating,
    Outcome,
    Refused,
    Status,
    Submission,
    TimedOut,
    Unknown,
    Video,
    VideoId,
    Waiting,
    outcome_from_plain,
    outcome_to_plain,
)
from bot.pipeline._pace import back_off, poll_pause
from bot.store import Store

log = logging.getLogger(__name__)

_SUBMIT_PATIENCE_S: Final = 600.0
_DELIVERY_PATIENCE_S: Final = 24 * 3600.0
_LAST_ANSWERS_S: Final = 6.0
_LAST_LOOK_S: Final = 120.0
_LOOKS_AT_EMPTY: Final = 4
_CARDS_PER_STEP: Final = 10

Plain = dict[str, Any]


class Limits(Protocol):
    """The settings that the story reads."""

    @property
    def poll_min_s(self) -> float: ...
    @property
    def poll_max_s(self) -> float: ...
    @property
    def generation_deadline_s(self) -> float: ...


class Story:
    """Submit, wait, settle and deliver, over the parts that do them."""

    def __init__(
        self,
        *,
        store: Store,
        atlas: AtlasClient,
        delivery: Delivery,
        limits: Limits,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._atlas = atlas
        self._delivery = delivery
        self._limits = limits
        self._clock = clock
        self._chance = chance
        self._payments = set[asyncio.Task[Outcome | None]]()

    async def submit(self, video_id: VideoId) -> Plain | None:
        """Pay for the video once; return an outcome when there will be no video."""
        begun_at = await self._store.begin(video_id)
        if await self._store.submission(video_id) is not None:
            return None
        outcome = await self._submit(await self._store.video(video_id), begun_at)
        return outcome and outcome_to_plain(outcome)

    async def _submit(self, video: Video, begun_at: float) -> Outcome | None:
        picture = await self._store.picture(video.id)
        for failures in itertools.count(1):
            image = picture and await self._atlas.lend(picture)
            try:
                return await self._pay_whole(video, image)
            except AtlasUnavailable as error:
                log.warning("submit put off id=%s reason=%s", video.id, error)
                pause_s = self._back_off(failures, error)
            if self._clock() + pause_s > begun_at + _SUBMIT_PATIENCE_S:
                break
            await asyncio.sleep(pause_s)
        return Refused(Cause.BUSY)

    async def _pay_whole(self, video: Video, image: str | None) -> Outcome | None:
        """Pay in a task of its own: a stop of the bot does not cut it in two."""
        payment = asyncio.create_task(self._pay(video, image), name=f"pay {video.id}")
        self._payments.add(payment)
        payment.add_done_callback(self._payments.discard)
        return await asyncio.shield(payment)

    async def _pay(self, video: Video, image: str | None) -> Outcome | None:
        """Submit between two writes.

        An intent that stands already may have been charged, so there is no second POST: not
        after a crash, and not when two processes meet here. Raises AtlasUnavailable when Atlas
        proved that it took nothing.
        """
        if not await self._store.intend_submit(video.id):
            return Unknown()
        try:
            prediction_id = await self._atlas.submit(
                model=video.model,
                prompt=video.prompt,
                image=image,
                prompt_expansion=video.prompt_expansion,
            )
        except AtlasUnavailable:
            await self._store.withdraw_submit(video.id)
            raise
        except AtlasRejected as error:
            return Refused(error.cause)
        except SubmitUnknown as error:
            log.warning("submit unknown id=%s reason=%s", video.id, error)
            return Unknown()
        log.info("video submitted id=%s prediction=%s", video.id, prediction_id)
        patience_s = self._limits.generation_deadline_s
        await self._store.submitted(video.id, prediction_id, patience_s=patience_s)
        return None

    async def finish_payments(self) -> None:
        """Wait a moment for submits that are out."""
        if self._payments:
            await asyncio.wait(self._payments, timeout=_LAST_ANSWERS_S)

    async def announce(self, video_id: VideoId) -> None:
        """Show on the cards that this video is being made, and that the line moved up."""
        video = await self._store.video(video_id)
        submission = await self._store.submission(video_id)
        if submission is not None:
            await self._try_card(video, Generating(submission.submitted_at))
        for ahead, waiting in enumerate(await self._store.in_line(_CARDS_PER_STEP)):
            await self._try_card(waiting, Waiting(ahead))

    async def wait(self, video_id: VideoId) -> Plain:
        """Ask Atlas until the video has an outcome or its deadline is over.

        The deadline may have passed while no bot ran: then one answer of Atlas decides, and only
        an Atlas that gives none for two minutes is not waited for.
        """
        submission = await self._store.submission(video_id)
        if submission is None:
            raise LookupError(f"video {video_id} was never submitted")
        return outcome_to_plain(await self._watch(video_id, submission))

    async def _watch(self, video_id: VideoId, submission: Submission) -> Outcome:
        last_look_at = max(submission.deadline_at, self._clock()) + _LAST_LOOK_S
        failures = empties = 0
        while True:
            pause_s = self._poll_pause(submission)
            try:
                found = await self._atlas.prediction(submission.prediction_id)
            except AtlasUnavailable as error:
                log.info("poll put off id=%s reason=%s", video_id, error)
                failures += 1
                pause_s = max(pause_s, self._back_off(failures, error))
            else:
                failures, empties = 0, empties + isinstance(found, Empty)
                if empties == _LOOKS_AT_EMPTY:
                    return Failed(Cause.EMPTY)
                if not isinstance(found, Running | Empty):
                    return found
            left_s = submission.deadline_at - self._clock()
            if left_s <= 0 and (failures == 0 or self._clock() > last_look_at):
                return TimedOut()
            await asyncio.sleep(min(pause_s, left_s if left_s > 0 else _LAST_LOOK_S))

    async def settle(self, video_id: VideoId, plain: Plain) -> None:
        """Write the outcome down, once."""
        outcome = outcome_from_plain(plain)
        await self._store.settle(video_id, outcome)
        log.info("video settled id=%s outcome=%s", video_id, type(outcome).__name__)

    async def deliver(self, video_id: VideoId) -> None:
        """Show the outcome to the member, once, and on the card."""
        video = await self._store.video(video_id)
        outcome, took_s = await self._store.outcome(video_id)
        tried_at = await self._store.intend_delivery(video_id)
        shown = await self._show(video, outcome, took_s=took_s, tried_at=tried_at)
        if shown:
            await self._store.delivered(video_id)
            log.info("video delivered id=%s", video_id)
        else:
            log.warning("video not delivered, outcome kept id=%s", video_id)
        await self._try_card(video, outcome)

    async def _show(
        self, video: Video, outcome: Outcome, *, took_s: float, tried_at: float | None
    ) -> bool:
        began_at = tried_at or self._clock()
        for failures in itertools.count(1):
            tried_before = tried_at is not None or failures > 1
            try:
                return await self._delivery.deliver(
                    video, outcome, took_s=took_s, tried_before=tried_before
                )
            except DiscordUnavailable as error:
                log.warning("delivery put off id=%s reason=%s", video.id, error)
            if self._clock() > began_at + _DELIVERY_PATIENCE_S:
                break
            await asyncio.sleep(self._back_off(failures))
        return False

    async def _try_card(self, video: Video, status: Status) -> None:
        """A card that cannot be shown is a pity, and holds nothing up."""
        with suppress(PlaceClosed, DiscordUnavailable):
            await self._delivery.update_card(video, status)

    def _poll_pause(self, submission: Submission) -> float:
        return poll_pause(
            self._clock() - submission.submitted_at,
            least_s=self._limits.poll_min_s,
            most_s=self._limits.poll_max_s,
            chance=self._chance(),
        )

    def _back_off(self, failures: int, error: AtlasUnavailable | None = None) -> float:
        asked_s = error.retry_after_s if error else 0.0
        return back_off(failures, asked_s=asked_s, chance=self._chance())
