"""`python -m benchmarks [NAME …] [--quick]`: measure, and write down what was found.

The real bot runs in a process of its own, Discord stands on a real socket, the simulated Atlas has
its own process, and peers run in the same world. To repeat a run: `make bench`, on a machine that
does nothing else; `make bench ARGS="acknowledgement --quick"` tries one measurement with small
counts. Each run leaves three files in `benchmarks/results/`: the raw figures, one table, one
picture; those of a try are kept apart. A run that is stopped leaves what was measured so far.
"""

# The library that draws is typed in part only:
# pyright: reportUnknownMemberType=false

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
from collections.abc import Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks import (
    acknowledgement,
    big_files,
    delivery,
    poll_simulation,
    recovery,
    throughput,
    waiting,
)
from benchmarks.figures import Row, Scale, table

_RESULTS: Final = Path(__file__).parent / "results"
_COLUMNS: Final = 2


class Measurement(Protocol):
    """What a module of this package has that measures something."""

    def measure(self, scale: Scale) -> Coroutine[Any, Any, dict[str, Any]]:
        """Return all that was seen, as JSON can hold it."""
        ...

    def rows(self, raw: Mapping[str, Any]) -> Sequence[Row]:
        """Return the figures in it."""
        ...

    def draw(self, axes: Axes, raw: Mapping[str, Any]) -> None:
        """Draw them."""
        ...


_MEASUREMENTS: Final[Mapping[str, Measurement]] = {
    "acknowledgement": acknowledgement,
    "delivery": delivery,
    "poll_simulation": poll_simulation,
    "waiting": waiting,
    "big_files": big_files,
    "recovery": recovery,
    "throughput": throughput,
}


class Report:
    """Three files that grow with each measurement."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / name
        self._raw: dict[str, Any] = {"machine": _machine()}
        self._rows: list[Row] = []
        self._drawn: list[str] = []

    def add(self, name: str, raw: dict[str, Any]) -> Sequence[Row]:
        """Write down one more; return its rows."""
        rows = _MEASUREMENTS[name].rows(raw)
        self._raw[name] = raw
        self._rows += rows
        self._drawn.append(name)
        self._path.with_suffix(".json").write_text(json.dumps(self._raw))
        self._path.with_suffix(".md").write_text(table(self._rows))
        self._draw()
        return rows

    def _draw(self) -> None:
        mpl.use("agg")
        columns = min(_COLUMNS, len(self._drawn))
        lines = -(-len(self._drawn) // columns)
        figure = Figure(figsize=(7 * columns, 4.5 * lines), layout="constrained")
        for place, name in enumerate(self._drawn, start=1):
            axes = figure.add_subplot(lines, columns, place)
            _MEASUREMENTS[name].draw(axes, self._raw[name])
        figure.savefig(self._path.with_suffix(".webp"))


def _machine() -> dict[str, Any]:
    return {
        "cpus": os.cpu_count(),
        "load": os.getloadavg(),
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def _commit() -> str:
    command = ("git", "rev-parse", "--short", "HEAD")
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()


async def _run(names: Sequence[str], scale: Scale) -> bool:
    """Measure one after the other; tell whether every bound was kept."""
    run = f"{datetime.now(UTC):%Y-%m-%d}-{_commit()}"
    report = Report(_RESULTS, run if scale is Scale.FULL else f"{run}-{scale}")
    kept = True
    for name in names:
        rows = report.add(name, await _MEASUREMENTS[name].measure(scale))
        sys.stdout.write(table(rows))
        sys.stdout.flush()
        kept = kept and all(row.is_kept for row in rows)
    return kept


def main() -> int:
    """Return the process's exit code: 1 where a bound was not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Firstframe.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(_MEASUREMENTS))
    parser.add_argument("--quick", action="store_true", help="small counts, for a try")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(_MEASUREMENTS):
        parser.error(f"there is no {', '.join(unknown)}")
    scale = Scale.QUICK if arguments.quick else Scale.FULL
    return 0 if asyncio.run(_run(arguments.names or list(_MEASUREMENTS), scale)) else 1


if __name__ == "__main__":
    sys.exit(main())
