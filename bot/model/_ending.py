"""How a video ended, and which message tells of it."""

from dataclasses import dataclass

from bot.model._outcome import Outcome
from bot.model._video import Post


@dataclass(frozen=True, slots=True)
class Ending:
    """A settled video: how it ended, and which message told of it, None before one did.

    `took_s` counts the seconds since Atlas took it, or since its turn came.
    """

    outcome: Outcome
    settled_at: float
    took_s: float
    post: Post | None
