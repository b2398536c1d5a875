"""The variables as an operator filled them in."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from bot.blocklist import BrokenLine
from bot.settings._variables import DEFAULTS

T = TypeVar("T")


class Form:
    """The variables as given, and what was expected of those that are wrong."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.wrong: dict[str, str] = {}

    def text(self, name: str) -> str:
        return self._environ.get(name, "").strip()

    def secret(self, name: str) -> str:
        text = self.text(name)
        if not (text.isascii() and text.isprintable() and len(text.split()) == 1):
            self.wrong[name] = "one word of plain characters; it is required"
        return text

    def read(self, name: str, expected: str, parse: Callable[[str], T]) -> T:
        """Return what a variable means; a wrong one is noted, and stands for its default."""
        try:
            return parse(self.text(name) or DEFAULTS[name])
        except BrokenLine as error:
            self.wrong[name] = f"a word or a /pattern/ on each line, unlike {error}"
        except ValueError:
            self.wrong[name] = expected
        return parse(DEFAULTS[name])
