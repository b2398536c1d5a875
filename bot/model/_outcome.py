"""How a video may end, and the plain form of that."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final, get_args


class Cause(StrEnum):
    """Why there is no video."""

    CONTENT = "content"
    INPUT = "input"
    TOO_LARGE = "too_large"
    MODEL = "model"
    KEY = "key"
    BALANCE = "balance"
    REGION = "region"
    BUSY = "busy"
    BROKEN = "broken"
    CANCELLED = "cancelled"
    EMPTY = "empty"
    LINK = "link"
    BUG = "bug"
    FOUND = "found"
    """The lost video that it was to replace came after all."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The video was made, and may be shown.

    `micro_usd` is what Atlas says that it cost, in millionths of a dollar; None where it does not.
    """

    links: tuple[str, ...] = field(repr=False)
    micro_usd: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Flagged:
    """The video was made, and is not safe to show.

    `links` are there only where a policy allows to show it all the same, in the place it was asked
    for, while that is age-restricted.
    """

    links: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """Atlas did not take it, or took it and gave it back; nothing was charged."""

    cause: Cause


@dataclass(frozen=True, slots=True)
class Failed:
    """It was begun and came to nothing."""

    cause: Cause


@dataclass(frozen=True, slots=True)
class TimedOut:
    """It was not ready before its deadline; it may still become ready, and charged."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """It was sent, and nobody knows whether it was accepted."""


class Charge(StrEnum):
    """Whether a video that was called off costs money."""

    NONE = "none"
    """It was never sent, or came to nothing."""
    MAYBE = "maybe"
    """It was sent, and its end is not known."""
    SURE = "sure"
    """It was finished all the same."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The member called it off.

    `links` lead to what was finished all the same, if that may be shown.
    """

    charge: Charge
    links: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Deleted:
    """It was made, and deleted for its member, or `by_managers` of the server.

    Its words and links are kept nowhere.
    """

    by_managers: bool = False


Outcome = Ready | Flagged | Refused | Failed | TimedOut | Unknown | Cancelled | Deleted
_OUTCOMES: Final[Mapping[str, Callable[..., Outcome]]] = {
    kind.__name__: kind for kind in get_args(Outcome)
}


def outcome_to_plain(outcome: Outcome) -> dict[str, Any]:
    """Return JSON-ready values; `outcome_from_plain` reads them back."""
    return {"kind": type(outcome).__name__} | asdict(outcome)


def outcome_from_plain(plain: dict[str, Any]) -> Outcome:
    """Read what `outcome_to_plain` wrote."""
    match plain:
        case {"kind": "Ready", "links": links}:
            return Ready(tuple(links), plain.get("micro_usd"))
        case {"kind": "Flagged", "links": links}:
            return Flagged(tuple(links))
        case {"kind": "Cancelled", "charge": str(charge), "links": links}:
            return Cancelled(Charge(charge), tuple(links))
        case {"kind": "Deleted"}:
            return Deleted(by_managers=plain.get("by_managers", False))
        case {"kind": str(kind), "cause": str(cause)}:
            return _OUTCOMES[kind](Cause(cause))
        case {"kind": str(kind)}:
            return _OUTCOMES[kind]()
        case _:
            raise ValueError("not an outcome")
