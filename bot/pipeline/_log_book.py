"""Tells the managers of a server what they should look at, in the channel they chose for it."""

import asyncio
import logging
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from bot.case import Case, Report, blocked_case, ended_case, reported_case
from bot.delivery import Delivery
from bot.errors import DiscordUnavailable, PlaceClosed, UserError
from bot.model import (
    Arrival,
    Ending,
    Outcome,
    Ready,
    Record,
    Video,
    VideoId,
)
from bot.presses import Presses
from bot.sentence import Sentence
from bot.store import Store
from bot.words import moderation as words

log = logging.getLogger(__name__)

_LOOK_WITHIN_S: Final = 1.5
_REPORT_WITHIN_S: Final = 60.0
_SHOW_WITHIN_S: Final = 30.0
_CATCH_UP_S: Final = 24 * 3600.0
_SURELY_LEFT_S: Final = 120.0


class LogBook:
    """Each case is shown once. A channel that is gone or closed is a pity, and holds nothing up."""

    def __init__(self, *, store: Store, delivery: Delivery) -> None:
        self._store = store
        self._delivery = delivery
        self._presses = Presses()

    async def enter(self, video: Video, outcome: Outcome) -> None:
        """Show what is to be looked at of a video that has ended, if there is anything."""
        case = ended_case(video, outcome)
        if case is None or await self._store.cases.is_logged(video.id):
            return
        try:
            async with asyncio.timeout(_SHOW_WITHIN_S):
                await self._show_once(case)
        except (DiscordUnavailable, TimeoutError) as error:
            log.warning("case put off id=%s reason=%s", video.id, type(error).__name__)
            return
        except PlaceClosed as error:
            log.warning("case not shown id=%s reason=%s", video.id, error)
        except Exception:  # a sick case must not hold up its video, nor come back for ever
            log.exception("case is sick id=%s", video.id)
        await self._store.cases.logged(video.id)

    async def enter_blocked(self, arrival: Arrival) -> None:
        """Show that a prompt was not allowed; whoever tries many in a row is shown once."""
        case = blocked_case(arrival)
        if case is None or not self._presses.is_first(
            arrival.id, member_id=arrival.member_id, button=case.kind.name
        ):
            return
        if (channel_id := await self._channel_id(case.guild_id)) is not None:
            with suppress(DiscordUnavailable, PlaceClosed):
                await self._delivery.log.post(channel_id, case)

    async def tell(self, guild_id: int, sentences: Iterable[Sentence], *, nonce: str) -> None:
        """Say something to the managers of a server, if they chose a channel for it."""
        if (channel_id := await self._channel_id(guild_id)) is None:
            return
        try:
            await self._delivery.log.tell(channel_id, sentences, guild_id=guild_id, nonce=nonce)
        except (DiscordUnavailable, PlaceClosed) as error:
            log.warning("server not told guild=%s reason=%s", guild_id, error)

    async def catch_up(self) -> None:
        """Show what Discord did not take when it was to be shown."""
        now = time.time()
        late = await self._store.cases.unlogged(
            since=now - _CATCH_UP_S, before=now - _SURELY_LEFT_S
        )
        for video, outcome in late:
            await self.enter(video, outcome)

    async def expect(self, video_id: VideoId) -> None:
        """Tell whether a video can be reported; a database that is away is no reason not to.

        Raises UserError.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_WITHIN_S):
                await self._place_of(await self._shown(video_id))

    async def report(self, video_id: VideoId, report: Report) -> Sentence:
        """Show a member's report, and return what to tell them. Raises UserError."""
        cases, member_id = self._store.cases, report.member_id
        try:
            async with asyncio.timeout(_REPORT_WITHIN_S):
                video = await self._shown(video_id)
                if not _is_seen_by(report, video):
                    raise UserError(words.NOTHING_TO_REPORT)
                channel_id = await self._place_of(video)
                if await cases.is_reported(video_id, member_id=member_id):
                    return words.REPORTED_BEFORE
                if (case := reported_case(video, report)) is None:
                    raise UserError(words.NO_LOG)
                await self._delivery.log.post(channel_id, case)
                await cases.reported(video_id, member_id=member_id)
        except PlaceClosed as error:
            log.warning("report not shown id=%s reason=%s", video_id, error)
            raise UserError(words.NO_LOG) from error
        except (DiscordUnavailable, TimeoutError) as error:
            raise UserError(words.NOT_REPORTED) from error
        log.info("video reported id=%s", video_id)
        return words.REPORTED

    async def _show_once(self, case: Case) -> None:
        channel_id = await self._channel_id(case.guild_id)
        if channel_id is not None and not await self._delivery.log.has(channel_id, case):
            await self._delivery.log.post(channel_id, case)
            log.info("case shown id=%s kind=%s", case.video_id, case.kind.name)

    async def _shown(self, video_id: VideoId) -> Video:
        """Return a video that can be seen. Raises UserError."""
        try:
            record = await self._store.record(video_id)
        except LookupError as error:
            raise UserError(words.NOTHING_TO_REPORT) from error
        match record:
            case Record(video=video, ending=Ending(outcome=Ready())):
                return video
            case _:
                raise UserError(words.NOTHING_TO_REPORT)

    async def _place_of(self, video: Video) -> int:
        """Return where a video can be reported. Raises UserError."""
        guild_id = video.place.guild_id
        channel_id = guild_id and await self._channel_id(guild_id)
        if not channel_id:
            raise UserError(words.NO_LOG)
        return channel_id

    async def _channel_id(self, guild_id: int) -> int | None:
        rulebook = await self._store.policies.rulebook(guild_id)
        return rulebook.server.log_channel_id


def _is_seen_by(report: Report, video: Video) -> bool:
    """Tell whether a video is the reporter's, or of their server.

    A form's name comes back from the member's machine, so the video in it may be any.
    """
    return report.member_id == video.member_id or report.guild_id == video.place.guild_id
