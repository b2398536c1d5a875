"""All that is written of one video."""

from dataclasses import dataclass

from bot.model._ending import Ending
from bot.model._submit import Submission
from bot.model._video import Video


@dataclass(frozen=True, slots=True)
class Record:
    """An accepted video, and how far it came, as written down at one moment.

    Its turn came at `begun_at`, which before is when it was accepted. `submission` is None before
    Atlas took it, `ending` before it has an outcome.
    """

    video: Video
    begun_at: float
    submission: Submission | None
    ending: Ending | None

    @property
    def is_unsent(self) -> bool:
        """Whether Atlas does not have it, and no outcome stands."""
        return self.submission is None and self.ending is None

    @property
    def is_told_on_card(self) -> bool:
        """Whether the message that told of its ending is its card."""
        post = self.ending and self.ending.post
        return post is not None and post.message_id == self.video.card_id
