"""What an operator does not let anyone ask for: a word or a /pattern/ on each line of a file.

Words and prompts are compared in one form, so that capitals, wide letters and signs that nobody
sees disguise nothing. A word is found between borders, except where its script has none. Patterns
are RE2's: they take linear time, whatever is typed.
https://github.com/google/re2/wiki/Syntax
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import re2

from bot.errors import FirstframeError

_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Signs that show nothing and are no format marks: joiners, fillers, variation selectors."""

_UNSPACED: Final = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
"""How the names of letters begin whose scripts put no space between words."""


class BrokenLine(FirstframeError):
    """A line is neither a word nor a pattern; `number` counts from 1."""

    def __init__(self, number: int) -> None:
        super().__init__(f"line {number}")
        self.number = number


@dataclass(frozen=True, slots=True)
class Line:
    """A line that names something; `text` is for the operator alone."""

    number: int
    text: str = field(repr=False)
    is_in: Callable[[str], bool] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Blocklist:
    """The lines of a file, and nothing when there is none."""

    lines: tuple[Line, ...] = ()

    def found_in(self, prompt: str) -> tuple[Line, ...]:
        """Return the lines that do not allow a prompt."""
        text = plain(prompt)
        return tuple(line for line in self.lines if line.is_in(text))


def read_blocklist(text: str) -> Blocklist:
    """Read a list; blank lines and those that begin with # say nothing. Raises BrokenLine."""
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return Blocklist(
        tuple(
            Line(number, line, _rule(number, line))
            for number, line in lines
            if line and not line.startswith("#")
        )
    )


def plain(text: str) -> str:
    """Return text in the form in which it is compared: one line, without capitals or disguises."""
    folded = _composed(_composed(text).casefold())
    seen = (sign for sign in _UNSEEN.sub("", folded) if unicodedata.category(sign) != "Cf")
    return " ".join(_composed("".join(seen)).split())  # an accent may have stood apart until now


def _composed(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _rule(number: int, line: str) -> Callable[[str], bool]:
    if len(line) > 1 and line.startswith("/") and line.endswith("/"):
        return _pattern(number, line[1:-1])
    if not (word := plain(line)):
        raise BrokenLine(number)
    return lambda text: _has_word(text, word)


def _pattern(number: int, source: str) -> Callable[[str], bool]:
    """One that is found in nothing at all would be found in every prompt."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    try:
        pattern = re2.compile(source, options)
    except re2.error as error:
        raise BrokenLine(number) from error
    if pattern.search("") is not None:
        raise BrokenLine(number)
    return lambda text: pattern.search(text) is not None


def _has_word(text: str, word: str) -> bool:
    at = text.find(word)
    while at >= 0:
        if _is_border(text, at) and _is_border(text, at + len(word)):
            return True
        at = text.find(word, at + 1)
    return False


def _is_border(text: str, at: int) -> bool:
    if at in {0, len(text)}:
        return True
    before, after = text[at - 1], text[at]
    return not (_goes_on(before) and _goes_on(after)) or _is_unspaced(before) or _is_unspaced(after)


def _goes_on(sign: str) -> bool:
    """Tell whether a sign is part of a word."""
    return sign.isalnum() or unicodedata.category(sign).startswith("M")


def _is_unspaced(sign: str) -> bool:
    return unicodedata.name(sign, "").startswith(_UNSPACED)
