"""How long videos take, from our own history, and so when to look at them."""

import asyncio
import time
from dataclasses import dataclass
from typing import Final

from bot.model import Generating, Video
from bot.polls import Timetable
from bot.progress import Pace, outlook, pace_of
from bot.settings import Settings
from bot.store import Store

_LAST: Final = 200
_LOOK_AGAIN_S: Final = 60.0
_SLACK_WHEN_CALLED: Final = 4.0
"""Where Atlas calls, polls are the net under it: what no call brings may be so much later."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the last videos of one kind showed when we looked, at `made_at`."""

    made_at: float
    pace: Pace
    timetable: Timetable

    def generating(self, since: float, *, now: float) -> Generating:
        """Return how far a video seems to be that Atlas took at that time."""
        return Generating(since, outlook(now - since, self.pace))


class Forecaster:
    """Knows how long videos take, for each model with a picture and without.

    It looks into the history once a minute at most.
    """

    def __init__(self, *, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._made = dict[tuple[str, bool], Forecast]()
        self._turn = asyncio.Lock()

    async def forecast(self, video: Video) -> Forecast:
        """Return what the last videos like this one showed."""
        kind = (video.model, video.first_frame is not None)
        async with self._turn:  # many may ask at once, after a restart
            made = self._made.get(kind)
            if made is None or time.time() > made.made_at + _LOOK_AGAIN_S:
                made = self._made[kind] = await self._make(video)
        return made

    async def _make(self, video: Video) -> Forecast:
        pace = pace_of(await self._store.line.durations(video, limit=_LAST))
        settings = self._settings
        slack = _SLACK_WHEN_CALLED if settings.public_url else 1.0
        least_s, most_s = slack * settings.poll_min_s, slack * settings.poll_max_s
        return Forecast(time.time(), pace, Timetable(pace, least_s=least_s, most_s=most_s))
