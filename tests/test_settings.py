"""Settings are read whole or not at all, and never repeat a value."""

import dataclasses
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.blocklist import Blocklist
from bot.model import Deliver, Nsfw
from bot.money import Budget, Scope, Unit
from bot.settings import VARIABLES, Settings, SettingsError, read_settings

ROOT = Path(__file__).parent.parent
SECRETS = {"DISCORD_TOKEN": "discord-token", "ATLASCLOUD_API_KEY": "apikey-1"}
NAMES = [variable.name for variable in VARIABLES]
README = ROOT / "README.md"


def read(**more: str) -> Settings:
    return read_settings(SECRETS | more, host="burrow")


def problems_of(**more: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        read(**more)
    return [line.split(":")[0].strip() for line in str(refused.value).splitlines()[1:]]


def test_the_two_secrets_are_enough() -> None:
    assert read() == Settings(
        discord_token="discord-token",
        atlascloud_api_key="apikey-1",
        atlas_base_url="https://api.atlascloud.ai/api/v1",
        atlas_model="minimax/video-01",
        atlas_models=("minimax/video-01",),
        database_url="sqlite:///bot.sqlite3",
        max_in_flight=3,
        max_per_user=2,
        poll_min_s=2.0,
        poll_max_s=10.0,
        polls_per_s=20.0,
        generation_deadline_s=900.0,
        deliver=Deliver.AUTO,
        nsfw_policy=Nsfw.BLOCK,
        threads=True,
        price_per_video_usd=Decimal("0.50"),
        budgets=(),
        blocklist=Blocklist(),
        retention_days=None,
        port=None,
        public_url=None,
        metrics_token=None,
        allow_private_outputs=False,
        process_name="burrow",
        shard_count=None,
        shard_ids=(),
        log_level="INFO",
        log_format="text",
        otel_exporter_otlp_endpoint=None,
    )


def test_every_variable_has_its_attribute() -> None:
    attributes = [field.name for field in dataclasses.fields(Settings)]
    named = ["budgets" if name.startswith("BUDGET_") else name.lower() for name in NAMES]

    assert attributes == list(dict.fromkeys(named))


def test_budgets_are_read_exactly_and_only_where_they_are_set() -> None:
    settings = read(BUDGET_USER_USD="2.50", BUDGET_GUILD_VIDEOS="7", BUDGET_TOTAL_USD="0.1")

    assert settings.budgets == (
        Budget(Scope.MEMBER, Unit.USD, Decimal("2.50")),
        Budget(Scope.ALL, Unit.USD, Decimal("0.1")),
        Budget(Scope.SERVER, Unit.VIDEOS, Decimal(7)),
    )


@pytest.mark.parametrize("amount", ["-1", "1e3", "NaN", "0.1234567", "1,5", "$2", "9999999"])
def test_an_amount_that_is_no_plain_decimal_is_wrong(amount: str) -> None:
    assert problems_of(BUDGET_USER_USD=amount) == ["BUDGET_USER_USD"]
    assert problems_of(PRICE_PER_VIDEO_USD=amount) == ["PRICE_PER_VIDEO_USD"]


def test_a_blank_variable_counts_as_unset() -> None:
    assert read(MAX_IN_FLIGHT=" ", SHARD_IDS="", DATABASE_URL="\t") == read()


def test_space_around_a_value_does_not_matter() -> None:
    assert read(DISCORD_TOKEN=" discord-token\n", LOG_LEVEL=" debug ").log_level == "DEBUG"


@pytest.mark.parametrize("missing", SECRETS)
def test_a_secret_is_required(missing: str) -> None:
    assert problems_of(**{missing: "  "}) == [missing]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISCORD_TOKEN", "two words"),
        ("DISCORD_TOKEN", "tökén"),
        ("ATLASCLOUD_API_KEY", "key\r\nX-Header: 1"),
        ("ATLAS_BASE_URL", "api.atlascloud.ai"),
        ("ATLAS_BASE_URL", "http://api.atlascloud.ai/api/v1"),
        ("ATLAS_BASE_URL", "http://192.168.0.7/api/v1"),
        ("ATLAS_BASE_URL", "https://user:password@api.atlascloud.ai"),
        ("ATLAS_BASE_URL", "https://api.atlascloud.ai?key=1"),
        ("ATLAS_BASE_URL", "https://[::1"),
        ("ATLAS_BASE_URL", "https://api.atlascloud.ai:99999"),
        ("ATLAS_BASE_URL", "ftp://localhost"),
        ("ATLAS_BASE_URL", "https://"),
        ("ATLAS_MODEL", "minimax video"),
        ("ATLAS_MODELS", "minimax/video-01, minimax video"),
        ("ATLAS_MODELS", ",".join(f"model/{number}" for number in range(26))),
        ("DATABASE_URL", "bot.sqlite3"),
        ("DATABASE_URL", "mysql://localhost/bot"),
        ("DATABASE_URL", "postgres://"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("MAX_IN_FLIGHT", "0"),
        ("MAX_IN_FLIGHT", "2.5"),
        ("MAX_PER_USER", "-1"),
        ("MAX_PER_USER", "100001"),
        ("POLL_MIN_S", "0"),
        ("POLL_MIN_S", "11"),
        ("POLL_MAX_S", "inf"),
        ("POLL_MAX_S", "nan"),
        ("POLLS_PER_S", "0"),
        ("GENERATION_DEADLINE_S", "15 min"),
        ("RETENTION_DAYS", "0"),
        ("RETENTION_DAYS", "a month"),
        ("NSFW_POLICY", "show"),
        ("THREADS", "no"),
        ("ALLOW_PRIVATE_OUTPUTS", "2"),
        ("ALLOW_PRIVATE_OUTPUTS", "yes"),
        ("METRICS_TOKEN", "two words"),
        ("METRICS_TOKEN", "tökén"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://collector:4317"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:password@collector:4318"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:x"),
        ("SHARD_COUNT", "0"),
        ("SHARD_IDS", "0"),
        ("LOG_LEVEL", "TRACE"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_value_is_told_by_its_name_alone(name: str, value: str) -> None:
    assert problems_of(**{name: value}) == [name]


@pytest.mark.parametrize("ids", ["2", "0,2", "0,", "a", "-1", "0;1"])
def test_shards_are_numbers_under_their_count(ids: str) -> None:
    assert problems_of(SHARD_COUNT="2", SHARD_IDS=ids) == ["SHARD_IDS"]


def test_shards_are_read_with_spaces_and_once_each() -> None:
    settings = read(SHARD_COUNT="4", SHARD_IDS="0, 3,3")

    assert (settings.shard_count, settings.shard_ids) == (4, (0, 3))


def test_a_variable_is_not_blamed_for_the_one_it_leans_on() -> None:
    wrong = {"POLL_MIN_S": "30", "POLL_MAX_S": "soon", "SHARD_COUNT": "many", "SHARD_IDS": "1"}

    assert problems_of(**wrong) == ["POLL_MAX_S", "SHARD_COUNT"]


def test_all_problems_come_in_one_message() -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({"MAX_PER_USER": "many", "LOG_FORMAT": "xml"}, host="burrow")

    assert str(refused.value) == (
        "These settings are wrong:\n"
        "  DISCORD_TOKEN: expected one word of plain characters; it is required\n"
        "  ATLASCLOUD_API_KEY: expected one word of plain characters; it is required\n"
        "  MAX_PER_USER: expected a number from 1 to 100000\n"
        "  LOG_FORMAT: expected text or json"
    )


@given(name=st.sampled_from(NAMES), value=st.text("жщю ✂\n", min_size=1).filter(str.strip))
@example(name="POLL_MIN_S", value="987654321")
@example(name="SHARD_IDS", value="987654321")
def test_an_error_never_holds_a_value(name: str, value: str) -> None:
    environ = SECRETS | {name: value, "LOG_LEVEL": "LOUD"}

    with pytest.raises(SettingsError) as refused:
        read_settings(environ, host="burrow")

    assert value.strip() not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None


def test_secrets_stay_out_of_repr() -> None:
    shown = repr(read(DATABASE_URL="postgres://bot:hunter2@db/bot"))

    assert not any(secret in shown for secret in (*SECRETS.values(), "hunter2"))


@pytest.mark.parametrize(
    ("given_url", "url"),
    [
        ("postgres://bot:pw@db:5432/bot", "postgresql+psycopg://bot:pw@db:5432/bot"),
        ("postgresql://db/bot?sslmode=require", "postgresql+psycopg://db/bot?sslmode=require"),
        ("postgresql+psycopg://db/bot", "postgresql+psycopg://db/bot"),
        ("sqlite:///bot.sqlite3", "sqlite:///bot.sqlite3"),
        ("sqlite:////var/my videos/bot.sqlite3", "sqlite:////var/my videos/bot.sqlite3"),
    ],
)
def test_a_database_url_names_its_driver(given_url: str, url: str) -> None:
    assert read(DATABASE_URL=given_url).database_url == url


@pytest.mark.parametrize(
    "url",
    [
        "https://atlas.example/v1",
        "http://localhost:8080/api/v1",
        "http://127.0.0.2:1",
        "http://[::1]:80",
    ],
)
def test_plain_http_is_for_this_machine_only(url: str) -> None:
    assert read(ATLAS_BASE_URL=f"{url}/").atlas_base_url == url


def test_the_token_for_the_figures_is_not_shown() -> None:
    settings = read(METRICS_TOKEN="t0ken")

    assert settings.metrics_token == "t0ken"
    assert "t0ken" not in repr(settings)


def test_a_collector_may_be_reached_by_plain_http() -> None:
    settings = read(OTEL_EXPORTER_OTLP_ENDPOINT="http://collector:4318/")

    assert settings.otel_exporter_otlp_endpoint == "http://collector:4318"


@pytest.mark.parametrize("model", ["a b", "**bold**", "x" * 101, "<@1>", "/nothing"])
def test_a_model_that_would_break_a_card_is_wrong(model: str) -> None:
    assert problems_of(ATLAS_MODEL=model) == ["ATLAS_MODEL"]


def test_the_operators_model_is_the_first_of_all_that_may_be_chosen() -> None:
    settings = read(ATLAS_MODEL="a/first", ATLAS_MODELS=" b/second ,a/first,, c/third")

    assert settings.atlas_models == ("a/first", "b/second", "c/third")


def test_a_port_of_the_database_that_is_no_number_is_told_without_it() -> None:
    assert problems_of(DATABASE_URL="postgres://bot:hunter2@db:x/bot") == ["DATABASE_URL"]


def test_the_dyno_names_the_process_unless_it_has_a_name() -> None:
    assert read(DYNO="web.1").process_name == "web.1"
    assert read(DYNO="web.1", PROCESS_NAME="left").process_name == "left"


def test_one_allows_private_outputs() -> None:
    assert read(ALLOW_PRIVATE_OUTPUTS="1").allow_private_outputs


def plain_default(default: str) -> str:
    """Return a default as a value; prose such as `$DYNO, else …` is none."""
    return "" if " " in default else default


def test_the_example_file_holds_every_variable_with_its_meaning_and_default() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")

    found = re.findall(r"^# (.+)\n(# )?([A-Z_]+)=(.*)$", text, re.MULTILINE)

    assert [(name, value, not optional) for _, optional, name, value in found] == [
        (variable.name, plain_default(variable.default), variable.required)
        for variable in VARIABLES
    ]
    meanings = [meaning for meaning, *_ in found]
    assert all(map(str.startswith, meanings, (variable.meaning for variable in VARIABLES)))


def test_the_readme_names_every_variable_with_its_default_and_meaning() -> None:
    text = README.read_text(encoding="utf-8")

    rows = re.findall(r"^\| `([A-Z_]+)` \| ([^|]*) \| ([^|]*) \|$", text, re.MULTILINE)

    assert [(name, default.replace("`", ""), meaning) for name, default, meaning in rows] == [
        (each.name, "required" if each.required else each.default or "unset", each.meaning)
        for each in VARIABLES
    ]
