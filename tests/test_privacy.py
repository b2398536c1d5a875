"""PRIVACY.md says what the code does: each figure in it is a constant there."""

import re
from pathlib import Path

import pytest

from bot.money import KEPT_FOR_S
from bot.pipeline import _caretaker as caretaker
from bot.store import _forgetting as forgetting
from bot.store._schema import schema

ROOT = Path(__file__).parents[1]
PRIVACY = (ROOT / "PRIVACY.md").read_text(encoding="utf-8")
UNITS = {"hours": 3600.0, "days": 24 * 3600.0}
ROWS = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", PRIVACY, re.MULTILINE)[1:])

TABLES = {
    "arrivals": "a command that was not answered yet",
    "drafts": "a wish whose picture does not fit",
    "picks": "the link of a picture that waits for its form",
    "pictures": "a first frame",
    "videos": "a video",
    "holds": "what a video cost",
    "changes": "a rule that you set",
    "reports": "that you reported a video",
    "pauses": "that those who manage a server",
    "leavers": "that you asked to be forgotten",
}
IMPERSONAL = {"notes", "rules", "turns"}


def kept(what: str) -> str:
    (found,) = [until for row, until in ROWS.items() if row.startswith(what)]
    return found


@pytest.mark.parametrize(
    ("what", "constant_s"),
    [
        ("the number of a command", caretaker._KEPT_ARRIVALS_S),  # pyright: ignore[reportPrivateUsage]
        ("a wish whose picture", caretaker._KEPT_DRAFTS_S),  # pyright: ignore[reportPrivateUsage]
        ("the link of a picture", caretaker._KEPT_ARRIVALS_S),  # pyright: ignore[reportPrivateUsage]
        ("a first frame", KEPT_FOR_S),
        ("the steps", caretaker._KEPT_STORIES_S),  # pyright: ignore[reportPrivateUsage]
        ("that you asked", forgetting._LEAVING_S),  # pyright: ignore[reportPrivateUsage]
    ],
)
def test_each_time_is_the_one_in_the_code(what: str, constant_s: float) -> None:
    ((number, unit),) = re.findall(r"(\d+) (hours|days)", kept(what))

    assert int(number) * UNITS[unit] == constant_s


def test_every_table_is_told_of() -> None:
    assert set(TABLES) | IMPERSONAL == set(schema.tables)
    assert all(any(row.startswith(what) for row in ROWS) for what in TABLES.values())


def test_the_ways_to_ones_own_data_are_commands_that_there_are() -> None:
    names = (ROOT / "bot" / "words" / "commands.py").read_text()

    assert set(re.findall(r"`/([a-z-]+)`", PRIVACY)) == {"forget-me", "videos"}
    assert '"forget-me"' in names
    assert '"videos"' in names
