"""How a bot starts, alone and with 10,000 videos that a killed one left, beside a bare one.

The time runs from the start of the process. A command comes as soon as the bot is at the gateway,
and others follow while the videos come back; a video is back when Atlas is asked for it again.
"""

# The library that draws is typed in part only:
# pyright: reportUnknownMemberType=false

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import cycle
from typing import Any, Final

from matplotlib.axes import Axes

from benchmarks.figures import LONGEST_STALL_MS, Row, Scale, quantile
from benchmarks.lag import Lag
from benchmarks.seed import seed
from benchmarks.town import Answers, Busy, Database, Town, open_town
from tests.discord_socket import BotProcess

_TITLE: Final = "Restart"
_PEER: Final = "benchmarks.peers.bare"
_COUNT: Final = {Scale.QUICK: 200, Scale.FULL: 10_000}
_DATABASES: Final = {Scale.QUICK: (Database.SQLITE,), Scale.FULL: tuple(Database)}
_LOOK_S: Final = 0.5
_COMMAND_EVERY_S: Final = 2.0
_BACK_WITHIN_S: Final = 300.0
_FLUSHED_S: Final = 1.0
_IDENTIFY_EVERY_S: Final = 5.0
"""Discord lets a bot connect so often, and on PostgreSQL the next start waits for that."""

_FIRST_ANSWER_S: Final = 3.0
_ALL_BACK_S: Final = 60.0


async def measure(scale: Scale) -> dict[str, Any]:
    """Measure the peer, and ours with nothing left, with many at Atlas and with many in line."""
    cases: list[dict[str, Any]] = []
    for database in _DATABASES[scale]:
        many = _COUNT[scale]
        for at_atlas, in_line, room in ((0, 0, many), (many, 0, 2 * many), (1, many, 1)):
            async with open_town(database) as town:
                floor = await _start(town, town.bot(_PEER), Lag(town.folder / "none"), back=0)
                await seed(town, at_atlas=at_atlas, in_line=in_line)
                await asyncio.sleep(_IDENTIFY_EVERY_S)
                lag = Lag(town.folder / "restart.lag")
                bot = town.bot(lag=lag, MAX_IN_FLIGHT=str(room), POLLS_PER_S="10000")
                ours = await _start(town, bot, lag, back=at_atlas)
            cases.append(
                {
                    "database": database,
                    "at_atlas": at_atlas,
                    "in_line": in_line,
                    "ours": ours,
                    "peer": floor,
                }
            )
    return {"cases": cases}


async def _start(town: Town, bot: BotProcess, lag: Lag, *, back: int) -> dict[str, Any]:
    """Start a bot, and watch until so many videos are back."""
    answers, sent, came_back = Answers(), dict[int, float](), list[tuple[float, int]]()
    with town.discord.heard_by(answers):
        began, busy = time.perf_counter(), Busy()
        async with town.running(bot):
            ready = time.perf_counter()
            asking = asyncio.create_task(_ask(town, sent))
            with suppress(TimeoutError):
                async with asyncio.timeout(_BACK_WITHIN_S):
                    while (count := await town.atlas.sought()) < back or not answers.at:
                        came_back.append((time.perf_counter() - began, count))
                        await asyncio.sleep(_LOOK_S)
            until, share = time.perf_counter(), busy.share
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            await asyncio.sleep(_FLUSHED_S)
    late_ms = [1000 * late_s for late_s in lag.between(ready, until)]
    return {
        "ready_s": ready - began,
        "first_answer_s": min(answers.at.values(), default=until) - began,
        "all_back_s": until - began,
        "back": came_back,
        "waited_ms": [1000 * (answers.at.get(one, until) - at) for one, at in sent.items()],
        "lag_p99_ms": quantile(late_ms or [0.0], 0.99),
        "longest_stall_ms": max(late_ms, default=0.0),
        "driver_busy": share,
    }


async def _ask(town: Town, sent: dict[int, float]) -> None:
    """Send a command now and then, without end; note when each was on the wire."""
    (channel, *_), members = town.channels, cycle(town.members)
    while True:
        interaction, at = await town.discord.command(channel, next(members), "a paper boat")
        sent[interaction] = at
        await asyncio.sleep(_COMMAND_EVERY_S)


def rows(raw: Mapping[str, Any]) -> list[Row]:
    """Return how soon a start is over, and what it is like while the videos come back."""
    return [row for case in raw["cases"] for row in _rows(case)]


def _rows(case: Mapping[str, Any]) -> list[Row]:
    ours, peer = case["ours"], case["peer"]
    name = f"{case['database']}, {_left(case)}"
    found = [
        Row(
            _TITLE,
            name,
            "start to first answer",
            ours["first_answer_s"],
            "s",
            peer=peer["first_answer_s"],
            bound=_FIRST_ANSWER_S,
        )
    ]
    if case["in_line"] or not case["at_atlas"]:
        return found
    all_back_s = _ALL_BACK_S if case["database"] == Database.SQLITE else None
    return [
        *found,
        Row(_TITLE, name, "all back", ours["all_back_s"], "s", bound=all_back_s),
        Row(_TITLE, name, "longest stall", ours["longest_stall_ms"], "ms", bound=LONGEST_STALL_MS),
        Row(_TITLE, name, "loop lag p99", ours["lag_p99_ms"], "ms"),
        Row(_TITLE, name, "slowest answer", max(ours["waited_ms"]), "ms"),
    ]


def _left(case: Mapping[str, Any]) -> str:
    """Say what the killed bot left."""
    if case["in_line"]:
        return f"{case['in_line']:,} in line"
    return f"{case['at_atlas']:,} at Atlas" if case["at_atlas"] else "nothing left"


def draw(axes: Axes, raw: Mapping[str, Any]) -> None:
    """Draw how many are back over time, one line for each database."""
    for case in raw["cases"]:
        if not case["in_line"] and case["at_atlas"]:
            axes.plot(*zip(*case["ours"]["back"], strict=True), label=case["database"])
    axes.axvline(_ALL_BACK_S, color="k", linestyle=":", label="bound")
    axes.set(
        title=f"{_TITLE}: videos that are back", xlabel="seconds since the start", ylabel="videos"
    )
    axes.legend(fontsize="small")
