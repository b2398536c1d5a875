"""What a campaign counts while it is played."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tally:
    """`findings` are sentences about what must not happen; each is a failure."""

    findings: list[str] = field(default_factory=list[str])
    struck: Counter[str] = field(default_factory=Counter[str])
    kills: Counter[int] = field(default_factory=Counter[int])
    """By process, as are `terms`."""
    terms: Counter[int] = field(default_factory=Counter[int])
