"""What videos cost that wait at Atlas: memory and CPU each, and how late the loop is.

All are asked for about every ten seconds, whatever their number is. The memory of a bot without
videos is not theirs.
"""

# The library that draws is typed in part only:
# pyright: reportUnknownMemberType=false

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final

from matplotlib.axes import Axes

from benchmarks.figures import Row, Scale, quantile
from benchmarks.lag import Lag
from benchmarks.seed import seed
from benchmarks.town import Busy, Database, Town, open_town
from benchmarks.usage import usage

_TITLE: Final = "Waiting at Atlas"
_COUNTS: Final = {Scale.QUICK: (100,), Scale.FULL: (100, 1000, 10_000)}
_DATABASES: Final = {Scale.QUICK: (Database.SQLITE,), Scale.FULL: tuple(Database)}
_MEASURED_FOR_S: Final = {Scale.QUICK: 5.0, Scale.FULL: 30.0}
_POLL_MIN_S, _POLL_MAX_S = "9", "11"
_ALL_AT_WORK_WITHIN_S: Final = 300.0
_LOOK_S: Final = 0.5
_CALM_S: Final = 15.0
"""After all were polled once: the last of what was done for their return is done."""

_BOUND_COUNT: Final = 10_000
_MOST_KIB: Final = 32.0
_LATEST_MS: Final = 20.0
_MOST_CPU_PERCENT: Final = 40.0


async def measure(scale: Scale) -> dict[str, Any]:
    """Measure each database and number, and first a bot without videos."""
    cases: list[dict[str, Any]] = []
    for database in _DATABASES[scale]:
        for count in (0, *_COUNTS[scale]):
            async with open_town(database) as town:
                await seed(town, at_atlas=count)
                seen = await _seen(town, count, for_s=_MEASURED_FOR_S[scale])
            cases.append({"database": database, "waiting": count, **seen})
    return {"cases": cases}


async def _seen(town: Town, count: int, *, for_s: float) -> dict[str, Any]:
    lag = Lag(town.folder / "waiting.lag")
    bot = town.bot(
        lag=lag,
        MAX_IN_FLIGHT="100000",
        POLL_MIN_S=_POLL_MIN_S,
        POLL_MAX_S=_POLL_MAX_S,
        POLLS_PER_S="10000",
    )
    async with town.running(bot):
        async with asyncio.timeout(_ALL_AT_WORK_WITHIN_S):
            while await town.atlas.sought() < count:  # noqa: ASYNC110  # another process counts
                await asyncio.sleep(_LOOK_S)
        await asyncio.sleep(_CALM_S)
        if bot.pid is None:
            raise RuntimeError("the bot was started")
        before, polls, since, busy = usage(bot.pid), await town.atlas.polls(), _now(), Busy()
        await asyncio.sleep(for_s)
        after, until, share = usage(bot.pid), _now(), busy.share
        late_ms = [1000 * late_s for late_s in lag.between(since, until)]
        return {
            "rss_bytes": after.rss_bytes,
            "cpu_percent": 100 * (after.cpu_s - before.cpu_s) / (until - since),
            "polls_per_s": (await town.atlas.polls() - polls) / (until - since),
            "lag_p99_ms": quantile(late_ms, 0.99),
            "longest_stall_ms": max(late_ms),
            "driver_busy": share,
        }


def _now() -> float:
    return time.perf_counter()


def rows(raw: Mapping[str, Any]) -> list[Row]:
    """Return the figures of each number; the bounds are those of the largest."""
    return [
        row for case in raw["cases"] if case["waiting"] for row in _rows(case, _alone(raw, case))
    ]


def _alone(raw: Mapping[str, Any], case: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what was seen of a bot without videos on the same database."""
    same = (one for one in raw["cases"] if one["database"] == case["database"])
    return next(one for one in same if not one["waiting"])


def _kib_each(case: Mapping[str, Any], alone: Mapping[str, Any]) -> float:
    return (case["rss_bytes"] - alone["rss_bytes"]) / case["waiting"] / 1024


def _rows(case: Mapping[str, Any], alone: Mapping[str, Any]) -> list[Row]:
    name = f"{case['database']}, {case['waiting']:,} waiting"
    cpu, late_ms = case["cpu_percent"], case["lag_p99_ms"]
    cpu_alone, late_alone_ms = alone["cpu_percent"], alone["lag_p99_ms"]
    bounds = (_MOST_KIB, _MOST_CPU_PERCENT, _LATEST_MS)
    most_kib, most_cpu, latest_ms = (
        bounds if case["waiting"] == _BOUND_COUNT else (None, None, None)
    )
    return [
        Row(_TITLE, name, "memory of each", _kib_each(case, alone), "KiB", bound=most_kib),
        Row(_TITLE, name, "CPU", cpu, "% of a core", peer=cpu_alone, bound=most_cpu),
        Row(_TITLE, name, "loop lag p99", late_ms, "ms", peer=late_alone_ms, bound=latest_ms),
        Row(_TITLE, name, "polls", case["polls_per_s"], "a second"),
    ]


def draw(axes: Axes, raw: Mapping[str, Any]) -> None:
    """Draw the memory of all over their number, one line for each database."""
    for database in dict.fromkeys(case["database"] for case in raw["cases"]):
        mine = [one for one in raw["cases"] if one["database"] == database and one["waiting"]]
        numbers = [case["waiting"] for case in mine]
        memory = [_kib_each(case, _alone(raw, case)) for case in mine]
        axes.plot(numbers, memory, "o-", label=database)
    axes.axhline(_MOST_KIB, color="k", linestyle=":", label="bound")
    axes.set(
        title=f"{_TITLE}: memory of each",
        xlabel="videos",
        ylabel="KiB",
        xscale="log",
        ylim=(0, None),
    )
    axes.legend(fontsize="small")
