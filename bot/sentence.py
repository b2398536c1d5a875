"""What is to be said, before it is known in which language."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

COUNT: Final = "count"
"""The gap whose number chooses between `text` and `many`."""


@dataclass(frozen=True, slots=True)
class Usd:
    """An amount of money, written in the reader's form."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class Sentence:
    """English words with named gaps; `many` is what they are for other counts than one."""

    text: str
    gaps: Mapping[str, "Gap"] = field(default_factory=dict[str, "Gap"])
    many: str | None = None


Gap = str | int | Decimal | Usd | dt.date | Sentence | tuple["Gap", ...]
"""What may stand in a gap: text as it is, a number, a day, whose year is not said, or what is said
in the same language; a tuple is a list of them."""


def say(text: str, **gaps: Gap) -> Sentence:
    """Return a sentence; the catalogues are made from the texts that stand in calls of this."""
    return Sentence(text, gaps)


def count(one: str, many: str, number: int, **gaps: Gap) -> Sentence:
    """Return a sentence about a number of things, which stands in the gap `count`."""
    return Sentence(one, {COUNT: number, **gaps}, many)
