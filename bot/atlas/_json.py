"""Decoded JSON of which nothing is promised: what is there, or nothing of its kind."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, cast

_TEXT_READ: Final = 10_000  # characters
_AMOUNT: Final = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,6})?")


def mapping(value: object) -> Mapping[str, Any]:
    """Return an object; an empty one for all else."""
    return cast(Mapping[str, Any], value) if isinstance(value, dict) else {}


def text(value: object) -> str:
    """Return what is written there; nothing for anything but text, and not too much of that."""
    return value[:_TEXT_READ] if isinstance(value, str) else ""


def amount(value: object) -> Decimal | None:
    """Return an amount of money, which Atlas writes as text; None where that is no plain one.

    Nothing is no amount, too: as a price it would let videos past every budget.
    """
    written = text(value)
    return (Decimal(written) or None) if _AMOUNT.fullmatch(written) else None
