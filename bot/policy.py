"""What holds where a member asks: the operator's word, and what a server's managers made of it.

Rules are what somebody set, for a server or for one of its channels. A policy is what follows; it
is never more generous than the operator's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from bot.model import Access, Deliver, Nsfw, Place
from bot.money import Budget, Scope, Unit
from bot.settings import Settings

_STRICTEST_FIRST: Final = tuple(Nsfw)


class Part(StrEnum):
    """What can be set, each called like its field in `Rules`."""

    OPEN = "is_open"
    ROLES = "roles"
    MODELS = "models"
    NSFW = "nsfw"
    THREADS = "threads"
    DELIVER = "deliver"
    BUDGETS = "budgets"
    LOG = "log_channel_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What was set for a server, or a channel; None leaves a thing as it is in the wider one.

    `roles` are those who may ask, any of them, and `models` are ids.
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
        return replace(wider, **{name: said for name, said in mine.items() if said is not None})

    def having(self, part: Part, value: Any) -> "Rules":
        """Return these rules with one part set; None leaves it as it is in the wider ones."""
        return replace(self, **{part: value})

    def to_plain(self) -> dict[str, Any]:
        """Return JSON-ready values; `rules_from_plain` reads them back."""
        plain = asdict(self)
        if self.budgets is not None:
            plain["budgets"] = [
                [budget.scope, budget.unit, str(budget.most)] for budget in self.budgets
            ]
        return plain


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All that was set in a server: for the whole of it, and for channels by their ids."""

    server: Rules = field(default_factory=Rules)
    channels: Mapping[int, Rules] = field(default_factory=dict[int, Rules])

    def of(self, channel_id: int | None) -> Rules:
        """Return what was set for a channel itself; None is the whole server."""
        return self.server if channel_id is None else self.channels.get(channel_id, Rules())

    def holding_in(self, channel_id: int | None) -> Rules:
        """Return what was set for a channel, with the server's rules where it says nothing."""
        return self.of(channel_id).within(self.server)

    @property
    def opened(self) -> tuple[int, ...]:
        """The channels in which videos may be made, although the server is closed otherwise."""
        if self.server.is_open is not False:
            return ()
        return tuple(channel for channel, rules in self.channels.items() if rules.is_open)


@dataclass(frozen=True, slots=True)
class Change:
    """A part of the rules that a member set; `channel_id` is None for the whole server."""

    at: float
    member_id: int
    channel_id: int | None
    part: Part
    rules: Rules


def rules_from_plain(plain: Mapping[str, Any]) -> Rules:
    """Read what `to_plain` wrote, in this version or another one."""
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
    roles: tuple[int, ...] = ()
    models: tuple[str, ...]
    nsfw: Nsfw
    threads: bool
    deliver: Deliver
    budgets: tuple[Budget, ...]
    log_channel_id: int | None = None

    def narrowed(self, rules: Rules) -> "Policy":
        """Return what follows when a server with these rules has its say."""
        models = self.models if rules.models is None else rules.models
        return Policy(
            is_open=self.is_open and rules.is_open is not False,
            roles=self.roles if rules.roles is None else rules.roles,
            models=tuple(model for model in self.models if model in models),
            nsfw=min(self.nsfw, rules.nsfw or self.nsfw, key=_STRICTEST_FIRST.index),
            threads=self.threads and rules.threads is not False,
            deliver=Deliver.LINK if self.deliver is Deliver.LINK else rules.deliver or self.deliver,
            budgets=(*self.budgets, *(rules.budgets or ())),
            log_channel_id=rules.log_channel_id,
        )

    def place_for(self, place: Place) -> Place:
        """Return where an answer goes: into no thread where there is to be none."""
        if place.access is Access.THREAD and not self.threads:
            return replace(place, access=Access.CHANNEL)
        return place

    def nsfw_in(self, place: Place) -> Nsfw:
        """Return what becomes of a flagged video there; where Discord minds no age, one thing."""
        is_soft = place.is_age_restricted and place.access is not Access.REPLY
        return self.nsfw if is_soft else Nsfw.BLOCK


def models_of(settings: Settings) -> tuple[str, ...]:
    """Return the models that the operator offers."""
    return (settings.atlas_model,)


def operators_policy(settings: Settings) -> Policy:
    """Return what holds where no server says anything."""
    return Policy(
        models=models_of(settings),
        nsfw=settings.nsfw_policy,
        threads=settings.threads,
        deliver=settings.deliver,
        budgets=settings.budgets,
    )


def choices(part: Part, operator: Policy) -> Sequence[bool | StrEnum | str]:
    """Return what managers may choose between; where there is one thing only, nothing."""
    match part:
        case Part.OPEN:
            return [True, False]
        case Part.MODELS if len(operator.models) > 1:
            return operator.models
        case Part.NSFW if operator.nsfw is not Nsfw.BLOCK:
            return _STRICTEST_FIRST[: _STRICTEST_FIRST.index(operator.nsfw) + 1]
        case Part.THREADS if operator.threads:
            return [True, False]
        case Part.DELIVER if operator.deliver is not Deliver.LINK:
            return tuple(Deliver)
        case _:
            return []
