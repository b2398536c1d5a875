"""Fresh links: Atlas is asked again for a video that it made, while it still keeps it."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bot.atlas.client import AtlasClient
from bot.atlas.outputs import Outputs
from bot.errors import (
    AtlasUnavailable,
    OutputGone,
    OutputRefused,
    OutputUnavailable,
    PredictionUnseen,
)
from bot.model import (
    Ending,
    Flagged,
    Ready,
    Record,
    Standing,
    Submission,
    VideoId,
)
from bot.sentence import Sentence
from bot.store import Store
from bot.words import links, refusals

_PATIENCE_S: Final = 45.0
_GOOD_FOR_S: Final = 5.0
_ANY_SIZE: Final = 2**40


@dataclass(frozen=True, slots=True)
class Answer:
    """What a member is told, and the links, if there are any."""

    sentence: Sentence
    links: tuple[str, ...] = field(default=(), repr=False)


@dataclass(slots=True)
class _Question:
    """One video that was asked for; many may wait for the same answer."""

    asked_at: float
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    answer: Answer | None = None


class FreshLinks:
    """Answers for a while with what Atlas said last, however often a button is pressed."""

    def __init__(
        self,
        *,
        store: Store,
        atlas: AtlasClient,
        outputs: Outputs,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._atlas = atlas
        self._outputs = outputs
        self._clock = clock
        self._questions = dict[VideoId, _Question]()

    async def ask(self, video_id: VideoId) -> Answer:
        """Return the links of a video as Atlas gives them now, or why there are none."""
        question = self._question(video_id)
        async with question.turn:
            if question.answer is None:
                question.answer = await self._ask(video_id)
        return question.answer

    def _question(self, video_id: VideoId) -> _Question:
        now = self._clock()
        self._questions = {
            asked: question
            for asked, question in self._questions.items()
            if now < question.asked_at + _GOOD_FOR_S or question.turn.locked()
        }
        return self._questions.setdefault(video_id, _Question(now))

    async def _ask(self, video_id: VideoId) -> Answer:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                match await self._store.record(video_id):
                    case Record(
                        submission=Submission(prediction_id=id_), ending=Ending(outcome=Ready())
                    ):
                        return await self._look(id_)
                    case _:
                        return Answer(refusals.not_lost(Standing.GONE))
        except LookupError:
            return Answer(refusals.not_lost(Standing.GONE))
        except PredictionUnseen:
            return Answer(links.DELETED)
        except (AtlasUnavailable, TimeoutError):
            return Answer(links.NOT_NOW)

    async def _look(self, prediction_id: str) -> Answer:
        match await self._atlas.prediction(prediction_id):
            case Flagged():
                return Answer(links.WITHHELD)
            case Ready(links=found) if not await self._is_gone(found[0]):
                return Answer(links.FRESH, found)
            case _:
                return Answer(links.DELETED)

    async def _is_gone(self, link: str) -> bool:
        """Look at the first bytes: Atlas may speak of a video whose file is deleted."""
        try:
            async with self._outputs.open(link, most_bytes=_ANY_SIZE):
                return False
        except OutputGone:
            return True
        except (OutputRefused, OutputUnavailable):
            return False
