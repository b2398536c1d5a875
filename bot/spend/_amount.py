"""An amount of spending: what is settled, and what is still held, told apart."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final


@dataclass(frozen=True, slots=True)
class Amount:
    """Money of some videos; what is held may still be given back."""

    videos: int = 0
    settled_usd: Decimal = Decimal(0)
    held_usd: Decimal = Decimal(0)

    @property
    def usd(self) -> Decimal:
        """All of it, as budgets count."""
        return self.settled_usd + self.held_usd

    def __add__(self, more: "Amount") -> "Amount":
        return Amount(
            self.videos + more.videos,
            self.settled_usd + more.settled_usd,
            self.held_usd + more.held_usd,
        )

    def __sub__(self, less: "Amount") -> "Amount":
        return Amount(
            self.videos - less.videos,
            self.settled_usd - less.settled_usd,
            self.held_usd - less.held_usd,
        )


NOTHING: Final = Amount()
