"""Cards that live: while a video is made, its card shows how far it seems to be."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Final

from bot.errors import DiscordUnavailable, PlaceClosed
from bot.model import TOKEN_LIFE_S, Access, Generating, Video, VideoId
from bot.pipeline._look import outside
from bot.progress import outlook

log = logging.getLogger(__name__)

_EVERY_S: Final = 15.0
_APART_S: Final = 1.0

Show = Callable[[Video, Generating], Awaitable[object]]


@dataclass(slots=True)
class _Card:
    video: Video
    status: Generating
    is_shown: bool
    due_at: float = 0.0


class LiveCards:
    """Keeps cards true: each is edited every 15 s at most, and all together once a second.

    So the more there are, the more seldom is each. One task keeps them all: there may be thousands.
    """

    def __init__(self, show: Show, *, every_s: float = _EVERY_S, apart_s: float = _APART_S) -> None:
        self._show = show
        self._every_s = every_s
        self._apart_s = apart_s
        self._cards = dict[VideoId, _Card]()  # who is due first comes first
        self._in_hand: VideoId | None = None
        self._keeping: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def kept(
        self, video: Video, status: Generating, *, is_shown: bool = True
    ) -> AsyncGenerator[None]:
        """Keep the card of a video true until the `with` ends, and touch it no more after.

        Where nobody knows what it shows, it is edited once in any case.
        """
        self._put_last(_Card(video, status, is_shown))
        self._go_on()
        try:
            yield
        finally:
            self._cards.pop(video.id, None)
            if self._in_hand == video.id or not self._cards:
                await self._pause()

    def _put_last(self, card: _Card) -> None:
        card.due_at = time.monotonic() + self._every_s
        self._cards.pop(card.video.id, None)
        self._cards[card.video.id] = card

    def _go_on(self) -> None:
        if self._keeping is None or self._keeping.done():
            self._keeping = outside(self._keep(), name="live cards")

    async def _pause(self) -> None:
        """Let go of the card in hand, whose story is over; go on with the others."""
        keeping, self._keeping = self._keeping, None
        if keeping is not None:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
        if self._cards:
            self._go_on()

    async def _keep(self) -> None:
        while self._cards:
            card = next(iter(self._cards.values()))
            await asyncio.sleep(card.due_at - time.monotonic())
            if self._cards.get(card.video.id) is card:
                await self._attend(card)

    async def _attend(self, card: _Card) -> None:
        """A card that cannot be shown is a pity, and holds nothing up."""
        self._put_last(card)
        self._in_hand = card.video.id
        try:
            await self._refresh(card)
        except PlaceClosed as error:
            log.info("card left alone id=%s reason=%s", card.video.id, error)
            self._cards.pop(card.video.id, None)
        except Exception:  # the video goes on without its card
            log.exception("card is sick id=%s", card.video.id)
            self._cards.pop(card.video.id, None)
        finally:
            self._in_hand = None

    async def _refresh(self, card: _Card) -> None:
        """Show what has changed; what Discord did not take is overtaken by the next change.

        Raises PlaceClosed.
        """
        if not _is_reachable(card.video):
            raise PlaceClosed("no token")
        pace = card.status.outlook.pace
        status = replace(card.status, outlook=outlook(time.time() - card.status.since, pace))
        if card.is_shown and status == card.status:
            return
        card.status, card.is_shown = status, True
        with suppress(DiscordUnavailable):
            await self._show(card.video, status)
        await asyncio.sleep(self._apart_s)


def _is_reachable(video: Video) -> bool:
    """Tell whether the card can still be edited; where only a token reaches it, it dies soon."""
    return video.place.access is not Access.REPLY or time.time() < video.asked_at + TOKEN_LIFE_S
