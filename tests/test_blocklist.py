"""The operator's list: what it finds, what disguises nothing, and which lines are no lines."""

import time
from pathlib import Path

import pytest

from bot.blocklist import BrokenLine, read_blocklist
from bot.settings import SettingsError, read_settings
from tests.test_settings import SECRETS

LIST = read_blocklist(
    "# what we do not want\n\n  Badger \nzwei Worte\n/gore\\d+/\nStraße\n裸体\n/^odd$/\nDébris\n"
)


def numbers(prompt: str) -> list[int]:
    return [line.number for line in LIST.found_in(prompt)]


@pytest.mark.parametrize(
    ("prompt", "found"),
    [
        ("a boat", []),
        ("a badger!", [3]),
        ("BADGER", [3]),
        ("badgers", []),
        ("honeybadger", []),
        ("honey_badger", [3]),
        ("bad\u200bger", [3]),
        ("bad\u00adger", [3]),
        ("bad\ufe0fger", [3]),
        ("ｂａｄｇｅｒ", [3]),
        ("zwei \n\t WORTE", [4]),
        ("zweiworte", []),
        ("GORE12", [5]),
        ("gore", []),
        ("STRASSE", [6]),
        ("大裸体写真", [7]),
        ("odd", [8]),
        ("an odd boat", []),
        ("debris", []),
        ("DE\u0301BRIS", [9]),
        ("de\u200d\u0301bris", [9]),
        ("de\ufe0f\u0301bris", [9]),
        ("badgers, a badger and gore1", [3, 5]),
        ("# what we do not want", []),
    ],
)
def test_lines_are_found_whatever_disguises_them(prompt: str, found: list[int]) -> None:
    assert numbers(prompt) == found


@pytest.mark.parametrize("line", ["/(/", "/(?=ahead)/", "/a*/", "//", "\u200b"])
def test_a_line_that_means_nothing_or_everything_is_broken(line: str) -> None:
    with pytest.raises(BrokenLine) as broken:
        read_blocklist(f"a word\n\n{line}\n")

    assert broken.value.number == 3


def test_no_pattern_takes_for_ever() -> None:
    greedy = read_blocklist("/(a+)+$/\n/(a|a)*b(a|b)*c/\n")

    began = time.perf_counter()
    assert greedy.found_in("a" * 2000 + "!") == ()

    assert time.perf_counter() - began < 1


# ── the setting ───────────────────────────────────────────────────────────────────────────────


def test_a_list_is_read_from_the_file_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("badger\n", encoding="utf-8-sig")

    settings = read_settings(SECRETS | {"BLOCKLIST": str(tmp_path / "list.txt")}, host="test")

    assert [line.text for line in settings.blocklist.lines] == ["badger"]
    assert "badger" not in repr(settings)


def test_a_broken_line_is_named_by_its_number_and_never_told(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("badger\n/secret(/\n")

    with pytest.raises(SettingsError) as refused:
        read_settings({"BLOCKLIST": str(tmp_path / "list.txt")}, host="test")

    said = str(refused.value)
    assert "BLOCKLIST: expected a word or a /pattern/ on each line, unlike line 2" in said
    assert "secret" not in said
    assert "DISCORD_TOKEN" in said


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_a_wrong_setting(
    tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "list.txt").write_bytes(content)

    with pytest.raises(SettingsError, match="BLOCKLIST: expected a text file in UTF-8"):
        read_settings(SECRETS | {"BLOCKLIST": str(tmp_path / "list.txt")}, host="test")
