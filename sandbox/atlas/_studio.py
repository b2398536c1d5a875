"""The studio: takes wishes, makes the films and keeps the money, without a word of HTTP."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Final
from uuid import uuid4

from sandbox.atlas._answer import Refused
from sandbox.atlas._ending import ENDS, GOOD
from sandbox.atlas._fault import Fault
from sandbox.atlas._prediction import Prediction
from sandbox.atlas._wish import Wish

_log = logging.getLogger(__name__)

_LEAST_S: Final = 0.001  # a stuck film takes for ever even where others take no time
_WORKERS: Final = 2

Film = Callable[[str, bytes | None], bytes]


class Studio:
    """Predictions and their films, which go to `folder` as `<id>.mp4`."""

    def __init__(
        self,
        film: Film,
        folder: Path,
        *,
        generation_s: float,
        balance_usd: Decimal,
        tell: Callable[[str], None],
        ended: Callable[[Prediction], None],
    ) -> None:
        self.generation_s = generation_s
        self.balance_usd = balance_usd
        self.predictions: list[Prediction] = []
        self._known: dict[str, Prediction] = {}
        self._film, self._folder, self._tell, self._ended = film, folder, tell, ended
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="film")
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def frozen_usd(self) -> Decimal:
        """Money held for videos that are not finished."""
        return sum((p.charged_usd for p in self.predictions if not p.finished), Decimal(0))

    def accept(
        self,
        wish: Wish,
        *,
        picture: bytes | None,
        faults: Iterable[Fault],
        known_as: str | None = None,
    ) -> Prediction:
        """Take the money and begin, under a new id if none is given.

        Raises Refused when there is too little money.
        """
        price, now = wish.model.charge(wish.body), time.monotonic()
        if price > self.balance_usd:
            raise Refused(402, "insufficient balance")
        self.balance_usd -= price
        ending = next((ENDS[fault] for fault in faults if fault in ENDS), GOOD)
        unseen_s = self.generation_s / 4 if Fault.UNSEEN_AT_FIRST in faults else 0.0
        prediction = Prediction(
            id=known_as or uuid4().hex,
            model=wish.model.id,
            body=wish.body,
            prompt=wish.prompt,
            picture=picture,
            prompt_expansion=wish.prompt_expansion,
            charged_usd=price,
            ending=ending,
            started_at=now,
            due_at=now + max(self.generation_s, _LEAST_S) * ending.slowness,
            visible_at=now + unseen_s,
            webhook_url=wish.webhook_url,
        )
        self.predictions.append(prediction)
        self._known[prediction.id] = prediction
        self._tell(f"submitted {prediction.id[:8]}")
        task = asyncio.create_task(self._make(prediction), name=f"film {prediction.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return prediction

    def find(self, prediction_id: str) -> Prediction | None:
        """Return the prediction; None when there is none, or when it cannot be seen yet."""
        found = self._known.get(prediction_id)
        return found if found and found.visible_at <= time.monotonic() else None

    async def settled(self) -> None:
        """Wait until every film is made."""
        await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Stop all work; wait for the films that are being made just now."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)

    async def _make(self, prediction: Prediction) -> None:
        loop = asyncio.get_running_loop()
        try:
            await asyncio.gather(
                loop.run_in_executor(self._pool, self._shoot, prediction),
                asyncio.sleep(prediction.due_at - time.monotonic()),
            )
        except Exception:  # noqa: BLE001  # one sick film must not stop the sandbox
            _log.exception("film failed id=%s", prediction.id)
            prediction.ending = ENDS[Fault.FAILED]
        prediction.finished = True
        self._tell(f"{prediction.status} {prediction.id[:8]}")
        if prediction.ending.refunded:
            self.balance_usd += prediction.charged_usd
            prediction.refunded = True
            self._tell(f"refunded {prediction.id[:8]}")
        self._ended(prediction)

    def _shoot(self, prediction: Prediction) -> None:
        if prediction.ending.outputs is not None:
            film = self._film(prediction.prompt, prediction.picture)
            Path(self._folder, f"{prediction.id}.mp4").write_bytes(film)
