"""What a chart shows: texts as they are to be read, and the lengths of bars."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of two parts; `name` is `instead` where no font has any of its letters."""

    name: str
    parts: tuple[float, float]
    said: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """Bars that are compared with each other."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns over time, none where there is one moment only, and panels of bars below them.

    `legend` names the two parts of each bar.
    """

    title: str
    subtitle: str
    legend: tuple[str, str]
    columns: Panel | None
    panels: tuple[Panel, ...]
