"""The settings, and how they are read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from bot.blocklist import Blocklist
from bot.errors import FirstframeError
from bot.model import Deliver, Nsfw
from bot.money import Budget, Scope, Unit
from bot.settings._form import Form
from bot.settings._parse import (
    AMOUNTS,
    base_url,
    blocklist,
    database_url,
    model_id,
    model_ids,
    one_of,
    optional,
    plain_word,
    shard_ids,
    web_url,
    within,
)
from bot.settings._variables import DEFAULTS

_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
_FORMATS: Final = ("text", "json")
_BUDGETS: Final = (
    ("BUDGET_USER_USD", Scope.MEMBER, Unit.USD),
    ("BUDGET_GUILD_USD", Scope.SERVER, Unit.USD),
    ("BUDGET_TOTAL_USD", Scope.ALL, Unit.USD),
    ("BUDGET_USER_VIDEOS", Scope.MEMBER, Unit.VIDEOS),
    ("BUDGET_GUILD_VIDEOS", Scope.SERVER, Unit.VIDEOS),
    ("BUDGET_TOTAL_VIDEOS", Scope.ALL, Unit.VIDEOS),
)


class SettingsError(FirstframeError):
    """Some variables are wrong; the text names each, what is expected, and no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Valid settings; secrets, and the database's URL that may hold one, stay out of `repr`.

    `atlas_models` are all that members may choose, `atlas_model` first.
    Without sharding `shard_count` is None and `shard_ids` empty; `port` is None where
    this process has no HTTP server, and `public_url` where no webhooks are asked for;
    `retention_days` is None where videos are kept for ever.
    """

    discord_token: str = field(repr=False)
    atlascloud_api_key: str = field(repr=False)
    atlas_base_url: str
    atlas_model: str
    atlas_models: tuple[str, ...]
    database_url: str = field(repr=False)
    max_in_flight: int
    max_per_user: int
    poll_min_s: float
    poll_max_s: float
    polls_per_s: float
    generation_deadline_s: float
    deliver: Deliver
    nsfw_policy: Nsfw
    threads: bool
    price_per_video_usd: Decimal
    budgets: tuple[Budget, ...]
    blocklist: Blocklist
    retention_days: int | None
    port: int | None
    public_url: str | None
    metrics_token: str | None = field(repr=False)
    allow_private_outputs: bool
    process_name: str
    shard_count: int | None
    shard_ids: tuple[int, ...]
    log_level: str
    log_format: str
    otel_exporter_otlp_endpoint: str | None


def read_settings(environ: Mapping[str, str], *, host: str) -> Settings:
    """Return the settings; a blank variable counts as unset. Raises SettingsError."""
    form = Form(environ)
    model = form.read("ATLAS_MODEL", "a model id like minimax/video-01", model_id)
    others = form.read("ATLAS_MODELS", "up to 25 model ids with commas between", model_ids)
    places = ("a number from 1 to 100000", within(int, 1, 100_000))
    pauses = ("seconds from 0.01 to 3600", within(float, 0.01, 3600))
    settings = Settings(
        discord_token=form.secret("DISCORD_TOKEN"),
        atlascloud_api_key=form.secret("ATLASCLOUD_API_KEY"),
        atlas_base_url=form.read("ATLAS_BASE_URL", "an https URL", base_url),
        atlas_model=model,
        atlas_models=tuple(dict.fromkeys((model, *others))),
        database_url=form.read("DATABASE_URL", "sqlite:///… or postgres://…", database_url),
        max_in_flight=form.read("MAX_IN_FLIGHT", *places),
        max_per_user=form.read("MAX_PER_USER", *places),
        poll_min_s=form.read("POLL_MIN_S", *pauses),
        poll_max_s=form.read("POLL_MAX_S", *pauses),
        polls_per_s=form.read(
            "POLLS_PER_S", "polls a second from 0.1 to 10000", within(float, 0.1, 10_000)
        ),
        generation_deadline_s=form.read(
            "GENERATION_DEADLINE_S", "seconds from 0.1 to 604800", within(float, 0.1, 604_800)
        ),
        deliver=Deliver(form.read("DELIVER", " or ".join(Deliver), one_of(tuple(Deliver)))),
        nsfw_policy=Nsfw(form.read("NSFW_POLICY", " or ".join(Nsfw), one_of(tuple(Nsfw)))),
        threads=form.read("THREADS", "0 or 1", within(int, 0, 1)) == 1,
        price_per_video_usd=form.read("PRICE_PER_VIDEO_USD", *AMOUNTS[Unit.USD]),
        budgets=tuple(_read_budgets(form)),
        blocklist=form.read("BLOCKLIST", "a text file in UTF-8 that can be read", blocklist),
        retention_days=form.read(
            "RETENTION_DAYS", "days from 1 to 36500", optional(within(int, 1, 36_500))
        ),
        port=form.read("PORT", "a port from 1 to 65535", optional(within(int, 1, 65_535))),
        public_url=form.read("PUBLIC_URL", "an https URL", optional(base_url)),
        metrics_token=form.read(
            "METRICS_TOKEN", "one word of plain characters", optional(plain_word)
        ),
        allow_private_outputs=form.read("ALLOW_PRIVATE_OUTPUTS", "0 or 1", within(int, 0, 1)) == 1,
        process_name=form.text("PROCESS_NAME") or form.text("DYNO") or host,
        shard_count=form.read(
            "SHARD_COUNT", "a number from 1 to 16384", optional(within(int, 1, 16_384))
        ),
        shard_ids=form.read("SHARD_IDS", "shard numbers with commas between", shard_ids),
        log_level=form.read("LOG_LEVEL", " or ".join(_LEVELS), one_of(_LEVELS)),
        log_format=form.read("LOG_FORMAT", " or ".join(_FORMATS), one_of(_FORMATS)),
        otel_exporter_otlp_endpoint=form.read(
            "OTEL_EXPORTER_OTLP_ENDPOINT", "an http or https URL", optional(web_url)
        ),
    )
    if wrong := _misfits(settings, form.wrong) | form.wrong:
        lines = (f"  {name}: expected {wrong[name]}" for name in DEFAULTS if name in wrong)
        raise SettingsError("\n".join(("These settings are wrong:", *lines)))
    return settings


def _read_budgets(form: Form) -> Iterator[Budget]:
    for name, scope, unit in _BUDGETS:
        expected, parse = AMOUNTS[unit]
        most = form.read(name, expected, optional(parse))
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
