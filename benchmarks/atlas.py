"""The simulated Atlas in a process of its own, and the line by which a benchmark governs it.

Films are not rendered: every video is the same small MP4, made as long as is asked for. Times are
those of `time.perf_counter()`, which on Linux is one clock for all processes.
"""

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from itertools import cycle
from types import TracebackType
from typing import Final, NotRequired, Self, TypedDict

from aiohttp import web

from benchmarks.usage import Usage, usage
from sandbox.atlas import Prediction, SimulatedAtlas
from sandbox.film import render

KEY: Final = "apikey-benchmark"
_SWEEP_EVERY_S: Final = 0.5
_LONGEST_LINE: Final = 64 * 1024 * 1024


class _Order(TypedDict):
    lengths: NotRequired[list[float]]
    known: NotRequired[dict[str, float]]
    together_at: NotRequired[float]
    film_bytes: NotRequired[int]


class _Report(TypedDict):
    base_url: str
    submits: int
    polls: int
    sought: int
    ended: list[tuple[str, float]]
    seen: dict[str, float]


class AtlasProcess:
    """An Atlas at `base_url` from `async with` until its end; it has money without end."""

    base_url: str

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.atlas",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
        )
        self.base_url = (await self._ask({}))["base_url"]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def take(self, *seconds: float) -> None:
        """Let the next videos take so long, one after the other, and then from the first again."""
        await self._ask({"lengths": list(seconds)})

    async def end_together(self, at: float) -> None:
        """Let the next videos all be ready at one time; what is asked for later is at once."""
        await self._ask({"together_at": at})

    async def make_films_of(self, size_bytes: int) -> None:
        """Let the files of the next videos be so large; less than the small MP4 is not possible."""
        await self._ask({"film_bytes": size_bytes})

    async def know(self, videos: Mapping[str, float]) -> None:
        """Take up videos that were asked for before: their ids, and in how many s each ends."""
        await self._ask({"known": dict(videos)})

    async def ended(self) -> list[tuple[str, float]]:
        """Return the ids of all videos that ended, and when."""
        return [(video, at) for video, at in (await self._ask({}))["ended"]]

    async def seen(self) -> dict[str, float]:
        """Return when somebody asked for a video that had ended, for the first time."""
        return (await self._ask({}))["seen"]

    async def submits(self) -> int:
        """Return how many videos were asked for, without those it was told of."""
        return (await self._ask({}))["submits"]

    async def polls(self) -> int:
        """Return how often it was asked for a video."""
        return (await self._ask({}))["polls"]

    async def sought(self) -> int:
        """Return how many of the videos that it was told of were asked for since."""
        return (await self._ask({}))["sought"]

    def usage(self) -> Usage:
        """Return what it took so far."""
        return usage(self._process.pid)

    async def _ask(self, order: _Order) -> _Report:
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the line was opened with the process")
        process.stdin.write(json.dumps(order).encode() + b"\n")
        await process.stdin.drain()
        return json.loads(await process.stdout.readline())


# ── its own side ──────────────────────────────────────────────────────────────────────────────


class _Atlas(SimulatedAtlas):
    def __init__(self) -> None:
        self._small = render("a benchmark", seconds=0.2, longest=160)
        self._film_bytes = 0
        self._together_at: float | None = None
        self._lengths = cycle([0.0])
        self._ended: dict[str, float] = {}
        self._seen: dict[str, float] = {}
        self._submits = self._polls = 0
        self._known, self._sought = set[str](), set[str]()
        super().__init__(
            api_key=KEY,
            generation_s=0.0,
            film=self._film,
            balance_usd=Decimal(10**12),
            tell=self._hear,
        )

    def obey(self, order: _Order) -> _Report:
        """Do what is ordered; return what happened so far."""
        if lengths := order.get("lengths"):
            self._lengths = cycle(lengths)
            self.generation_s = next(self._lengths)
        self._film_bytes = order.get("film_bytes", self._film_bytes)
        self._together_at = order.get("together_at", self._together_at)
        for video, ends_in_s in order.get("known", {}).items():
            self._know(video, ends_in_s)
        self.sweep()
        return {
            "base_url": self.base_url,
            "submits": self._submits,
            "polls": self._polls,
            "sought": len(self._sought),
            "ended": list(self._ended.items()),
            "seen": self._seen,
        }

    def sweep(self) -> None:
        """Count what was asked, and forget it."""
        polls = [seen.path for seen in self.requests if "/model/prediction/" in seen.path]
        self._polls += len(polls)
        self._sought |= self._known & {path.rpartition("/")[2] for path in polls}
        self._submits += sum(seen.path.endswith("/generateVideo") for seen in self.requests)
        self.requests.clear()
        self.webhooks.deliveries.clear()
        self.fetched.clear()

    def _know(self, video: str, ends_in_s: float) -> None:
        usual, self.generation_s = self.generation_s, ends_in_s
        self.remember(video)
        self._known.add(video)
        self.generation_s = usual

    async def _submit(self, request: web.Request) -> web.Response:
        if self._together_at is not None:
            self.generation_s = max(0.0, self._together_at - time.perf_counter())
        return await super()._submit(request)

    async def _poll(self, request: web.Request) -> web.Response:
        video = request.match_info["id"]
        if video in self._ended:
            self._seen.setdefault(video, time.perf_counter())
        return await super()._poll(request)

    def _hear(self, line: str) -> None:
        if line.startswith("submitted"):
            self.generation_s = next(self._lengths)

    def _tell_of_end(self, prediction: Prediction) -> None:
        self._ended[prediction.id] = time.perf_counter()
        super()._tell_of_end(prediction)

    def _film(self, _prompt: str, _picture: bytes | None) -> bytes:
        return grown(self._small, self._film_bytes)


def grown(film: bytes, size_bytes: int) -> bytes:
    """Return an MP4 as long as asked for, with a box at its end that players skip."""
    more = size_bytes - len(film)
    return film if more < 8 else film + more.to_bytes(4, "big") + b"free" + bytes(more - 8)


async def _serve() -> None:
    async with _Atlas() as atlas, asyncio.TaskGroup() as tasks:
        sweeping = tasks.create_task(_sweep(atlas))
        while line := await asyncio.to_thread(sys.stdin.readline):
            sys.stdout.write(json.dumps(atlas.obey(json.loads(line))) + "\n")
            sys.stdout.flush()
        sweeping.cancel()


async def _sweep(atlas: _Atlas) -> None:
    while True:
        await asyncio.sleep(_SWEEP_EVERY_S)
        atlas.sweep()


if __name__ == "__main__":
    asyncio.run(_serve())
