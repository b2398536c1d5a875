"""What videos cost, what may be spent in a day, and what becomes of money that is held.

Money is a Decimal of US dollars, never a float. A day is a day in UTC.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from enum import StrEnum
from typing import Final, assert_never

from bot.errors import FirstframeError
from bot.model import (
    Cancelled,
    Cause,
    Charge,
    Deleted,
    Failed,
    Flagged,
    Outcome,
    Ready,
    Refused,
    TimedOut,
    Unknown,
)

MICRO: Final = Decimal("0.000001")
"""The smallest amount that we tell apart; Atlas writes six places, too."""

NEAR: Final = Decimal("0.8")
"""The share of a budget from which on it is nearly used."""

KEPT_FOR_S: Final = 24 * 3600.0
"""How long money is held for a video of which nobody knows whether it was charged."""


class Scope(StrEnum):
    """Whose spending a budget bounds."""

    MEMBER = "member"
    MEMBER_HERE = "member_here"
    """The same, of what is asked for in one server."""
    SERVER = "server"
    ALL = "all"


class Unit(StrEnum):
    """What a budget counts."""

    USD = "usd"
    VIDEOS = "videos"


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that may be spent in a day, by one member, in one server or in all."""

    scope: Scope
    unit: Unit
    most: Decimal


@dataclass(frozen=True, slots=True)
class Spent:
    """What is held and settled for a day, in one scope."""

    usd: Decimal = Decimal(0)
    videos: int = 0

    def left_of(self, budget: Budget) -> Decimal:
        """Return what a budget still allows, never below zero."""
        return max(Decimal(0), budget.most - self._used_of(budget))

    def nears(self, budget: Budget) -> bool:
        """Tell whether a budget is nearly used."""
        return Decimal(0) < budget.most * NEAR <= self._used_of(budget)

    def _used_of(self, budget: Budget) -> Decimal:
        return self.usd if budget.unit is Unit.USD else Decimal(self.videos)


class OverBudget(FirstframeError):
    """One more video would pass a budget; nothing was held."""

    def __init__(self, budget: Budget, *, left: Decimal, price: Decimal) -> None:
        super().__init__(f"{budget.scope} {budget.unit}")
        self.budget = budget
        self.left = left
        self.price = price


class Hold(StrEnum):
    """What became of the money of a video."""

    HELD = "held"
    SETTLED = "settled"
    RELEASED = "released"


_HOLDS: Final = {
    Charge.NONE: Hold.RELEASED,
    Charge.MAYBE: Hold.HELD,
    Charge.SURE: Hold.SETTLED,
}


def check_budgets(budgets: Iterable[Budget], spent: Mapping[Scope, Spent], price: Decimal) -> None:
    """Raise OverBudget, of the tightest budget, when a video of this price would pass one.

    A scope that is not in `spent` has no bound: a direct message has no server.
    """
    passed = [
        (left, budget)
        for budget in budgets
        if budget.scope in spent
        and (left := spent[budget.scope].left_of(budget)) < _share(budget, price)
    ]
    if passed:
        left, budget = min(passed, key=lambda one: one[0] / _share(one[1], price))
        raise OverBudget(budget, left=left, price=price)


def _share(budget: Budget, price: Decimal) -> Decimal:
    return price if budget.unit is Unit.USD else Decimal(1)


def hold_after(outcome: Outcome) -> Hold:
    """Return what becomes of a video's money.

    Atlas takes the money for what it finished, also when it may not be shown, and gives it back
    for what failed or timed out on its side: https://www.atlascloud.ai/docs/billing/refunds
    """
    match outcome:
        case Cancelled(charge=charge):
            return _HOLDS[charge]
        case Ready() | Flagged() | Deleted() | Failed(cause=Cause.EMPTY | Cause.LINK):
            return Hold.SETTLED
        case Unknown() | TimedOut() | Failed(cause=Cause.BUG):
            return Hold.HELD
        case Refused() | Failed():
            return Hold.RELEASED
        case _:
            assert_never(outcome)


def called_off(found: Outcome) -> Cancelled:
    """Return what a video is that was called off, now that its end at Atlas is known."""
    charge = next(charge for charge, hold in _HOLDS.items() if hold is hold_after(found))
    return Cancelled(charge, found.links if isinstance(found, Ready) else ())


def day_of(moment: float) -> dt.date:
    """Return the day in UTC of a moment in Unix seconds."""
    return dt.datetime.fromtimestamp(moment, dt.UTC).date()


def next_day_at(moment: float) -> float:
    """Return when the day after that moment's begins, in Unix seconds."""
    tomorrow = day_of(moment) + dt.timedelta(days=1)
    return dt.datetime.combine(tomorrow, dt.time(), dt.UTC).timestamp()


def amount_of(text: str, *, unit: Unit) -> Decimal:
    """Read an amount: plain digits, of money with as many places as Atlas writes, under a million.

    Raises ValueError.
    """
    form = r"[0-9]{1,6}(\.[0-9]{1,6})?" if unit is Unit.USD else r"[0-9]{1,6}"
    if not re.fullmatch(form, text):
        raise ValueError(unit)
    return Decimal(text)


def to_micro(usd: Decimal) -> int:
    """Return an amount as whole millionths of a dollar, rounded up."""
    return int(usd.quantize(MICRO, rounding=ROUND_UP) / MICRO)


def from_micro(micro_usd: int) -> Decimal:
    """Return whole millionths as dollars."""
    return micro_usd * MICRO


class PriceList:
    """What a video of each model costs: from Atlas's catalogue, else the operator's figure."""

    def __init__(self, otherwise: Decimal) -> None:
        self._otherwise = otherwise
        self._catalogue: Mapping[str, Decimal | None] = {}

    def learn(self, catalogue: Mapping[str, Decimal | None]) -> None:
        """Take over the prices of the catalogue; None is a model without one."""
        self._catalogue = catalogue

    def of(self, model: str) -> Decimal:
        """Return the price of one video in USD."""
        listed = self._catalogue.get(model)
        return self._otherwise if listed is None else listed
