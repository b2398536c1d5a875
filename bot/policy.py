"""What holds where a member asks: the operator's word, and what a server's managers made of it.

Rules are what somebody set, for a server or for one of its channels. A policy is what follows; it
is never more generous than the operator's own.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from bot.model import Deliver
from bot.money import Budget, Scope, Unit


class Nsfw(StrEnum):
    """What becomes of a flagged video, the strictest first; other channels never show one."""

    BLOCK = "block"
    """It is withheld."""
    SPOILER = "spoiler"
    """In age-restricted channels it is shown behind a spoiler."""
    WARN = "warn"
    """In age-restricted channels it is shown with a warning."""


_STRICTEST_FIRST: Final = tuple(Nsfw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What was set for a server, or a channel; None leaves a thing as it is in the wider one.

    `roles` are those who may ask, and nobody in particular when empty; `models` are ids.
    """

    is_open: bool | None = None
    roles: tuple[int, ...] | None = None
    models: tuple[str, ...] | None = None
    nsfw: Nsfw | None = None
    threads: bool | None = None
    deliver: Deliver | None = None
    budgets: tuple[Budget, ...] | None = None
    log_channel_id: int | None = None

    def within(self, wider: "Rules") -> "Rules":
        """Return these rules, with those of the wider one where they say nothing."""
        mine = {field.name: getattr(self, field.name) for field in fields(self)}
        theirs = {field.name: getattr(wider, field.name) for field in fields(wider)}
        return Rules(**theirs | {name: said for name, said in mine.items() if said is not None})

    def to_plain(self) -> dict[str, Any]:
        """Return JSON-ready values; `rules_from_plain` reads them back."""
        plain = asdict(self)
        if self.budgets is not None:
            plain["budgets"] = [
                [budget.scope, budget.unit, str(budget.most)] for budget in self.budgets
            ]
        return plain


def rules_from_plain(plain: Mapping[str, Any]) -> Rules:
    """Read what `to_plain` wrote, in this version or a later one."""
    known = {field.name: plain.get(field.name) for field in fields(Rules)}
    return Rules(**{name: _value(name, said) for name, said in known.items() if said is not None})


def _value(name: str, said: Any) -> Any:
    match name:
        case "roles" | "models":
            return tuple(said)
        case "nsfw":
            return Nsfw(said)
        case "deliver":
            return Deliver(said)
        case "budgets":
            return tuple(Budget(Scope(of), Unit(in_), Decimal(most)) for of, in_, most in said)
        case _:
            return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What holds; everyone may ask where `roles` is empty, and `log_channel_id` may be None."""

    is_open: bool = True
    roles: frozenset[int] = frozenset()
    models: frozenset[str]
    nsfw: Nsfw
    threads: bool = True
    deliver: Deliver
    budgets: tuple[Budget, ...]
    log_channel_id: int | None = None

    def narrowed(self, rules: Rules) -> "Policy":
        """Return what follows when a server with these rules has its say."""
        return Policy(
            is_open=self.is_open and rules.is_open is not False,
            roles=self.roles if rules.roles is None else frozenset(rules.roles),
            models=self.models if rules.models is None else self.models & set(rules.models),
            nsfw=min(self.nsfw, rules.nsfw or self.nsfw, key=_STRICTEST_FIRST.index),
            threads=self.threads and rules.threads is not False,
            deliver=Deliver.LINK if self.deliver is Deliver.LINK else rules.deliver or self.deliver,
            budgets=(*self.budgets, *(rules.budgets or ())),
            log_channel_id=rules.log_channel_id,
        )
