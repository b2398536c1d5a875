"""What the text of a variable may be; each function raises ValueError at what it may not."""

import re
from collections.abc import Callable
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from bot.blocklist import Blocklist, read_blocklist
from bot.money import Unit, amount_of

T = TypeVar("T")
N = TypeVar("N", int, float)

_MOST_MODELS: Final = 25


def base_url(text: str) -> str:
    """Plain http is for this machine only: the key travels with every request."""
    parts = urlsplit(_word(text))
    if parts.scheme == "http" and not _is_this_machine(parts.hostname or ""):
        raise ValueError
    return web_url(text)


def web_url(text: str) -> str:
    """Plain http will do where no key and no words go: often it is the next machine."""
    parts = urlsplit(_word(text))
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError
    return text.rstrip("/")


def _is_this_machine(host: str) -> bool:
    return host == "localhost" or ip_address(host).is_loopback


def database_url(text: str) -> str:
    """Name PostgreSQL's driver; SQLite must name a file, else all is lost at the end."""
    scheme, _, rest = text.partition("://")
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"} and rest:
        _ = urlsplit(text).port  # raises ValueError where it is no number
        return f"postgresql+psycopg://{_word(rest)}"
    file = rest.partition("?")[0].lstrip("/")
    if scheme == "sqlite" and rest.startswith("/") and file not in {"", ":memory:"}:
        return text
    raise ValueError


def model_id(text: str) -> str:
    """It stands on every card: short, and nothing that Markdown would take for its own."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}", text):
        raise ValueError
    return text


def blocklist(path: str) -> Blocklist:
    """Read the file. Raises BrokenLine, too."""
    if not path:
        return Blocklist()
    try:
        return read_blocklist(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ValueError from error


def plain_word(text: str) -> str:
    if not _word(text).isascii():
        raise ValueError
    return text


def model_ids(text: str) -> tuple[str, ...]:
    """Not more than Discord suggests at once."""
    models = tuple(model_id(name.strip()) for name in text.split(",") if name.strip())
    if len(models) > _MOST_MODELS:
        raise ValueError
    return models


def _word(text: str) -> str:
    if len(text.split()) != 1 or not text.isprintable():
        raise ValueError
    return text


def within(kind: Callable[[str], N], least: N, most: N) -> Callable[[str], N]:
    def parse(text: str) -> N:
        if not least <= (number := kind(text)) <= most:
            raise ValueError
        return number

    return parse


def one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        for word in words:
            if word.lower() == text.lower():
                return word
        raise ValueError

    return parse


def optional(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda text: parse(text) if text else None


AMOUNTS: Final = {
    Unit.USD: ("US dollars like 2.50", partial(amount_of, unit=Unit.USD)),
    Unit.VIDEOS: ("a number of videos", partial(amount_of, unit=Unit.VIDEOS)),
}


def shard_ids(text: str) -> tuple[int, ...]:
    numbers = map(within(int, 0, 16_383), text.split(",") if text else ())
    return tuple(dict.fromkeys(numbers))
