"""What a benchmark tells: one figure a row, beside the same figure of a peer, and a bound."""

from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from math import ceil
from typing import Final

LONGEST_STALL_MS: Final = 50.0
"""The loop of a bot may never stand still for longer."""


class Scale(StrEnum):
    """How much is measured: for a try, or for the record."""

    QUICK = "quick"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of one case.

    `peer` is the same figure of the peer in the same run, None where there is no peer; `bound` is
    the most that the figure may be, None where nothing is asked of it.
    """

    measure: str
    case: str
    figure: str
    value: float
    unit: str
    _: KW_ONLY
    peer: float | None = None
    bound: float | None = None

    @property
    def is_kept(self) -> bool:
        """Tell whether the bound holds; it does where there is none."""
        return self.bound is None or self.value <= self.bound

    def cells(self) -> tuple[str, ...]:
        """Return what the table says of it; the bound of a figure that breaks it is marked."""
        verdict = "" if self.bound is None else f"{'≤' if self.is_kept else '**not** ≤'} "
        return (
            self.measure,
            self.case,
            self.figure,
            f"{_short(self.value)} {self.unit}",
            "" if self.peer is None else _short(self.peer),
            "" if not self.peer else f"× {_short(self.value / self.peer)}",
            "" if self.bound is None else verdict + _short(self.bound),
        )


_HEADS = ("Measured", "Case", "Figure", "Firstframe", "Peer", "Ratio", "Bound")


def table(rows: Iterable[Row]) -> str:
    """Return the rows as a table in Markdown."""
    lines = [_HEADS, tuple("---" for _ in _HEADS), *(row.cells() for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the least value that such a share of all does not exceed.

    Raises ValueError when there is none.
    """
    if not values:
        raise ValueError("nothing was measured")
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


def _short(value: float) -> str:
    """Write three digits that count."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
