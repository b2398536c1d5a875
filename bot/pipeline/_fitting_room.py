"""Where a member chooses what is made of a picture that does not fit."""

import asyncio
import logging
from typing import Final

from bot.delivery import Delivery
from bot.errors import DiscordUnavailable, PlaceClosed, UserError
from bot.model import Arrival, VideoId
from bot.store import DraftTaken, Store
from bot.words import fits, refusals

log = logging.getLogger(__name__)

_WITHIN_S: Final = 1.5


class FittingRoom:
    """Keeps the choices that are open; each is made once, by the member who may."""

    def __init__(self, *, store: Store, delivery: Delivery) -> None:
        self._store = store
        self._delivery = delivery

    async def wish(self, draft_id: VideoId, *, member_id: int) -> Arrival:
        """Return the wish that waits for this member's choice. Raises UserError."""
        try:
            async with asyncio.timeout(_WITHIN_S):
                draft = await self._store.drafts.find(draft_id)
        except TimeoutError as error:
            raise UserError(refusals.BUSY) from error
        if draft is None:
            raise UserError(fits.FORGOTTEN)
        if draft.member_id != member_id:
            raise UserError(fits.NOT_YOURS)
        if draft.wish is None:
            raise UserError(fits.CHOSEN)
        return draft.wish

    async def drop(self, draft_id: VideoId) -> None:
        """Note that the member wants no video. Raises UserError."""
        try:
            async with asyncio.timeout(_WITHIN_S):
                await self._store.drafts.take(draft_id)
        except TimeoutError as error:
            raise UserError(refusals.BUSY) from error
        except DraftTaken as error:
            raise UserError(fits.CHOSEN) from error

    async def close(self, wish: Arrival, *, message_id: int) -> None:
        """Take the buttons off a choice that was made; if that fails, they say so when pressed."""
        draft = await self._store.drafts.find(wish.id)
        if draft is not None and draft.wish is not None:
            return  # the video was refused: the member may choose again
        try:
            await self._delivery.answers.close_offer(wish, message_id)
        except (DiscordUnavailable, PlaceClosed) as error:
            log.info("choice keeps its buttons id=%s reason=%s", wish.id, error)
