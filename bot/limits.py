"""The form in which managers set the limits of their server.

It is heard by its name, so that it may be submitted after a restart.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

import discord
from discord import ui

from bot.errors import UserError
from bot.forms import submitted
from bot.language import Language, language
from bot.money import Budget, Scope, Unit, amount_of
from bot.policy import Part
from bot.words import desk as words

_NAME: Final = f"desk:form:{Part.BUDGETS}"
_LONGEST: Final = 13  # characters of the largest amount
_WIDER: Final = {Scope.MEMBER_HERE: Scope.MEMBER, Scope.SERVER: Scope.SERVER}
"""Whose budget at the operator's bounds the same spending."""

Budgets = tuple[Budget, ...]


class LimitsForm(ui.Modal):
    """A line for each limit, filled in with what it is."""

    def __init__(self, own: Budgets, *, operators: Budgets, locale: str) -> None:
        spoken = language(locale)
        super().__init__(title=spoken.say(words.LIMITS), custom_id=_NAME)
        for (scope, unit), name in words.LIMIT_NAMES.items():
            self.add_item(
                ui.Label(
                    text=spoken.say(name),
                    description=_about(scope, unit, operators, spoken),
                    component=ui.TextInput(
                        custom_id=f"{scope}:{unit}",
                        required=False,
                        max_length=_LONGEST,
                        default=next((str(most) for most in _most(own, scope, unit)), None),
                    ),
                )
            )
        self.stop()  # nobody waits for this one: submits are heard by the form's name


def written_in(interaction: discord.Interaction) -> Mapping[str, str] | None:
    """Return what was written into the lines of the form; None when it was not this form."""
    form = submitted(interaction, _NAME)
    return None if form is None else {line: form.text(line) for line in form.parts}


def limits_in(written: Mapping[str, str], *, operators: Budgets) -> Budgets | None:
    """Return the limits that were written, None for no limits. Raises UserError."""
    limits = (
        _limit(scope, unit, written.get(f"{scope}:{unit}", "").strip(), operators)
        for scope, unit in words.LIMIT_NAMES
    )
    return tuple(limit for limit in limits if limit is not None) or None


def _limit(scope: Scope, unit: Unit, text: str, operators: Budgets) -> Budget | None:
    """Read a limit, with a point or, as half of the world writes it, a comma."""
    if not text:
        return None
    try:
        limit = Budget(scope, unit, amount_of(text.replace(",", "."), unit=unit))
    except ValueError as error:
        raise UserError(words.not_a_limit(scope, unit)) from error
    for most in _most(operators, _WIDER[scope], unit):
        if most <= limit.most:
            raise UserError(words.no_effect(scope, Budget(_WIDER[scope], unit, most)))
    return limit


def _most(budgets: Budgets, scope: Scope, unit: Unit) -> Iterator[Decimal]:
    return (each.most for each in budgets if (each.scope, each.unit) == (scope, unit))


def _about(scope: Scope, unit: Unit, operators: Budgets, spoken: Language) -> str:
    """Return what the operator allows, where they set a bound."""
    bounds = (
        words.bound(Budget(scope, unit, most)) for most in _most(operators, _WIDER[scope], unit)
    )
    return spoken.say(next(bounds, words.NO_LIMIT))
