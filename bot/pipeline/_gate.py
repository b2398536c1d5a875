"""What stops a wish before anything is fetched or spent: a pause, and the operator's list."""

import logging

from bot.blocklist import Blocklist
from bot.errors import PromptBlocked, UserError
from bot.model import Arrival, Place
from bot.store import Store
from bot.words import moderation as words

log = logging.getLogger(__name__)


class Gate:
    """Lets each wish through, or says why not."""

    def __init__(self, *, store: Store, blocklist: Blocklist) -> None:
        self._store = store
        self._blocklist = blocklist

    async def admit(self, arrival: Arrival) -> None:
        """Raise UserError where new videos are paused, and PromptBlocked for such a prompt."""
        await self.pass_by(arrival.place, member_id=arrival.member_id)
        if found := self._blocklist.found_in(arrival.prompt):
            lines = ",".join(str(line.number) for line in found)
            log.info("prompt not allowed id=%s lines=%s", arrival.id, lines)
            raise PromptBlocked(words.NOT_ALLOWED)

    async def pass_by(self, place: Place, *, member_id: int) -> None:
        """Raise UserError where new videos of this member are paused."""
        pause = await self._store.pauses.holding(place.guild_id, member_id)
        if pause is not None:
            raise UserError(words.paused(pause))
