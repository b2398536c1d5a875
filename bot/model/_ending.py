"""How a video ended, and how its member is told."""

from dataclasses import dataclass
from enum import StrEnum

from bot.model._outcome import Outcome
from bot.model._video import Post


class Deliver(StrEnum):
    """What a member gets of a finished video."""

    AUTO = "auto"
    """The file if it fits, and the link."""
    LINK = "link"
    """The link alone."""
    FILE = "file"
    """The same, and a word if it does not."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A settled video: how it ended, and which message told of it, None before one did.

    `took_s` counts the seconds since Atlas took it, or since its turn came.
    """

    outcome: Outcome
    settled_at: float
    took_s: float
    post: Post | None

    def is_told_by(self, message_id: int | None) -> bool:
        """Tell whether this message is the one that told of it."""
        return self.post is not None and self.post.message_id == message_id
