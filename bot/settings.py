"""What an operator may set: read once, from the environment and the block list it names."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from ipaddress import ip_address
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from bot.blocklist import Blocklist, BrokenLine, read_blocklist
from bot.errors import FirstframeError
from bot.model import Deliver
from bot.money import Budget, Scope, Unit

T = TypeVar("T")
N = TypeVar("N", int, float)

_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
_FORMATS: Final = ("text", "json")


class SettingsError(FirstframeError):
    """Some variables are wrong; the text names each, what is expected, and no value."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One name of the environment; without a default it is unset."""

    name: str
    default: str
    meaning: str
    required: bool = False


VARIABLES: Final = (
    Variable("DISCORD_TOKEN", "", "the bot's token, from Discord's developer portal", True),
    Variable("ATLASCLOUD_API_KEY", "", "the key of your Atlas Cloud account", True),
    Variable("ATLAS_BASE_URL", "https://api.atlascloud.ai/api/v1", "the address of Atlas's API"),
    Variable("ATLAS_MODEL", "minimax/video-01", "any `generateVideo` model id"),
    Variable(
        "DATABASE_URL",
        "sqlite:///bot.sqlite3",
        "an SQLite file, or `postgres://…`, `postgresql://…`",
    ),
    Variable("MAX_IN_FLIGHT", "3", "videos at Atlas at once, in all; the rest wait in line"),
    Variable("MAX_PER_USER", "2", "videos at Atlas at once, per member; the rest wait in line"),
    Variable("POLL_MIN_S", "2", "shortest time between two polls of one video, in seconds"),
    Variable("POLL_MAX_S", "10", "longest time between two polls of one video, in seconds"),
    Variable("GENERATION_DEADLINE_S", "900", "seconds after which a video counts as timed out"),
    Variable(
        "DELIVER",
        "auto",
        "`auto`: the file if it fits, and the link; `file`: says so if not; `link`: no file",
    ),
    Variable("PRICE_PER_VIDEO_USD", "0.50", "price of a video where Atlas's catalogue has none"),
    Variable("BUDGET_USER_USD", "", "most US dollars a day (UTC) for one member"),
    Variable("BUDGET_GUILD_USD", "", "most US dollars a day for one server"),
    Variable("BUDGET_TOTAL_USD", "", "most US dollars a day in all"),
    Variable("BUDGET_USER_VIDEOS", "", "most videos a day for one member"),
    Variable("BUDGET_GUILD_VIDEOS", "", "most videos a day for one server"),
    Variable("BUDGET_TOTAL_VIDEOS", "", "most videos a day in all"),
    Variable(
        "BLOCKLIST", "", "file of words and `/patterns/`, one a line, that no prompt may have"
    ),
    Variable("RETENTION_DAYS", "", "days after which ended videos are deleted; unset: never"),
    Variable("PORT", "", "port of the HTTP server that hears Atlas's webhooks"),
    Variable(
        "PUBLIC_URL",
        "",
        "https address of the process with `PORT`; Atlas calls there when a video is done",
    ),
    Variable("ALLOW_PRIVATE_OUTPUTS", "0", "`1`: output links may be private; for tests only"),
    Variable("PROCESS_NAME", "$DYNO, else the host's name", "this process's name among several"),
    Variable("SHARD_COUNT", "", "shards in all, when several processes share them"),
    Variable("SHARD_IDS", "", "the shards of this process, like `0,1`; needs `SHARD_COUNT`"),
    Variable("LOG_LEVEL", "INFO", "`DEBUG`, `INFO`, `WARNING` or `ERROR`"),
    Variable("LOG_FORMAT", "text", "`text`, or `json` for hosts"),
)
_BUDGETS: Final = (
    ("BUDGET_USER_USD", Scope.MEMBER, Unit.USD),
    ("BUDGET_GUILD_USD", Scope.SERVER, Unit.USD),
    ("BUDGET_TOTAL_USD", Scope.ALL, Unit.USD),
    ("BUDGET_USER_VIDEOS", Scope.MEMBER, Unit.VIDEOS),
    ("BUDGET_GUILD_VIDEOS", Scope.SERVER, Unit.VIDEOS),
    ("BUDGET_TOTAL_VIDEOS", Scope.ALL, Unit.VIDEOS),
)
_DEFAULTS: Final = {variable.name: variable.default for variable in VARIABLES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Valid settings; secrets, and the database's URL that may hold one, stay out of `repr`.

    Without sharding `shard_count` is None and `shard_ids` empty; `port` is None where
    this process hears no webhooks, and `public_url` where none are asked for; `retention_days`
    is None where videos are kept for ever.
    """

    discord_token: str = field(repr=False)
    atlascloud_api_key: str = field(repr=False)
    atlas_base_url: str
    atlas_model: str
    database_url: str = field(repr=False)
    max_in_flight: int
    max_per_user: int
    poll_min_s: float
    poll_max_s: float
    generation_deadline_s: float
    deliver: Deliver
    price_per_video_usd: Decimal
    budgets: tuple[Budget, ...]
    blocklist: Blocklist
    retention_days: int | None
    port: int | None
    public_url: str | None
    allow_private_outputs: bool
    process_name: str
    shard_count: int | None
    shard_ids: tuple[int, ...]
    log_level: str
    log_format: str


def read_settings(environ: Mapping[str, str], *, host: str) -> Settings:
    """Return the settings; a blank variable counts as unset. Raises SettingsError."""
    form = _Form(environ)
    settings = Settings(
        discord_token=form.secret("DISCORD_TOKEN"),
        atlascloud_api_key=form.secret("ATLASCLOUD_API_KEY"),
        atlas_base_url=form.read("ATLAS_BASE_URL", "an https URL", _base_url),
        atlas_model=form.read("ATLAS_MODEL", "a model id like minimax/video-01", _model),
        database_url=form.read("DATABASE_URL", "sqlite:///… or postgres://…", _database_url),
        max_in_flight=form.read("MAX_IN_FLIGHT", "a number from 1 to 1000", _within(int, 1, 1000)),
        max_per_user=form.read("MAX_PER_USER", "a number from 1 to 1000", _within(int, 1, 1000)),
        poll_min_s=form.read("POLL_MIN_S", "seconds from 0.01 to 3600", _within(float, 0.01, 3600)),
        poll_max_s=form.read("POLL_MAX_S", "seconds from 0.01 to 3600", _within(float, 0.01, 3600)),
        generation_deadline_s=form.read(
            "GENERATION_DEADLINE_S", "seconds from 0.1 to 604800", _within(float, 0.1, 604_800)
        ),
        deliver=Deliver(form.read("DELIVER", " or ".join(Deliver), _one_of(tuple(Deliver)))),
        price_per_video_usd=form.read("PRICE_PER_VIDEO_USD", *_AMOUNTS[Unit.USD]),
        budgets=tuple(_read_budgets(form)),
        blocklist=form.read("BLOCKLIST", "a text file in UTF-8 that can be read", _blocklist),
        retention_days=form.read(
            "RETENTION_DAYS", "days from 1 to 36500", _optional(_within(int, 1, 36_500))
        ),
        port=form.read("PORT", "a port from 1 to 65535", _optional(_within(int, 1, 65_535))),
        public_url=form.read("PUBLIC_URL", "an https URL", _optional(_base_url)),
        allow_private_outputs=form.read("ALLOW_PRIVATE_OUTPUTS", "0 or 1", _within(int, 0, 1)) == 1,
        process_name=form.text("PROCESS_NAME") or form.text("DYNO") or host,
        shard_count=form.read(
            "SHARD_COUNT", "a number from 1 to 16384", _optional(_within(int, 1, 16_384))
        ),
        shard_ids=form.read("SHARD_IDS", "shard numbers with commas between", _shard_ids),
        log_level=form.read("LOG_LEVEL", " or ".join(_LEVELS), _one_of(_LEVELS)),
        log_format=form.read("LOG_FORMAT", " or ".join(_FORMATS), _one_of(_FORMATS)),
    )
    if wrong := _misfits(settings, form.wrong) | form.wrong:
        lines = (f"  {name}: expected {wrong[name]}" for name in _DEFAULTS if name in wrong)
        raise SettingsError("\n".join(("These settings are wrong:", *lines)))
    return settings


class _Form:
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
            return parse(self.text(name) or _DEFAULTS[name])
        except BrokenLine as error:
            self.wrong[name] = f"a word or a /pattern/ on each line, unlike {error}"
        except (ValueError, OSError):
            self.wrong[name] = expected
        return parse(_DEFAULTS[name])


def _read_budgets(form: _Form) -> Iterator[Budget]:
    for name, scope, unit in _BUDGETS:
        expected, parse = _AMOUNTS[unit]
        most = form.read(name, expected, _optional(parse))
        if most is not None:
            yield Budget(scope, unit, most)


def _misfits(settings: Settings, wrong: Mapping[str, str]) -> dict[str, str]:
    """Return what does not fit a variable that is right by itself."""
    misfits: dict[str, str] = {}
    if settings.poll_min_s > settings.poll_max_s and "POLL_MAX_S" not in wrong:
        misfits["POLL_MIN_S"] = "at most POLL_MAX_S"
    beyond = max(settings.shard_ids, default=-1) >= (settings.shard_count or 0)
    if beyond and "SHARD_COUNT" not in wrong:
        misfits["SHARD_IDS"] = "numbers under SHARD_COUNT, which must be set"
    return misfits


def _base_url(text: str) -> str:
    """Plain http is for this machine only: the key travels with every request."""
    parts = urlsplit(_word(text))
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(host)):
        raise ValueError
    if not host or parts.port == 0 or "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError
    return text.rstrip("/")


def _is_this_machine(host: str) -> bool:
    return host == "localhost" or ip_address(host).is_loopback


def _database_url(text: str) -> str:
    """Name PostgreSQL's driver; SQLite must name a file, else all is lost at the end."""
    scheme, _, rest = text.partition("://")
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"} and rest:
        _ = urlsplit(text).port  # raises ValueError where it is no number
        return f"postgresql+psycopg://{_word(rest)}"
    file = rest.partition("?")[0].lstrip("/")
    if scheme == "sqlite" and rest.startswith("/") and file not in {"", ":memory:"}:
        return text
    raise ValueError


def _model(text: str) -> str:
    """It stands on every card: short, and nothing that Markdown would take for its own."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}", text):
        raise ValueError
    return text


def _blocklist(path: str) -> Blocklist:
    return read_blocklist(Path(path).read_text(encoding="utf-8-sig")) if path else Blocklist()


def _word(text: str) -> str:
    if len(text.split()) != 1 or not text.isprintable():
        raise ValueError
    return text


def _within(kind: Callable[[str], N], least: N, most: N) -> Callable[[str], N]:
    def parse(text: str) -> N:
        if not least <= (number := kind(text)) <= most:
            raise ValueError
        return number

    return parse


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        for word in words:
            if word.lower() == text.lower():
                return word
        raise ValueError

    return parse


def _optional(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda text: parse(text) if text else None


def _usd(text: str) -> Decimal:
    """Plain digits, and as many places as Atlas writes."""
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text):
        raise ValueError
    return Decimal(text)


def _videos(text: str) -> Decimal:
    return Decimal(_within(int, 0, 1_000_000)(text))


_AMOUNTS: Final = {
    Unit.USD: ("US dollars like 2.50", _usd),
    Unit.VIDEOS: ("a number of videos", _videos),
}


def _shard_ids(text: str) -> tuple[int, ...]:
    numbers = map(_within(int, 0, 16_383), text.split(",") if text else ())
    return tuple(dict.fromkeys(numbers))
