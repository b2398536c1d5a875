"""What a status card shows."""

from dataclasses import dataclass, field

from bot.model._outcome import Outcome
from bot.progress import Outlook


@dataclass(frozen=True, slots=True)
class Waiting:
    """The video waits in line behind `ahead` others."""

    ahead: int


@dataclass(frozen=True, slots=True)
class Generating:
    """Atlas has been making it since this time; `outlook` is how far it seems to be."""

    since: float
    outlook: Outlook = field(default_factory=Outlook)


Status = Waiting | Generating | Outcome
