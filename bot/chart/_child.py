"""Draw the chart on stdin, as JSON, to stdout, as PNG; knows nothing of the bot.

All places are in inches from the top left of one sheet, so that a longer chart is a taller one.
"""
# The library is typed in part only:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

import json
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # each thread wants memory, and little is computed here

from matplotlib import rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont
from matplotlib.ft2font import FT2Font
from matplotlib.patches import Rectangle

_MOST_CPU_S: Final = 20
_MOST_MEMORY: Final = 2 * 1024**3  # bytes of address space

_FONTS: Final = ("DejaVu Sans", "Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans")
"""Each stands in for letters that those before it lack; the first comes with the library."""

_GROUND, _TRACK, _INK, _DIM = "#1f2229", "#2d323c", "#f2f3f5", "#aab1be"
_PARTS: Final[tuple[dict[str, Any], dict[str, Any]]] = (
    {"facecolor": "#6ea8fe", "edgecolor": "none"},
    {"facecolor": "#5a4a1f", "edgecolor": "#ffc857", "hatch": "//////"},
)
"""Told apart by a pattern, too."""

_WIDTH, _MARGIN, _GUTTER = 7.0, 0.4, 0.5
_HEAD, _COLUMNS, _TITLE, _ROW, _BAR = 1.35, 2.2, 0.5, 0.46, 0.13
_DPI: Final = 200
_FEW: Final = 10


def main() -> None:
    """Draw the first chart whose words can be written."""
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_CPU_S, _MOST_CPU_S))
    with suppress(ValueError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    chart, otherwise = json.load(sys.stdin.buffer)
    letters = set(_choose_fonts())
    if not letters.issuperset(map(ord, "".join(_words(chart)))):
        chart = otherwise
    for bar in (bar for panel in chart["panels"] for bar in panel["bars"]):
        known = "".join(letter for letter in bar["name"] if ord(letter) in letters)
        bar["name"] = known.strip() or bar["instead"]
    _Sheet(chart).save()


def _choose_fonts() -> Iterator[int]:
    """Take the fonts that are there, and return the letters that they have."""
    rcParams["hatch.linewidth"] = 1.4
    rcParams["font.family"] = []
    for name in _FONTS:
        with suppress(ValueError):
            path = findfont(name, fallback_to_default=False)
            rcParams["font.family"] = [*rcParams["font.family"], name]
            yield from FT2Font(path).get_charmap()


def _words(chart: dict[str, Any]) -> Iterator[str]:
    yield from (chart["title"], chart["subtitle"], *chart["legend"])
    yield from (panel["title"] for panel in chart["panels"])
    if chart["columns"]:
        yield from (bar["name"] + bar["said"] for bar in chart["columns"]["bars"])


class _Sheet:
    """The paper."""

    def __init__(self, chart: dict[str, Any]) -> None:
        columns = chart["panels"][:1], chart["panels"][1:]
        top = _HEAD + (_COLUMNS if chart["columns"] else 0)
        self._height = top + max(sum(map(_tall, panels)) for panels in columns) + _MARGIN / 2
        self._figure = Figure(figsize=(_WIDTH, self._height), dpi=_DPI, facecolor=_GROUND)
        self._axes = self._figure.add_axes((0, 0, 1, 1), frameon=False)
        self._axes.set(xlim=(0, _WIDTH), ylim=(self._height, 0), xticks=(), yticks=())
        self._renderer = FigureCanvasAgg(self._figure).get_renderer()
        self._draw_head(chart)
        if chart["columns"]:
            self._draw_columns(chart["columns"]["bars"], _HEAD)
        width = (_WIDTH - 2 * _MARGIN - _GUTTER) / 2
        for x, panels in zip((_MARGIN, _MARGIN + width + _GUTTER), columns, strict=True):
            below = top
            for panel in panels:
                self._draw_panel(panel, x, below, width)
                below += _tall(panel)

    def save(self) -> None:
        self._figure.savefig(sys.stdout.buffer, format="png", dpi=_DPI)

    def _draw_head(self, chart: dict[str, Any]) -> None:
        most = _WIDTH - 2 * _MARGIN
        self._write(_MARGIN, 0.47, chart["title"], most, size=17, weight="bold")
        self._write(_MARGIN, 0.76, chart["subtitle"], most, color=_DIM)
        x = _MARGIN
        for style, name in zip(_PARTS, chart["legend"], strict=True):
            self._axes.add_patch(Rectangle((x, 0.98), 0.26, _BAR, **style))
            x += 0.34
            x += self._write(x, 1.1, name, most / 2, color=_DIM, size=10) + 0.3

    def _draw_columns(self, bars: list[dict[str, Any]], top: float) -> None:
        """Draw a column for each; amounts and names on all of a few, else on some."""
        step = (_WIDTH - 2 * _MARGIN) / len(bars)
        ground, scale = top + 1.55, 1.2 / _longest(bars)
        is_few = len(bars) <= _FEW
        named = range(len(bars) - 1, -1, -1 if is_few else -7)
        highest = max(range(len(bars)), key=lambda number: _length(bars[number]))
        line = Rectangle((_MARGIN, ground), _WIDTH - 2 * _MARGIN, 0.01, facecolor=_DIM)
        self._axes.add_patch(line)
        for number, bar in enumerate(bars):
            middle, y = _MARGIN + (number + 0.5) * step, ground
            for style, part in _parts(bar):
                y -= part * scale
                box = (middle - 0.31 * step, y), 0.62 * step, part * scale
                self._axes.add_patch(Rectangle(*box, **style))
            if _length(bar) and (is_few or number == highest):
                self._write(middle, y - 0.08, bar["said"], 1.5, size=9.5, ha="center")
            if number in named:
                x = min(middle, _WIDTH - _MARGIN - 0.25)
                self._write(x, ground + 0.22, bar["name"], 1, size=9.5, color=_DIM, ha="center")

    def _draw_panel(self, panel: dict[str, Any], x: float, top: float, width: float) -> None:
        """Draw bars below each other, each with its name and amount above it."""
        self._write(x, top + 0.2, panel["title"], width, size=12, weight="bold")
        scale = width / _longest(panel["bars"])
        for number, bar in enumerate(panel["bars"]):
            y = top + _TITLE + number * _ROW
            used = self._write(x + width, y, bar["said"], width, color=_DIM, ha="right")
            self._write(x, y, bar["name"], width - used - 0.12)
            y, begin = y + 0.08, x
            self._axes.add_patch(Rectangle((x, y), width, _BAR, facecolor=_TRACK))
            for style, part in _parts(bar):
                self._axes.add_patch(Rectangle((begin, y), part * scale, _BAR, **style))
                begin += part * scale

    def _write(
        self, x: float, y: float, words: str, most: float, *, size: float = 10.5, **style: Any
    ) -> float:
        """Write words, cut to fit, and return how wide they are."""
        style = {"color": _INK, "parse_math": False} | style
        text = self._axes.text(x, y, words, fontsize=size, **style)
        while (width := text.get_window_extent(self._renderer).width / _DPI) > most and words:
            words = words[:-1]
            text.set_text(words.rstrip() + "…")
        return width


def _tall(panel: dict[str, Any]) -> float:
    return _TITLE + len(panel["bars"]) * _ROW + 0.1


def _parts(bar: dict[str, Any]) -> list[tuple[dict[str, Any], float]]:
    """Return those parts that can be seen, each with its style."""
    return [(style, part) for style, part in zip(_PARTS, bar["parts"], strict=True) if part]


def _length(bar: dict[str, Any]) -> float:
    return sum(bar["parts"])


def _longest(bars: list[dict[str, Any]]) -> float:
    return max(map(_length, bars)) or 1.0


if __name__ == "__main__":
    main()
