"""The steps of one video. Each may be done again from its beginning after a crash.

Submit is guarded by an intent in the store, because it costs money; wait only reads; settle
writes what is written once; deliver looks before it posts a second time. None is noted by the
engine: the store knows how far a video came.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Final

from bot.atlas.client import AtlasClient
from bot.delivery import Delivery
from bot.errors import DiscordUnavailable, PlaceClosed
from bot.metrics import Metrics
from bot.model import (
    Access,
    Cancelled,
    Ending,
    Flagged,
    Nsfw,
    Outcome,
    Post,
    Record,
    Status,
    Unknown,
    Video,
    VideoId,
    Waiting,
)
from bot.pipeline._back_off import back_off
from bot.pipeline._forecaster import Forecaster
from bot.pipeline._line_cards import LineCards
from bot.pipeline._live import LiveCards
from bot.pipeline._log_book import LogBook
from bot.pipeline._lookout import Lookout
from bot.pipeline._payment import Payment
from bot.settings import Settings
from bot.store import Store

log = logging.getLogger(__name__)

_DELIVERY_PATIENCE_S: Final = 24 * 3600.0
_SHOW_WITHIN_S: Final = 120.0
_KNOCKS: Final = 3
_CARDS_IN_LINE: Final = 10

Span = Callable[[str, VideoId], AbstractContextManager[object]]
"""What surrounds a step with this name, of this video."""
TakePlace = Callable[[VideoId], Awaitable[None]]
"""Waits until there is a place at Atlas."""


def no_span(_name: str, _video_id: VideoId) -> AbstractContextManager[object]:
    """Surround a step with nothing: nobody wants to have traces."""
    return nullcontext()


class Story:
    """Submit, wait, settle and deliver, over the parts that do them."""

    def __init__(
        self,
        *,
        store: Store,
        atlas: AtlasClient,
        delivery: Delivery,
        payment: Payment,
        log_book: LogBook,
        settings: Settings,
        metrics: Metrics,
        span: Span,
    ) -> None:
        self._store = store
        self._delivery = delivery
        self._metrics = metrics
        self._payment = payment
        self._log_book = log_book
        self._span = span
        self._lookout = Lookout(store=store, atlas=atlas, settings=settings, metrics=metrics)
        self._forecaster = Forecaster(store=store, settings=settings)
        self._live = LiveCards(delivery.cards.update)
        self._line_cards = LineCards(self._show_line)

    async def make(self, video_id: VideoId, *, take_place: TakePlace) -> Outcome:
        """Pay for the video, once, and wait for it; return its outcome.

        A story that is told anew goes on where it was: what Atlas has is only waited for, and
        what has ended is not made. Whoever rings from now on is heard.
        """
        with self._store.bell.heard(video_id) as rung:
            record = await self._store.record(video_id)
            if record.is_unsent:
                await take_place(video_id)
                record = await self._store.begin(video_id)
            if is_new := record.is_unsent:
                outcome = await self._pay(record, rung)
                if outcome is not None:
                    return outcome
                record = await self.announce(video_id)
            if record.ending is not None:
                return record.ending.outcome
            return await self._wait(record, rung, is_announced=is_new)

    async def _pay(self, record: Record, rung: asyncio.Event) -> Outcome | None:
        with self._span("submit", record.video.id):
            return await self._payment.pay(record.video, begun_at=record.begun_at, rung=rung)

    async def announce(self, video_id: VideoId) -> Record:
        """Show on the cards that this video is being made, and that the line moved up."""
        with self._span("announce", video_id):
            record = await self._show_progress(video_id)
            self.move_line()
            return record

    def move_line(self) -> None:
        """Let the first in line be shown where they stand now; nobody need wait for that."""
        self._line_cards.moved()

    async def close(self) -> None:
        """Touch the cards of the line no more."""
        await self._line_cards.close()

    async def _show_line(self) -> None:
        for ahead, waiting in enumerate(await self._store.line.waiting(_CARDS_IN_LINE)):
            await self._move_up(waiting, ahead)

    async def _move_up(self, waiting: Video, ahead: int) -> None:
        """Show a place in line; what its own story showed meanwhile may have been overtaken.

        Where only the card can answer, nobody but its own story may touch it.
        """
        if waiting.place.access is Access.REPLY:
            return
        if (await self._show_progress(waiting.id)).is_unsent:
            await self._try_card(waiting, Waiting(ahead))
            await self._show_progress(waiting.id)

    async def _show_progress(self, video_id: VideoId) -> Record:
        """Show where a video stands, if it was sent; return what was written of it then."""
        record = await self._store.record(video_id)
        video, submission, ending = record.video, record.submission, record.ending
        if ending is not None:
            await self._try_card(video, ending.outcome, only_here=record.is_told_on_card)
        elif submission is not None:
            forecast = await self._forecaster.forecast(video)
            shown = forecast.generating(submission.submitted_at, now=time.time())
            await self._try_card(video, shown)
        return record

    async def _wait(self, record: Record, rung: asyncio.Event, *, is_announced: bool) -> Outcome:
        """Ask Atlas until the video has an outcome or its deadline is over."""
        video, submission = record.video, record.submission
        if submission is None:
            raise LookupError(f"video {video.id} was never submitted")
        with self._span("wait", video.id):
            forecast = await self._forecaster.forecast(video)
            shown = forecast.generating(submission.submitted_at, now=time.time())
            async with self._live.kept(video, shown, is_shown=is_announced):
                found = await self._lookout.outcome(video.id, submission, forecast.timetable, rung)
            self._metrics.waited(time.time() - submission.submitted_at)
            return _keepable(found, video)

    async def settle(self, video_id: VideoId, outcome: Outcome) -> None:
        """Write the outcome down, once."""
        with self._span("settle", video_id):
            await self._store.settle(video_id, outcome)
        log.info("video settled id=%s outcome=%s", video_id, type(outcome).__name__)

    async def deliver(self, video_id: VideoId) -> bool:
        """Show the outcome to the member, once, and on the card; True when it is not the end.

        A doubt that is resolved opens the story again, and may be resolved at any moment: also
        before the member was told of it, when nobody could open it yet.
        """
        with self._span("deliver", video_id):
            return await self._deliver(await self._store.record(video_id))

    async def _deliver(self, record: Record) -> bool:
        video, ending = record.video, record.ending
        if ending is None:
            raise LookupError(f"video {video.id} has not ended")
        post = ending.post or await self._tell(video, ending)
        await self._log_book.enter(video, ending.outcome)
        if post is None:
            return False
        is_off = isinstance(ending.outcome, Cancelled)
        if not is_off:
            with suppress(PlaceClosed, DiscordUnavailable):
                await self._delivery.results.withdraw_notice(video)
        if post.message_id != video.card_id or (is_off and ending.post):
            await self._try_card(video, ending.outcome)
        latest = await self._store.ending(video.id)
        if latest is not None and latest.outcome != ending.outcome:  # it was deleted meanwhile
            await self._try_card(video, latest.outcome)
        is_found = latest is not None and isinstance(latest.outcome, Unknown)
        return latest is None or (is_found and await self._store.doubts.reopen(video.id))

    async def _tell(self, video: Video, ending: Ending) -> Post | None:
        """Tell the member; None when it is put off until the story is told anew.

        After a day of that, a last try decides: the outcome is kept, and told no more.
        """
        tried_at = await self._store.intend_delivery(video.id)
        post = await self._show(video, ending, tried_before=tried_at is not None)
        if post is not None:
            await self._store.delivered(video.id, ending, post)
            self._metrics.told(ending.outcome, took_s=time.time() - ending.settled_at)
            log.info("video delivered id=%s", video.id)
        elif tried_at is not None and time.time() > tried_at + _DELIVERY_PATIENCE_S:
            await self._store.gave_up(video.id, ending)
            self._metrics.gave_up(ending.outcome)
            log.warning("video not delivered, outcome kept id=%s", video.id)
        return post

    async def _show(self, video: Video, ending: Ending, *, tried_before: bool) -> Post | None:
        """Return None when every way stays shut, or Discord away: a place is not held for long."""
        give_up_at, failures, knocks = time.time() + _SHOW_WITHIN_S, 0, 0
        while time.time() < give_up_at and knocks < _KNOCKS:
            try:
                post = await self._delivery.results.deliver(
                    video, ending, tried_before=tried_before, attach=failures == 0
                )
            except DiscordUnavailable as error:
                self._metrics.delivery_put_off()
                log.warning("delivery put off id=%s reason=%s", video.id, error)
            else:
                if post is not None:
                    return post
                self._metrics.delivery_put_off()
                knocks += 1
            failures, tried_before = failures + 1, True
            await asyncio.sleep(back_off(failures, asked_s=0.0, chance=random.random()))
        return None

    async def _try_card(self, video: Video, status: Status, *, only_here: bool = False) -> None:
        """A card that cannot be shown is a pity, and holds nothing up."""
        try:
            await self._delivery.cards.update(video, status, only_here=only_here)
        except (PlaceClosed, DiscordUnavailable):
            pass
        except Exception:  # a sick card must not keep its video from its member
            log.exception("card is sick id=%s", video.id)


def _keepable(outcome: Outcome, video: Video) -> Outcome:
    """Return an outcome as it may be written down: no link to what nobody may be shown."""
    if isinstance(outcome, Flagged) and video.nsfw is Nsfw.BLOCK:
        return Flagged()
    return outcome
