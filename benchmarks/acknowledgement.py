"""How long a command waits for its acknowledgement, beside a bot that does nothing else.

Commands come at a fixed rate, whatever becomes of those before. The time runs from the frame that
brings an interaction until the first bytes of its callback are here. Videos stay at Atlas longer
than the measurement takes, as they would in life.
"""

# The library that draws is typed in part only:
# pyright: reportUnknownMemberType=false

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from itertools import cycle
from typing import Any, Final

from matplotlib.axes import Axes

from benchmarks.figures import LONGEST_STALL_MS, Row, Scale, quantile
from benchmarks.lag import Lag
from benchmarks.seed import seed
from benchmarks.town import Answers, Busy, Database, Town, open_town

_TITLE: Final = "Acknowledgement"
_PEER: Final = "benchmarks.peers.bare"
_PEERS: Final = "a bot that only defers"
_GENERATION_S: Final = 140.0
_POLLS_PER_S: Final = "200"  # as usual it would take too long until all that wait were asked for
_COMMANDS: Final = {
    Scale.QUICK: {20: 60},
    Scale.FULL: {1: 5, 20: 200, 100: 300},
}
"""How many come at each rate, which is in commands a second."""
_WAITING: Final = {Scale.QUICK: (0,), Scale.FULL: (0, 1_000, 10_000)}
_DATABASES: Final = {Scale.QUICK: (Database.SQLITE,), Scale.FULL: tuple(Database)}
_ANSWERED_WITHIN_S: Final = 30.0
_BACK_WITHIN_S: Final = 300.0
_QUIET_S: Final = 1.0

_MOST_ABOVE_PEER_MS: Final = 15.0
_BOUND_RATE: Final = 20
_BOUND_WAITING: Final = 1000


async def measure(scale: Scale) -> dict[str, Any]:
    """Measure each database, number of waiting videos and rate."""
    cases: list[dict[str, Any]] = []
    for database in _DATABASES[scale]:
        async with open_town(database) as town:
            peer = [seen async for seen in _paced(town, _PEER, _COMMANDS[scale])]
        for waiting in _WAITING[scale]:
            async with open_town(database) as town:
                if waiting:
                    await seed(town, at_atlas=waiting)
                await town.atlas.take(_GENERATION_S)
                ours = [
                    seen async for seen in _paced(town, "bot", _COMMANDS[scale], waiting=waiting)
                ]
            cases += [
                {"database": database, "waiting": waiting, "ours": mine, "peer": floor}
                for mine, floor in zip(ours, peer, strict=True)
            ]
    return {"cases": cases}


async def _paced(
    town: Town, module: str, commands: Mapping[int, int], *, waiting: int = 0
) -> AsyncGenerator[dict[str, Any]]:
    """Yield what was seen at each rate, once all that wait are asked for again."""
    lag, answers = Lag(town.folder / f"{module}.lag"), Answers()
    bot = town.bot(module, lag=lag, MAX_IN_FLIGHT="100000", POLLS_PER_S=_POLLS_PER_S)
    async with town.running(bot):
        with town.discord.heard_by(answers):
            async with asyncio.timeout(_BACK_WITHIN_S):
                while await town.atlas.sought() < waiting:  # noqa: ASYNC110 # not to be felt
                    await asyncio.sleep(_QUIET_S)
            await _until_quiet(answers)
            for rate, count in commands.items():
                since, busy = time.perf_counter(), Busy()
                sent = await _send(town, rate=rate, count=count)
                await _until(lambda sent=sent: sent.keys() <= answers.at.keys())
                until, share = time.perf_counter(), busy.share
                await _until_quiet(answers)
                late_ms = [1000 * late_s for late_s in lag.between(since, until)]
                yield {
                    "rate": rate,
                    "waited_ms": [
                        round(1000 * (answers.at[one] - at), 3)
                        for one, at in sent.items()
                        if one in answers.at
                    ],
                    "refused": sum(map(town.discord.is_refused, sent)),
                    "unanswered": len(sent.keys() - answers.at.keys()),
                    "lag_p99_ms": quantile(late_ms, 0.99),
                    "longest_stall_ms": max(late_ms),
                    "driver_busy": share,
                }


async def _send(town: Town, *, rate: int, count: int) -> dict[int, float]:
    """Send commands one after the other; return when each was on the wire."""
    sent: dict[int, float] = {}
    (channel, *_), members = town.channels, cycle(town.members)
    begin_at = time.perf_counter()
    for number in range(count):
        await asyncio.sleep(begin_at + number / rate - time.perf_counter())
        interaction, at = await town.discord.command(channel, next(members), f"boat {number}")
        sent[interaction] = at
    await asyncio.sleep(1 / rate)
    return sent


async def _until(condition: Callable[[], bool]) -> None:
    """Wait until it is so, or for long enough."""
    give_up_at = time.perf_counter() + _ANSWERED_WITHIN_S
    while not condition() and time.perf_counter() < give_up_at:  # noqa: ASYNC110 # not to be felt
        await asyncio.sleep(0.1)


async def _until_quiet(answers: Answers) -> None:
    """Wait until the bot has opened and posted nothing for a while."""
    answers.last_at = time.perf_counter()
    await _until(lambda: time.perf_counter() - answers.last_at > _QUIET_S)


def rows(raw: Mapping[str, Any]) -> list[Row]:
    """Return three figures for each case."""
    return [row for case in raw["cases"] for row in _rows(case)]


def _rows(case: Mapping[str, Any]) -> list[Row]:
    ours, peer = case["ours"], case["peer"]
    name = f"{case['database']}, {case['waiting']:,} waiting, {ours['rate']} a second"
    p99_ms, floor_ms = (quantile(seen["waited_ms"], 0.99) for seen in (ours, peer))
    median_ms, median_floor_ms = (quantile(seen["waited_ms"], 0.5) for seen in (ours, peer))
    most_ms, longest_ms = (
        (floor_ms + _MOST_ABOVE_PEER_MS, LONGEST_STALL_MS)
        if ours["rate"] == _BOUND_RATE and case["waiting"] <= _BOUND_WAITING
        else (None, None)
    )
    return [
        Row(_TITLE, name, "p50", median_ms, "ms", peer=median_floor_ms),
        Row(_TITLE, name, "p99", p99_ms, "ms", peer=floor_ms, bound=most_ms),
        Row(
            _TITLE,
            name,
            "longest stall",
            ours["longest_stall_ms"],
            "ms",
            peer=peer["longest_stall_ms"],
            bound=longest_ms,
        ),
    ]


def draw(axes: Axes, raw: Mapping[str, Any]) -> None:
    """Draw the 99th percentiles over the rate, one line for each database and number."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for case in raw["cases"]:
        name = f"{case['database']}, {case['waiting']:,} waiting"
        for label, seen in ((name, case["ours"]), (_PEERS, case["peer"])):
            point = (seen["rate"], quantile(seen["waited_ms"], 0.99))
            lines.setdefault(label, []).append(point)
    for label, points in lines.items():
        axes.plot(*zip(*points, strict=True), "kx" if label == _PEERS else "o-", label=label)
    axes.set(
        title=f"{_TITLE}: p99",
        xlabel="commands a second",
        ylabel="milliseconds",
        xscale="log",
        yscale="log",
    )
    axes.legend(fontsize="small")
