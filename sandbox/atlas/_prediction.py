"""A prediction: what was accepted, how far it is, and how Atlas writes it down."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from sandbox.atlas._ending import Ending

_BEGINNINGS: Final = ((0.1, "created"), (0.4, "processing"), (0.55, "pending"))
"""Until which share of the time each status is told; `pending` may really follow `processing`."""


@dataclass(slots=True)
class Prediction:
    """One accepted, and so charged, video.

    `body` is the request as it came in; `picture` is None for text alone, `webhook_url` where
    nobody wants to be told of the end.
    """

    id: str
    model: str
    body: Mapping[str, Any] = field(repr=False)
    prompt: str = field(repr=False)
    picture: bytes | None = field(repr=False)
    prompt_expansion: bool
    charged_usd: Decimal
    ending: Ending
    started_at: float
    due_at: float
    visible_at: float
    webhook_url: str | None = field(default=None, repr=False)
    refunded: bool = False
    finished: bool = False

    @property
    def status(self) -> str:
        """The status just now."""
        return self.status_at(time.monotonic())

    def status_at(self, now: float) -> str:
        """Return the status; it stays `processing` until the film is really there."""
        if self.finished:
            return str(self.ending.members.get("status", "completed"))
        length = self.due_at - self.started_at
        passed = (now - self.started_at) / length if 0 < length < float("inf") else 1.0
        return next((status for until, status in _BEGINNINGS if passed < until), "processing")

    def wire(self, *, now: float, base_url: str, output_url: str) -> dict[str, Any]:
        """Return the `data` of an answer about it."""
        data: dict[str, Any] = {
            "id": self.id,
            "model": self.model,
            "outputs": None,
            "urls": {"get": f"{base_url}/model/prediction/{self.id}"},
            "has_nsfw_contents": None,
            "status": self.status_at(now),
            "created_at": "0001-01-01T00:00:00Z",  # as the real service writes it at first
            "error": "",
            "executionTime": 0,
            "timings": {"inference": 0},
        }
        if not self.finished:
            return data
        done = data | {"created_at": "2026-10-01T12:00:00Z", "price": f"{self.charged_usd:.6f}"}
        return self.ending.write(done, output_url)
