"""Whatever stands in the environment is read as settings, or each wrong name is told."""

import random
import re
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.settings import VARIABLES, SettingsError, read_settings

NAMES: Final = [variable.name for variable in VARIABLES]
GOOD: Final = {"DISCORD_TOKEN": "a.b.c", "ATLASCLOUD_API_KEY": "apikey-1"}
ODD: Final = (
    *("", " ", "0", "1", "-1", "3", "1e3", "1e400", "nan", "inf", "-inf", "0.5", "1_000", "٣", "½"),
    *("9" * 5000, "0x10", "1,2", "1,,2", ",", "16384", "99999", "true", "\0", "\ud800", "\u202e"),
    *("https://h/v1", "http://h", "http://127.0.0.1:0", "https://[::1", "https://[v1.x]/", "//h"),
    *("http://[::1]:8", "https://u:p@h", "https://h:99999", "https://h:x", "https://h?x", "https:"),
    *("https://ℂ.example", "https://h\u2100", "http://1.2.3.4.5", "http://localhost", "https://h#"),
    *("sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///x?y", "postgres://", "my://h/d"),
    *("postgres://u:p@h/d", "postgresql://[", "postgresql+psycopg://h:x/d", "postgresql://h?x=y"),
    *("json", "TEXT", "debug", "a b", "a\nb", "10000000", "2.50", "0.0000001", "%s", "{0}", "é"),
)
LINE: Final = re.compile(r"  ([A-Z_]+): expected [^\n]+")
MARK: Final = "sEcReT"
anything = st.text(st.characters(), max_size=40) | st.sampled_from(ODD)


def complaint(environ: dict[str, str]) -> str:
    """Return what is wrong with settings; nothing where they are right."""
    try:
        read_settings(environ, host="host")
    except SettingsError as error:
        return str(error)
    return ""


def check(environ: dict[str, str]) -> None:
    told = complaint(environ)
    head, *lines = told.split("\n")
    named = [line and line[1] for line in map(LINE.fullmatch, lines)]

    assert head == ("These settings are wrong:" if told else "")
    assert bool(lines) == bool(told)
    assert set(named) <= set(NAMES)
    assert len(set(named)) == len(named)


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), anything))
@settings(max_examples=500, deadline=None, derandomize=True)
def test_any_environment_is_read_or_each_wrong_name_is_told(environ: dict[str, str]) -> None:
    check(environ)
    check(GOOD | environ)


def test_5000_odd_environments_are_read_or_each_wrong_name_is_told() -> None:
    chance = random.Random(3)

    for _ in range(5000):
        names = chance.sample(NAMES, chance.choice((1, 1, 2, len(NAMES))))
        check(GOOD | {name: chance.choice(ODD) for name in names})


def test_a_wrong_value_is_told_by_its_name_alone() -> None:
    for name in NAMES:
        for value in ODD:
            told = complaint(GOOD | {name: f"{value}{MARK} {MARK}{value}"})

            assert MARK not in told
            assert not told or name in told
