"""Who may have a video made where: asked before anything is fetched, spent or shown."""

from collections.abc import Sequence

from bot.errors import UserError
from bot.model import Place
from bot.policy import Policy, Rulebook
from bot.store import Store
from bot.words import refusals
from bot.words import rules as words


class Doorkeeper:
    """Knows the operator's policy, and asks the store what each server made of it."""

    def __init__(self, *, store: Store, operator: Policy) -> None:
        self._store = store
        self._operator = operator

    async def admit(
        self, place: Place, roles: Sequence[int], *, model: str | None = None
    ) -> Policy:
        """Return the policy by which a member with these roles may ask there.

        Without a model, it is not chosen yet. Raises UserError.
        """
        rulebook = await self._rulebook(place)
        policy = self._operator.narrowed(rulebook.holding_in(place.ruled_by))
        if not policy.is_open:
            raise UserError(words.closed(rulebook.opened))
        if policy.roles and not set(policy.roles) & set(roles):
            raise UserError(words.role_missing(policy.roles))
        if not policy.models:
            raise UserError(words.NO_MODEL)
        if model is not None and model not in policy.models:
            raise UserError(words.model_not_allowed(model, policy.models))
        if policy.place_for(place) != place and not place.may_post:
            raise UserError(refusals.missing_rights(["send_messages"]))
        return policy

    async def _rulebook(self, place: Place) -> Rulebook:
        if place.guild_id is None:
            return Rulebook()
        return await self._store.policies.rulebook(place.guild_id)
