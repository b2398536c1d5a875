"""What a campaign amounts to, in numbers."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts that can be summed over campaigns; `faults` are those that really struck."""

    campaigns: int = 0
    commands: int = 0
    videos: int = 0
    kills: int = 0
    terms: int = 0
    lost: int = 0
    doubled: int = 0
    unknown: int = 0
    """Videos whose member was told that nobody knows."""
    kept: int = 0
    """Videos whose outcome is kept because every way to the member was closed."""
    seconds: float = 0.0
    faults: Mapping[str, int] = field(default_factory=dict[str, int])

    def __add__(self, other: "Figures") -> "Figures":
        sums = {
            name: getattr(self, name) + getattr(other, name)
            for name in (each.name for each in fields(self))
            if name != "faults"
        }
        return Figures(**sums, faults=dict(Counter(self.faults) + Counter(other.faults)))

    @classmethod
    def from_plain(cls, plain: Any) -> Self:
        """Read what `dataclasses.asdict` wrote."""
        return cls(**plain)

    def __str__(self) -> str:
        """Return the figures as lines for a README or a terminal."""
        struck = ", ".join(f"{kind} {count}" for kind, count in sorted(self.faults.items()))
        return (
            f"{self.campaigns} campaigns, {self.commands} commands, {self.videos} videos, "
            f"{self.kills} kills, {self.terms} SIGTERMs, {sum(self.faults.values())} faults, "
            f"lost {self.lost}, doubled {self.doubled}, unknown {self.unknown}, "
            f"kept {self.kept}, {self.seconds:.0f} s\n{struck}"
        )
