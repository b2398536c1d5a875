"""What a pause is: nobody is asked to wait without being told until when."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pause:
    """No new videos of a member in a server; those in flight go on.

    `guild_id` is None for all servers, `member_id` for all members; `ends_at` is None where only
    somebody ends it.
    """

    guild_id: int | None
    member_id: int | None
    ends_at: float | None

    def lasts_until(self) -> float:
        """Return when it ends, as a moment that can be compared."""
        return math.inf if self.ends_at is None else self.ends_at
