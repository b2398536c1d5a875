"""Measurement 1: how long a command waits for its acknowledgement, beside a bot that only defers.

Commands come at a fixed rate, whatever becomes of those before. The time runs from the frame that
brings the interaction until the first bytes of its callback are here. A video then stays at Atlas
longer than the measurement takes, as it would in life.
"""

import asyncio
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any, Final

from matplotlib.axes import Axes

from benchmarks.figures import Row, Scale, quantile
from benchmarks.lag import Lag
from benchmarks.town import Busy, Database, Town, open_town

_NAME: Final = "acknowledgement"
_PEER: Final = "benchmarks.peers.bare"
_GENERATION_S: Final = 140.0
_COMMANDS: Final = {
    Scale.QUICK: {20: 40},
    Scale.FULL: {1: 5, 20: 200, 100: 400},
}
"""How many are sent at each rate, which is in commands a second."""
_WAITING: Final = {Scale.QUICK: (0,), Scale.FULL: (0,)}
_DATABASES: Final = {Scale.QUICK: (Database.SQLITE,), Scale.FULL: tuple(Database)}
_ALL_WITHIN_S: Final = 60.0

_MOST_ABOVE_PEER_MS: Final = 15.0
_LONGEST_STALL_MS: Final = 50.0


@dataclass
class Ear:
    """Hears when each interaction was acknowledged first, and how many threads were opened."""

    acknowledged: dict[int, float] = field(default_factory=dict[int, float])
    threads: int = 0

    def __call__(self, method: str, path: str, at: float) -> None:
        """Hear one request."""
        if method != "POST":
            return
        if path.startswith("/interactions/"):
            self.acknowledged.setdefault(int(path.split("/")[2]), at)
        self.threads += path.endswith("/threads")


async def measure(scale: Scale) -> dict[str, Any]:
    """Measure each database, number of waiting videos and rate."""
    cases: list[dict[str, Any]] = []
    for database in _DATABASES[scale]:
        async with open_town(database) as town:
            peers = [case async for case in _cases(town, _PEER, _COMMANDS[scale])]
            ours = [case async for case in _cases(town, "bot", _COMMANDS[scale])]
        cases += [
            {"database": database, "waiting": 0, "ours": mine, "peer": peer}
            for mine, peer in zip(ours, peers, strict=True)
        ]
    return {"cases": cases}
