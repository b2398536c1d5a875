"""Whole stories a second with an Atlas that is done at once, and whether a long run costs more.

So many commands are under way at any time: a new one comes when a result was posted, or when the
bot had no time for one. A story is counted when its result is posted.
"""
# The library that draws is typed in part only:
# pyright: reportUnknownMemberType=false

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import accumulate, cycle
from typing import Any, Final

from matplotlib.axes import Axes

from benchmarks.figures import Row, Scale
from benchmarks.town import Busy, Database, Town, open_town
from benchmarks.usage import usage
from tests.discord_socket import BotProcess

_TITLE: Final = "Throughput"
_ABREAST: Final = 40
_CASES: Final = {
    Scale.QUICK: ((Database.SQLITE, 1),),
    Scale.FULL: ((Database.SQLITE, 1), (Database.POSTGRES, 1), (Database.POSTGRES, 2)),
}
"""Which database, and how many processes work on it."""
_STORIES: Final = {Scale.QUICK: 40, Scale.FULL: 400}
_GROWTH: Final = {Scale.QUICK: (20, 40), Scale.FULL: (100, 900, 9_000)}
"""The parts of a long run."""
_WARM_UP: Final = 20
_POLL_S: Final = "0.1"
_PATIENCE_S: Final = 20.0


class _Crowd:
    """Members who wait for their videos, and ask for more."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._who = cycle(zip(cycle(town.channels), cycle(town.members), strict=False))
        self._unanswered = set[int]()
        self._posted = asyncio.Semaphore(0)
        self.refused = 0

    def hear(self, method: str, path: str, _at: float) -> None:
        """Hear of results that are posted."""
        if method == "POST" and path.startswith("/channels/") and path.endswith("/messages"):
            self._posted.release()

    async def watch(self, stories: int) -> int:
        """Ask until so many were posted; return how many were, if they do not come any more."""
        asked = posted = 0
        refused_before = self.refused
        with suppress(TimeoutError), self._town.discord.heard_by(self.hear):
            while posted < stories:
                missing = self.refused - refused_before
                while asked < stories + missing and asked - missing - posted < _ABREAST:
                    await self._ask()
                    asked += 1
                await asyncio.wait_for(self._posted.acquire(), _PATIENCE_S)
                posted += 1
                self._count_answers()
        return posted

    async def _ask(self) -> None:
        channel, member = next(self._who)
        interaction, _ = await self._town.discord.command(channel, member, "a paper boat")
        self._unanswered.add(interaction)

    def _count_answers(self) -> None:
        discord = self._town.discord
        for interaction in list(self._unanswered):
            if discord.is_acknowledged(interaction):
                self._unanswered.remove(interaction)
                self.refused += discord.is_refused(interaction)


async def measure(scale: Scale) -> dict[str, Any]:
    """Measure each case, and the growth of the first."""
    cases = [
        {"database": database, "processes": processes, "part": part}
        for database, processes in _CASES[scale]
        for part in await _parts(database, processes, (_STORIES[scale],))
    ]
    return {"cases": cases, "growth": await _parts(Database.SQLITE, 1, _GROWTH[scale])}


async def _parts(database: Database, processes: int, sizes: Sequence[int]) -> list[dict[str, Any]]:
    """Run bots on one database; return what each part of that many stories took."""
    async with open_town(database, shards=processes) as town:
        bots = [
            town.bot(shard=shard, POLL_MIN_S=_POLL_S, POLL_MAX_S=_POLL_S)
            for shard in range(processes)
        ]
        async with town.running(*bots):
            crowd = _Crowd(town)
            await crowd.watch(_WARM_UP)
            return [await _part(crowd, bots, size) for size in sizes]


async def _part(crowd: _Crowd, bots: Sequence[BotProcess], stories: int) -> dict[str, Any]:
    cpu_s, busy, refused, began_at = _cpu_s(bots), Busy(), crowd.refused, time.perf_counter()
    posted = await crowd.watch(stories)
    return {
        "stories": stories,
        "posted": posted,
        "refused": crowd.refused - refused,
        "took_s": time.perf_counter() - began_at,
        "cpu_s": _cpu_s(bots) - cpu_s,
        "rss_bytes": [usage(bot.pid).rss_bytes for bot in bots if bot.pid],
        "driver_busy": busy.share,
    }


def _cpu_s(bots: Sequence[BotProcess]) -> float:
    return sum(usage(bot.pid).cpu_s for bot in bots if bot.pid)


def rows(raw: Mapping[str, Any]) -> list[Row]:
    """Return the rate of each case, and what a video costs early and late in a long run."""
    first, *_, last = raw["growth"]
    return [
        *(
            Row(
                _TITLE,
                f"{case['database']}, {_plural(case['processes'], 'process', 'processes')}",
                "stories",
                case["part"]["posted"] / case["part"]["took_s"],
                "a second",
            )
            for case in raw["cases"]
        ),
        Row(
            _TITLE,
            f"{Database.SQLITE}, the last of {_total(raw):,} beside the first {first['posted']:,}",
            "CPU",
            _cpu_ms(last),
            "ms a video",
            peer=_cpu_ms(first),
        ),
    ]


def draw(axes: Axes, raw: Mapping[str, Any]) -> None:
    """Draw what a video costs over the number of all before it."""
    until = list(accumulate(part["posted"] for part in raw["growth"]))
    axes.plot(until, [_cpu_ms(part) for part in raw["growth"]], "o-")
    axes.set(
        title=f"{_TITLE}: CPU of a story",
        xlabel="stories so far",
        ylabel="milliseconds",
        xscale="log",
    )
    axes.set_ylim(bottom=0)


def _total(raw: Mapping[str, Any]) -> int:
    return sum(part["posted"] for part in raw["growth"])


def _cpu_ms(part: Mapping[str, Any]) -> float:
    return 1000 * part["cpu_s"] / max(1, part["posted"])


def _plural(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
