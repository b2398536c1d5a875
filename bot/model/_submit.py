"""What is known of a submit: before it, after it, and when its answer was lost."""

from dataclasses import dataclass
from enum import StrEnum

from bot.model._outcome import Outcome
from bot.model._video import Video


class Intent(StrEnum):
    """What stands before a submit."""

    OURS = "ours"
    """Written just now: the way is free."""
    STANDING = "standing"
    """An earlier attempt may have been accepted, or the video has ended."""
    NEEDLESS = "needless"
    """The lost video that this one was to replace came after all."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What Atlas accepted: its id, since when, and until when we wait."""

    prediction_id: str
    submitted_at: float
    deadline_at: float


class Standing(StrEnum):
    """Where a video stands whose answer was lost."""

    LOST = "lost"
    """Nobody knows whether it was accepted; it may be tried again."""
    FOUND = "found"
    """It was accepted after all."""
    REPLACED = "replaced"
    """The member tried again already."""
    GONE = "gone"
    """We know nothing of it any more."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A settled video of which it is not known whether it was charged."""

    video: Video
    outcome: Outcome
    prediction_id: str | None
    settled_at: float
