"""All that is written of one video."""

from dataclasses import dataclass

from bot.model._ending import Ending
from bot.model._submit import Submission
from bot.model._video import Video


@dataclass(frozen=True, slots=True)
class Record:
    """An accepted video, and how far it came, as written down at one moment.

    `begun_at` is None while it is in line, `submission` before Atlas took it, `ending` before it
    has an outcome.
    """

    video: Video
    begun_at: float | None
    submission: Submission | None
    ending: Ending | None
