"""How long videos take, from our own history."""

import time
from typing import Final

from bot.progress import Pace, pace_of
from bot.store import Store

_LAST: Final = 200
_LOOK_AGAIN_S: Final = 60.0


class Forecast:
    """Knows the pace of each model; it looks into the history once a minute at most."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known = dict[str, tuple[float, Pace]]()

    async def pace(self, model: str) -> Pace:
        """Return how long the last videos of a model took."""
        looked_at, pace = self._known.get(model, (0.0, None))
        if pace is None or time.time() > looked_at + _LOOK_AGAIN_S:
            pace = pace_of(await self._store.line.durations(model, limit=_LAST))
            self._known[model] = (time.time(), pace)
        return pace
