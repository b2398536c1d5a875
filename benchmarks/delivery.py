"""Delivery: from "completed" at Atlas to the message on the wire, and the polls until then.

Atlas and every pause between polls are `_FASTER` times as fast as in life, and nothing else is. So
what a result waited for a poll is multiplied back, with the few milliseconds that the poll itself
took, and what came after it is told as it was. Webhooks wait for nothing, and nothing of theirs is
multiplied. All have the same videos.
"""
# The library that draws is typed in part only:
# pyright: reportUnknownMemberType=false

import asyncio
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import log
from random import Random
from statistics import fmean
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes

from benchmarks.figures import Row, Scale, quantile
from benchmarks.poll_simulation import HISTORY, MEDIAN_S, optimum_s
from benchmarks.town import Busy, Town, WatchedDiscord, called, open_town
from benchmarks.usage import usage

_TITLE: Final = "Delivery"
_FASTER: Final = 20.0
_POLLS_PER_S: Final = 20.0  # in life, as by default
_SIGMA: Final = 0.15
_VIDEOS: Final = {Scale.QUICK: 10, Scale.FULL: 200}
_ASKED_PER_S: Final = 8.0
_TOLD_WITHIN_S: Final = 60.0
_P50_WITHIN_S: Final = 0.15

_LINK: Final = re.compile(r"/([0-9a-f]{32})\.mp4")


@dataclass(frozen=True, slots=True)
class Case:
    """A bot that waits in one way: its module, its pauses in seconds of life, its past."""

    name: str
    module: str
    pauses_s: Mapping[str, float]
    is_called: bool = False
    learns: bool = False

    def settings(self) -> dict[str, str]:
        """Return its environment, with pauses that are as much shorter as Atlas is faster."""
        settings = {name: str(seconds / _FASTER) for name, seconds in self.pauses_s.items()}
        per_s = {"POLLS_PER_S": str(_POLLS_PER_S * _FASTER)}
        return {"DELIVER": "link"} | settings | per_s | (called() if self.is_called else {})


_OURS: Final = {"POLL_MIN_S": 2.0, "POLL_MAX_S": 10.0}
_POLLING: Final = "benchmarks.peers.polling"
_WEBHOOKS: Final = Case("webhooks", "bot", _OURS, is_called=True)
_LEARNING: Final = Case("learning polls", "bot", _OURS, learns=True)
_CLOSE: Final = Case(
    "learning polls, POLL_MIN_S=1", "bot", {"POLL_MIN_S": 1.0, "POLL_MAX_S": 5.0}, learns=True
)
_FIXED_2: Final = Case("fixed 2 s", _POLLING, {"EVERY_S": 2.0})
_PEERS: Final = (
    _FIXED_2,
    Case("fixed 5 s", _POLLING, {"EVERY_S": 5.0}),
    Case("fixed 10 s", _POLLING, {"EVERY_S": 10.0}),
    Case("doubling", _POLLING, {"EVERY_S": 2.0, "MOST_S": 60.0}),
)
_CASES: Final = (_WEBHOOKS, _LEARNING, _CLOSE, *_PEERS)


class News:
    """When the link of each video came to Discord for the first time, by the video's id."""

    def __init__(self) -> None:
        self.came_at: dict[str, float] = {}
        self._reached_at = ContextVar[float]("when the request that is being answered came")

    @contextmanager
    def heard_in(self, discord: WatchedDiscord) -> Generator[None]:
        """Listen to a Discord: a request is answered in the task that heard it come."""
        subscribers = discord.backend.subscribers
        subscribers.append(self._see)
        try:
            with discord.heard_by(self._hear):
                yield
        finally:
            subscribers.remove(self._see)

    def _hear(self, _method: str, _path: str, reached_at: float) -> None:
        self._reached_at.set(reached_at)

    def _see(self, _event: str, payload: Mapping[str, Any]) -> None:
        if link := _LINK.search(str(payload.get("content", ""))):
            self.came_at.setdefault(link[1], self._reached_at.get())


async def measure(scale: Scale) -> dict[str, Any]:
    """Let each bot wait for the same videos."""
    chance = Random(1)
    lengths_s = [
        chance.lognormvariate(log(MEDIAN_S), _SIGMA) / _FASTER for _ in range(_VIDEOS[scale])
    ]
    return {case.name: await _measured(case, lengths_s) for case in _CASES}


async def _measured(case: Case, lengths_s: Sequence[float]) -> dict[str, Any]:
    async with open_town() as town:
        bot = town.bot(case.module, shard=0, output=None, lag=None, **case.settings())
        news = News()
        with news.heard_in(town.discord):
            if case.learns:
                async with town.running(bot):  # one that starts anew looks at once what it learnt
                    await _play(town, news, lengths_s[:HISTORY])
            async with town.running(bot):
                before, polls, busy = set(news.came_at), await town.atlas.polls(), Busy()
                await _play(town, news, lengths_s)
                raw = {
                    "faster": 1.0 if case.is_called else _FASTER,
                    "polls": await town.atlas.polls() - polls,
                    "discord_busy": busy.share,
                    "bot_cpu_s": usage(bot.pid).cpu_s if bot.pid is not None else 0.0,
                }
        ended, seen = dict(await town.atlas.ended()), await town.atlas.seen()
        new = [video for video in news.came_at if video not in before]
        return raw | {
            "waited_s": [round(seen[video] - ended[video], 6) for video in new],
            "told_s": [round(news.came_at[video] - seen[video], 6) for video in new],
        }


async def _play(town: Town, news: News, lengths_s: Sequence[float]) -> None:
    """Ask for as many videos, one after the other, and wait until all are told."""
    told = len(news.came_at) + len(lengths_s)
    await town.atlas.take(*lengths_s)
    for number in range(len(lengths_s)):
        member = town.members[number % len(town.members)]
        await town.discord.command(town.channels[0], member, f"boat {number}")
        await asyncio.sleep(1 / _ASKED_PER_S)
    await town.discord.until(lambda: len(news.came_at) == told, timeout_s=_TOLD_WITHIN_S)


@dataclass(frozen=True, slots=True)
class Found:
    """What one way of waiting cost, in seconds of life."""

    calls: float
    delays_s: Sequence[float]

    @property
    def mean_s(self) -> float:
        return fmean(self.delays_s)


def _found(raw: Mapping[str, Any]) -> Found:
    both = zip(raw["waited_s"], raw["told_s"], strict=True)
    delays_s = [raw["faster"] * waited_s + told_s for waited_s, told_s in both]
    return Found(raw["polls"] / len(delays_s), delays_s)


def rows(raw: Mapping[str, Any]) -> list[Row]:
    """Return the latency of webhooks as it was, and what polls cost beside each peer."""
    found = {name: _found(each) for name, each in raw.items()}
    return [
        Row(
            _TITLE,
            f"{_WEBHOOKS.name}, beside {_FIXED_2.name}",
            "p50 from completed to the message",
            quantile(found[_WEBHOOKS.name].delays_s, 0.5),
            "s",
            peer=quantile(found[_FIXED_2.name].delays_s, 0.5),
            bound=_P50_WITHIN_S,
        ),
        *_beside(found, _WEBHOOKS, _FIXED_2),
        *_beside(found, _CLOSE, _FIXED_2),
        *(row for peer in _PEERS for row in _beside(found, _LEARNING, peer)),
    ]


def _beside(found: Mapping[str, Found], ours: Case, peer: Case) -> Iterator[Row]:
    case, our, their = f"{ours.name}, beside {peer.name}", found[ours.name], found[peer.name]
    yield Row(_TITLE, case, "polls per video", our.calls, "", peer=their.calls)
    yield Row(_TITLE, case, "mean delay", our.mean_s, "s", peer=their.mean_s)


def draw(axes: Axes, raw: Mapping[str, Any]) -> None:
    """Draw delays over polls, with the least that polls alone can reach as a line."""
    calls = np.geomspace(1.0, 200.0, 50)
    axes.plot(calls, optimum_s(_SIGMA) / calls, color="0.4", linewidth=0.8, label="optimum")
    for number, (name, each) in enumerate(raw.items()):
        found = _found(each)
        axes.plot(found.calls, found.mean_s, "o", color=f"C{number}", label=name)
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="polls per video",
        ylabel="mean delay, s",
        title=f"{_TITLE}: delay over polls (σ {_SIGMA}, median {MEDIAN_S:.0f} s)",
    )
    axes.legend(fontsize="small")
