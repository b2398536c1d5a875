"""Big files: a hundred films that are ready together, and twenty large pictures sent at once.

What counts is the memory of the bot with all its children, above what it took when it had nothing
to do, and how long its loop stood still, beside a loop that is idle on the same machine.
"""
# The library that draws is typed in part only:
# pyright: reportUnknownMemberType=false

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from io import BytesIO
from itertools import cycle
from time import perf_counter
from typing import Any, Final

from matplotlib.axes import Axes
from PIL import Image

from benchmarks.figures import LONGEST_STALL_MS, Row, Scale
from benchmarks.lag import Lag
from benchmarks.town import Town, called, open_town
from benchmarks.usage import family_bytes, forget_peak, usage

_TITLE: Final = "Big files"
_MIB: Final = 1024 * 1024
_FILM_BYTES: Final = 8 * _MIB
_FILMS: Final = {Scale.QUICK: 10, Scale.FULL: 100}
_FILMS_ASKED_PER_S: Final = 10.0
_THINKS_S: Final = 10.0

_PICTURES: Final = {Scale.QUICK: 4, Scale.FULL: 20}

_IDLE: Final = "benchmarks.peers.idle"
_SETTLES_IN_S: Final = 3.0
_LOOK_EVERY_S: Final = 0.02
_LOOKS: Final = 10
"""Of so many the largest is kept."""
_DONE_WITHIN_S: Final = 180.0

_EACH: Final = {"films": "8 MiB", "pictures": "20 MB"}
_BOUNDS_MIB: Final = {"films": 64.0, "pictures": 200.0}


@dataclass(slots=True)
class Watched:
    """How a bot fared since it had nothing to do; memory over seconds."""

    idle_bytes: int
    peak_bytes: int = 0
    stall_s: float = 0.0
    floor_s: float = 0.0
    """The longest stall of a loop that had nothing to do meanwhile."""
    took_s: float = 0.0
    course: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])


async def measure(scale: Scale) -> dict[str, Any]:
    """Let films finish, and send pictures; each to a bot of its own."""
    return {"films": await _films(_FILMS[scale]), "pictures": await _pictures(_PICTURES[scale])}


async def _films(count: int) -> dict[str, Any]:
    """Ask for videos one after the other that are all ready at one time."""
    async with open_town() as town, _watched(town, DELIVER="file", **called()) as watched:
        await town.atlas.make_films_of(_FILM_BYTES)
        await town.atlas.end_together(perf_counter() + count / _FILMS_ASKED_PER_S + _THINKS_S)
        sizes = _listen(town)
        for number in range(count):
            await town.discord.command(town.channels[0], _member(town, number), f"boat {number}")
            await asyncio.sleep(1 / _FILMS_ASKED_PER_S)
        await town.discord.until(lambda: len(sizes) == count, timeout_s=_DONE_WITHIN_S)
        ends = [at for _, at in await town.atlas.ended()]
    return asdict(watched) | {
        "count": count,
        "attached": sum(size >= _FILM_BYTES for size in sizes),
        "ready_within_s": max(ends) - min(ends),
    }


async def _pictures(count: int) -> dict[str, Any]:
    """Send photos and drawings in as many commands, and wait until all have become videos."""
    pictures = {"photo.jpg": _photo(), "drawing.png": _drawing()}
    async with (
        open_town() as town,
        _watched(town, DELIVER="link", MAX_IN_FLIGHT="3", MAX_PER_USER="2") as watched,
    ):
        sizes = _listen(town)
        for number, (name, picture) in zip(range(count), cycle(pictures.items())):
            await town.discord.slash(
                town.channels[0],
                _member(town, number),
                "video",
                {"prompt": f"boat {number}"},
                attachment=picture,
                filename=name,
            )
        await town.discord.until(lambda: len(sizes) == count, timeout_s=_DONE_WITHIN_S)
    sizes_bytes = {name: len(picture) for name, picture in pictures.items()}
    return asdict(watched) | {"count": count, "pictures": sizes_bytes}


@asynccontextmanager
async def _watched(town: Town, **settings: str) -> AsyncGenerator[Watched]:
    """Run a bot, and watch it from the time when it has nothing to do until it is done."""
    lag, floor = Lag(town.folder / "lag"), Lag(town.folder / "floor")
    bot = town.bot(shard=0, output=None, lag=lag, **settings)
    async with town.bot(_IDLE, lag=floor), town.running(bot):
        if bot.pid is None:
            raise RuntimeError("the bot runs")
        await asyncio.sleep(_SETTLES_IN_S)
        forget_peak(bot.pid)
        began_at, watched = perf_counter(), Watched(family_bytes(bot.pid))
        looking = asyncio.create_task(_look(bot.pid, watched), name="look at memory")
        yield watched
        watched.took_s = perf_counter() - began_at
        looking.cancel()
        watched.peak_bytes = max(usage(bot.pid).peak_bytes, *(taken for _, taken in watched.course))
        await asyncio.sleep(_SETTLES_IN_S)
        watched.stall_s = max(lag.between(began_at, began_at + watched.took_s))
        watched.floor_s = max(floor.between(began_at, began_at + watched.took_s))


async def _look(pid: int, watched: Watched) -> None:
    began_at = perf_counter()
    while True:
        most = 0
        for _ in range(_LOOKS):
            most = max(most, family_bytes(pid))
            await asyncio.sleep(_LOOK_EVERY_S)
        watched.course.append((round(perf_counter() - began_at, 1), most))


def _listen(town: Town) -> list[int]:
    """Return a list that grows with each result, by the size of its film, 0 for a link."""
    sizes = list[int]()

    def see(event: str, payload: Mapping[str, Any]) -> None:
        if event == "MESSAGE_CREATE" and str(payload["content"]).startswith("<@"):
            sizes.append(sum(int(file["size"]) for file in payload["attachments"]))

    town.discord.backend.subscribers.append(see)
    return sizes


def _photo() -> bytes:
    """Return what a camera makes: a JPEG of many pixels."""
    _noise((6000, 4000), grain=30).save(buffer := BytesIO(), "JPEG", quality=95)
    return buffer.getvalue()


def _drawing() -> bytes:
    """Return what an upscaler makes: a PNG that hardly shrinks."""
    _noise((3480, 3480), grain=2).save(buffer := BytesIO(), "PNG", compress_level=1)
    return buffer.getvalue()


def _noise(sides: tuple[int, int], *, grain: float) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise(sides, grain) for _ in "RGB"])


def _member(town: Town, number: int) -> int:
    return town.members[number % len(town.members)]


def rows(raw: Mapping[str, Any]) -> list[Row]:
    """Return how far the memory rose, and how long the loop stood still."""
    return [row for name, each in raw.items() for row in _rows(name, each)]


def _rows(name: str, raw: Mapping[str, Any]) -> Iterator[Row]:
    case = f"{raw['count']} {name} of {_EACH[name]}"
    rise = (raw["peak_bytes"] - raw["idle_bytes"]) / _MIB
    yield Row(_TITLE, case, "rise of memory", rise, "MiB", bound=_BOUNDS_MIB[name])
    stall_ms = 1000 * raw["stall_s"]
    yield Row(
        _TITLE,
        f"{case}, beside an idle loop",
        "longest stall",
        stall_ms,
        "ms",
        peer=1000 * raw["floor_s"],
        bound=LONGEST_STALL_MS,
    )
    yield Row(_TITLE, case, "until all are told", raw["took_s"], "s")
    if (links := raw["count"] - raw.get("attached", raw["count"])) > 0:
        yield Row(_TITLE, case, "told by a link", links, "", bound=0)


def draw(axes: Axes, raw: Mapping[str, Any]) -> None:
    """Draw the memory over time, with the bounds as lines."""
    for number, (name, each) in enumerate(raw.items()):
        at_s, taken = zip(*each["course"], strict=True)
        rise = [(one - each["idle_bytes"]) / _MIB for one in taken]
        axes.plot(at_s, rise, color=f"C{number}", label=f"{each['count']} {name}")
        axes.axhline(_BOUNDS_MIB[name], color=f"C{number}", linestyle=":", linewidth=0.8)
    axes.set(
        xlabel="seconds",
        ylabel="MiB above the idle bot",
        title=f"{_TITLE}: memory (dotted: bounds)",
    )
    axes.legend(fontsize="small")
