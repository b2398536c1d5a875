"""The names that an operator may set, their defaults and what they mean."""

from dataclasses import dataclass
from typing import Final


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
    Variable("ATLAS_MODELS", "", "ids with commas between, among which members may choose, too"),
    Variable(
        "DATABASE_URL",
        "sqlite:///bot.sqlite3",
        "an SQLite file, or `postgres://…`, `postgresql://…`",
    ),
    Variable("MAX_IN_FLIGHT", "3", "videos at Atlas at once, in all; the rest wait in line"),
    Variable("MAX_PER_USER", "2", "videos at Atlas at once, per member; the rest wait in line"),
    Variable(
        "POLL_MIN_S",
        "2",
        "seconds by which news of a video may be late on average; no two polls of it are closer",
    ),
    Variable(
        "POLL_MAX_S",
        "10",
        "longest pause between two polls of one video after its first, in seconds; "
        "four times that with `PUBLIC_URL`",
    ),
    Variable(
        "POLLS_PER_S", "20", "most polls a second; with more videos, each is asked less often"
    ),
    Variable("GENERATION_DEADLINE_S", "900", "seconds after which a video counts as timed out"),
    Variable(
        "DELIVER",
        "auto",
        "`auto`: the file if it fits, and the link; `file`: says so if not; `link`: no file",
    ),
    Variable(
        "NSFW_POLICY",
        "block",
        "of flagged videos: `block`, or in age-restricted channels `spoiler` or `warn`",
    ),
    Variable("THREADS", "1", "`0`: results come into the channel, not into threads"),
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
    Variable(
        "PORT",
        "",
        "port of the HTTP server: `/healthz`, `/readyz`, `/metrics`, and Atlas's webhooks",
    ),
    Variable(
        "PUBLIC_URL",
        "",
        "https address of the process with `PORT`; Atlas calls there when a video is done",
    ),
    Variable("METRICS_TOKEN", "", "what Prometheus must bear to read `/metrics`; unset: nothing"),
    Variable("ALLOW_PRIVATE_OUTPUTS", "0", "`1`: output links may be private; for tests only"),
    Variable("PROCESS_NAME", "$DYNO, else the host's name", "this process's name among several"),
    Variable("SHARD_COUNT", "", "shards in all, when several processes share them"),
    Variable("SHARD_IDS", "", "the shards of this process, like `0,1`; needs `SHARD_COUNT`"),
    Variable("LOG_LEVEL", "INFO", "`DEBUG`, `INFO`, `WARNING` or `ERROR`"),
    Variable("LOG_FORMAT", "text", "`text`, or `json` for hosts"),
    Variable(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "",
        "collector that gets traces over OTLP/HTTP, like `http://collector:4318`",
    ),
)
DEFAULTS: Final = {variable.name: variable.default for variable in VARIABLES}
