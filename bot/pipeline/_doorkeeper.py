"""Who may have a video made where, and of what: asked before anything is fetched or spent."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from bot.blocklist import Blocklist
from bot.errors import PromptBlocked, UserError
from bot.model import Arrival, Place
from bot.policy import Policy, Rulebook
from bot.store import Store
from bot.words import moderation, refusals
from bot.words import rules as words

log = logging.getLogger(__name__)

_LOOK_WITHIN_S: Final = 0.5


class Doorkeeper:
    """Knows the operator's policy and list, and asks the store what each server made of it."""

    def __init__(self, *, store: Store, operator: Policy, blocklist: Blocklist) -> None:
        self._store = store
        self._operator = operator
        self._blocklist = blocklist

    async def admit(self, arrival: Arrival) -> Policy:
        """Return the policy by which a wish is fulfilled.

        Raises UserError, and PromptBlocked for a prompt that the operator does not allow.
        """
        policy = await self.let_in(arrival.place, roles=arrival.roles, member_id=arrival.member_id)
        if found := self._blocklist.found_in(arrival.prompt):
            lines = ",".join(str(line.number) for line in found)
            log.info("prompt not allowed id=%s lines=%s", arrival.id, lines)
            raise PromptBlocked(moderation.NOT_ALLOWED)
        return policy

    async def let_in(self, place: Place, *, roles: Sequence[int], member_id: int) -> Policy:
        """Return the policy by which a member with these roles may ask there. Raises UserError."""
        rulebook = await self._rulebook(place)
        policy = self._operator.narrowed(rulebook.holding_in(place.ruled_by))
        if not policy.is_open:
            raise UserError(words.closed(rulebook.opened))
        if policy.roles and not set(policy.roles) & set(roles):
            raise UserError(words.role_missing(policy.roles))
        if not policy.models:
            raise UserError(words.NO_MODEL)
        if policy.place_for(place) != place and not place.may_post:
            raise UserError(refusals.missing_rights(["send_messages"]))
        if (pause := await self._store.pauses.holding(place.guild_id, member_id)) is not None:
            raise UserError(moderation.paused(pause))
        return policy

    async def models(self, place: Place) -> Sequence[str]:
        """Return the models that are allowed there; all of them where nobody knows in time."""
        try:
            async with asyncio.timeout(_LOOK_WITHIN_S):
                rulebook = await self._rulebook(place)
        except TimeoutError:
            return self._operator.models
        return self._operator.narrowed(rulebook.holding_in(place.ruled_by)).models

    async def _rulebook(self, place: Place) -> Rulebook:
        if place.guild_id is None:
            return Rulebook()
        return await self._store.policies.rulebook(place.guild_id)
